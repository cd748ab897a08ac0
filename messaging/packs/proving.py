"""Every template of a pack is proofread when the pack is read: a pack is where most texts come from."""

from collections.abc import Collection, Mapping

from messaging.business import BusinessId
from messaging.errors import BadTemplate
from messaging.fault import fatal
from messaging.packs.pack import Pack, PackTemplate
from messaging.proof import proofread
from messaging.template import Template, TemplateId


def prove(pack: Pack) -> Pack:
    """Return the pack as it is. Raises BadTemplate with the first fault that no template may have."""
    known = attributes_of(pack)
    for each in pack.templates:
        for fault in fatal(proofread(_of_nobody(each), attributes=known)):
            raise BadTemplate(f"template {each.name}: {fault}", hint=fault.todo)
    return pack


def attributes_of(pack: Pack) -> Mapping[str, Collection[str]]:
    """Return the fields that the pack's types add to `record` and to `asset`, all of them together."""
    records = {each.id for each in pack.record_types}
    of_records = (set(has) for each, has in pack.attributes.items() if each in records)
    of_assets = (set(has) for each, has in pack.attributes.items() if each not in records)
    return {"record": set().union(*of_records), "asset": set().union(*of_assets)}


def _of_nobody(template: PackTemplate) -> Template:
    return Template(
        id=TemplateId(0),
        business_id=BusinessId(0),
        name=template.name,
        version=0,
        message_class=template.message_class,
        confidential=template.confidential,
        texts=template.texts,
        buttons=template.buttons,
    )
