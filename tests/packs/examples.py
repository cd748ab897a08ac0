"""Facts to fill the templates of any pack with: all that their subject has, or only what a text cannot do without."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from messaging.business import BusinessId
from messaging.fields import EXAMPLE, FIELDS, AssetFacts, CustomerFacts, Facts, RecordFacts
from messaging.liquid import usage
from messaging.packs import Pack, PackTemplate
from messaging.rule import subject_type_of
from messaging.subject import CUSTOMER
from messaging.template import Template, TemplateId

_OF_A_KIND: dict[str, str | int | bool] = {
    "text": "Cappotto di lana blu",
    "date": "2026-12-31",
    "integer": 480,
    "decimal": "8.50",
    "boolean": True,
}


def owned(template: PackTemplate) -> Template:
    """Return the template as a business has it."""
    return Template(
        id=TemplateId(1),
        business_id=BusinessId(1),
        name=template.name,
        version=1,
        message_class=template.message_class,
        confidential=template.confidential,
        texts=template.texts,
        buttons=template.buttons,
    )


def sources(template: PackTemplate) -> list[str]:
    """Return every text of the template, in both languages."""
    return [
        source
        for texts in template.texts.values()
        for source in (texts.telegram, texts.push_title, texts.push_body, texts.reveal)
        if source is not None
    ]


def subjects(pack: Pack, template: PackTemplate) -> set[str]:
    """Return what the rules that use the template speak of; what a person sends speaks of customers."""
    rules = [rule for rule in pack.rules if rule.template == template.name]
    return {subject_type_of(rule.trigger) for rule in rules} or {CUSTOMER}


def attributes_of(pack: Pack, template: PackTemplate) -> dict[str, set[str]]:
    """Return the attributes that `record` and `asset` have whichever rule sends the template."""
    records = [set(pack.attributes.get(each, {})) for each in subjects(pack, template)]
    things = [set(pack.attributes.get(each.id, {})) for each in pack.asset_types]
    return {"record": set.intersection(*records), "asset": set().union(*things)}


def full_facts(pack: Pack, template: PackTemplate) -> Facts:
    """Return facts in which nothing is missing that the template's subject can have."""
    about = subjects(pack, template)
    kinds = {each.id for each in pack.record_types}
    facts = replace(EXAMPLE, record=None, asset=None, campaign=_typed(pack, template))
    if about <= kinds:
        assert EXAMPLE.record is not None
        told = [pack.attributes.get(each, {}) for each in sorted(about)]
        facts = replace(facts, record=replace(EXAMPLE.record, attributes=_examples(told)))
    if pack.asset_types and CUSTOMER not in about:
        assert EXAMPLE.asset is not None
        told = [pack.attributes.get(each.id, {}) for each in pack.asset_types]
        facts = replace(facts, asset=replace(EXAMPLE.asset, attributes=_examples(told)))
    return facts


def _typed(pack: Pack, template: PackTemplate) -> dict[str, str] | None:
    """Return what a person types on a campaign with the template; None: a rule sends it."""
    if any(rule.template == template.name for rule in pack.rules):
        return None
    asked = {
        path[1]
        for source in sources(template)
        for path in usage(source).fields
        if path[0] == "campaign"
    }
    return {name: "Nuovi arrivi" if name == "text" else "2026-12-24" for name in asked}


def least_facts(pack: Pack, template: PackTemplate) -> Facts:
    """Return the same facts without all for which the template has other words, or none."""
    facts = full_facts(pack, template)
    optional = _optional(template)
    business = replace(facts.business, contact=None)
    if "business.address" in optional:
        business = replace(business, address=None)
    if "business.next_hours" in optional:
        business = replace(business, next_hours=None)
    return Facts(
        business=business,
        campaign=facts.campaign,
        customer=CustomerFacts() if "customer.name" in optional else facts.customer,
        record=None if facts.record is None else _without(facts.record, "record", optional),
        asset=None if facts.asset is None else _without(facts.asset, "asset", optional),
    )


def _optional(template: PackTemplate) -> set[str]:
    """Return the fields that the template asks for with `if` or `default`."""
    texts = " ".join(sources(template))
    fields = {".".join(path) for source in sources(template) for path in usage(source).fields}
    return {each for each in fields if f"if {each} " in texts or f"{each} | default:" in texts}


_Facts = TypeVar("_Facts", RecordFacts, AssetFacts)


def _without(facts: _Facts, group: str, optional: set[str]) -> _Facts:
    gone = {each.partition(".")[2] for each in optional if each.startswith(f"{group}.")}
    kept = {name: value for name, value in facts.attributes.items() if name not in gone}
    of_every_trade = dict.fromkeys(gone & FIELDS[group])
    if "amount" in of_every_trade:
        of_every_trade["amount_cents"] = of_every_trade.pop("amount")
    return replace(facts, **of_every_trade, attributes=kept)


def _examples(told: list[Mapping[str, str | tuple[str, ...]]]) -> dict[str, str | int | bool]:
    return {
        name: kind[0] if isinstance(kind, tuple) else _OF_A_KIND[kind]
        for attributes in told
        for name, kind in attributes.items()
    }
