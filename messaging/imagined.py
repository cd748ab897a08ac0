"""Records and things that nobody has: such as a rule speaks of, for asking what would become of them."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from messaging.asset import Asset, AssetId
from messaging.calendar import instant
from messaging.record import Record, RecordId
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    DateField,
    OnDate,
    OnEvent,
    Rule,
    Side,
    Threshold,
    where_of,
)
from messaging.subject import asset_type_in
from messaging.world import World

OPEN = "open"
"""The status of a record that nobody has finished (what a file's record is that tells none)."""

ANYTHING = "1"
_NUMBER = "2026/114"
_LABEL = "Fiat Panda"
_CODE = "LM482KT"
_CENTS = 14_990
"""What fills an empty field in thought: the text is asked only whether it can be told."""


_NEW_RECORD = RecordId(0)
_NEW_ASSET = AssetId(0)


def new_record(world: World) -> Record:
    """Return a record such as the rule speaks of, without its date."""
    customer = world.context.customer
    status, attributes = _wanted(world.rule)
    return Record(
        id=_NEW_RECORD,
        business_id=customer.business_id,
        type=world.rule.subject_type,
        external_id="",
        customer_id=customer.id,
        asset_id=_NEW_ASSET,
        due_on=None,
        starts_at=None,
        status=status,
        entry=1,
        entered_at=world.now,
        number=_NUMBER,
        amount_cents=_CENTS,
        attributes=attributes,
    )


def _wanted(rule: Rule) -> tuple[str, dict[str, str]]:
    """Return the status and the attributes of a record that the rule speaks of."""
    wanted = dict(where_of(rule))
    status = wanted.pop("status", OPEN)
    trigger = rule.trigger
    if isinstance(trigger, OnEvent | AfterEvent):
        status = trigger.status
    if isinstance(trigger, Threshold):
        wanted[trigger.value] = str(beyond(trigger, _limit_of(trigger)))
    return status, wanted


def _limit_of(trigger: Threshold) -> Decimal:
    """Return the limit, if it is a number; some number, if it is that of an attribute."""
    return trigger.limit if isinstance(trigger.limit, Decimal) else Decimal(0)


def beyond(trigger: Threshold, limit: Decimal) -> Decimal:
    """Return the nearest whole number on the rule's side of the limit."""
    match trigger.side:
        case Side.AT_LEAST | Side.AT_MOST:
            return limit
        case Side.ABOVE:
            return limit + 1
        case Side.BELOW:
            return limit - 1


def new_asset(world: World) -> Asset:
    """Return a thing such as the rule speaks of."""
    rule = world.rule
    asset_type = asset_type_in(rule.subject_type)
    attributes = {} if asset_type is None else _wanted(rule)[1]
    return Asset(
        id=_NEW_ASSET,
        business_id=world.context.business.id,
        type=asset_type or "",
        external_id="",
        label=_LABEL,
        code=_CODE,
        attributes=attributes,
    )


def dated(record: Record, world: World, day: date | None) -> Record:
    """Return the record with that local day as the date that the rule looks at."""
    trigger = world.rule.trigger
    if day is None or not isinstance(trigger, BeforeDate | OnDate | AfterDate):
        return record
    if trigger.date_field is DateField.DUE_ON:
        return replace(record, due_on=day)
    zone = world.context.business.zone
    hour = _HOUR if record.starts_at is None else record.starts_at.astimezone(zone).time()
    return replace(record, starts_at=instant(day, hour, zone))


_HOUR = time(12)


def with_asset_value(asset: Asset, key: str) -> Asset:
    """Return the thing with something in the field."""
    match key:
        case "label":
            return replace(asset, label=_LABEL)
        case "code":
            return replace(asset, code=_CODE)
        case _:
            return replace(asset, attributes={**asset.attributes, key: ANYTHING})


def with_record_value(record: Record, key: str) -> Record:
    """Return the record with something in the field."""
    match key:
        case "amount":
            return replace(record, amount_cents=_CENTS)
        case "number":
            return replace(record, number=_NUMBER)
        case _:
            return replace(record, attributes={**record.attributes, key: ANYTHING})
