"""What is said of a thing that several share stays with the others when one of them is erased: the date of the
inspection, not what it cost, and nothing that is somebody's own.
"""

from collections.abc import Mapping
from typing import TypeAlias

from messaging.actions.displaying import packs_of
from messaging.actions.doors import Store
from messaging.business import Business
from messaging.intake import RecordRow
from messaging.packs import Pack

Kept: TypeAlias = Mapping[str, frozenset[str]]
"""The types of records that whoever shares their thing may go on with, and which attributes of each."""


async def kept_of(store: Store, business: Business) -> Kept:
    """Return what is kept of the business's records for those who share a thing."""
    kept: dict[str, frozenset[str]] = {}
    secret: set[str] = set()
    for pack in await packs_of(store, business):
        of_this = kept_types(pack)
        secret |= {each.id for each in pack.record_types} - of_this.keys()
        kept = {**of_this, **kept}
    return {each: attributes for each, attributes in kept.items() if each not in secret}


def kept_types(pack: Pack) -> dict[str, frozenset[str]]:
    """Return the pack's types of records that are nobody's secret, each with the attributes that are no free text."""
    secret = {each.type for each in pack.displays if each.confidential}
    texts = {each.name for each in pack.templates if each.confidential}
    secret |= {
        str(getattr(each.trigger, "record_type", ""))
        for each in pack.rules
        if each.template in texts
    }
    return {
        each.id: frozenset(
            name for name, kind in pack.attributes.get(each.id, {}).items() if kind != "text"
        )
        for each in pack.record_types
        if each.id not in secret
    }


def handed_on(row: RecordRow, kept: Kept, *, whose: str, to: str) -> RecordRow | None:
    """Return what a file says of a thing for whoever shares it with `whose`, who was erased; None: that is for nobody
    else. An hour is an appointment of the one who made it.
    """
    if row.type not in kept or row.starts_at is not None or whose in row.external_id:
        return None
    return RecordRow(
        type=row.type,
        external_id=row.external_id,
        customer=to,
        asset=row.asset,
        due_on=row.due_on,
        status=row.status,
        entered_on=row.entered_on,
        attributes={
            name: value for name, value in row.attributes.items() if name in kept[row.type]
        },
    )
