"""What somebody could do about a notice that stays: the acts that would change anything."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from messaging.anniversary import Anniversary, date_of
from messaging.asset import Asset
from messaging.calendar import ALWAYS_OPEN, local_day
from messaging.consent import allows
from messaging.customer import AddressState, Customer
from messaging.imagined import OPEN, beyond, dated, new_record
from messaging.ladder import said_already
from messaging.record import CANCELLED, Record
from messaging.remedy import Act, Remedy
from messaging.rule import (
    AfterDate,
    AfterEvent,
    BeforeDate,
    Inactivity,
    OnDate,
    OnEvent,
    Stated,
    Threshold,
    number_of,
    rungs,
    stated,
    where_of,
)
from messaging.subject import CUSTOMER, asset_type_in
from messaging.world import World

_SEARCHED = 800
"""Days ahead among which a new date is looked for: more than twice the longest lead of any rule."""


def remedies(world: World) -> list[Remedy]:
    """Return the acts that would change anything in this world, in the order in which they are best
    done.
    """
    found = [*_of_the_books(world), *_of_the_shop(world), *_of_the_customer(world)]
    order = list(Act)
    return sorted(found, key=lambda each: order.index(each.act))


def _of_the_books(world: World) -> Iterable[Remedy]:
    rule, asset = world.rule, world.context.asset
    yield from _of_the_subject(world)
    for stop in rule.stops:
        if isinstance(stop, Stated):
            yield Remedy(act=Act.UNSTATED, name=stop.path, value=stop.value)
    if world.subject is None:
        return
    if not world.told and rule.subject_type != CUSTOMER:
        yield Remedy(act=Act.RECORD_SHARED)
    if not world.context.in_audience:
        yield Remedy(act=Act.JOINED)
    if asset is not None and asset.gone:
        yield Remedy(act=Act.ASSET_BACK)
    for each in sorted(world.empty):
        yield Remedy(act=Act.FILLED, name=each)


def _of_the_subject(world: World) -> Iterable[Remedy]:
    match world.subject:
        case None:
            yield from _anew(world)
        case Customer() as customer:
            yield from _of_the_person(world, customer)
        case Asset() as asset:
            yield from _matching(world, asset)
            yield from _beyond(world, asset)
        case Record() as record:
            yield from _of_the_record(world, record)
            yield from _beyond(world, record)


def _anew(world: World) -> Iterable[Remedy]:
    """Yield what brings a subject where the books hold none."""
    if asset_type_in(world.rule.subject_type) is not None:
        yield Remedy(act=Act.ASSET_ADDED)
        return
    days: list[date | None] = [*_days(world, new_record(world))] or [None]
    yield from (Remedy(act=Act.RECORD_ADDED, day=day) for day in days)


def _of_the_person(world: World, customer: Customer) -> Iterable[Remedy]:
    trigger = world.rule.trigger
    if isinstance(trigger, Inactivity):
        yield Remedy(act=Act.RECORD_ADDED)
    elif (
        isinstance(trigger, Anniversary)
        and date_of(trigger, customer) is None
        and not customer.company
    ):
        tomorrow = local_day(world.now, world.context.business.zone) + timedelta(days=1)
        yield Remedy(act=Act.BORN, day=tomorrow)


def _matching(world: World, subject: Record | Asset) -> Iterable[Remedy]:
    for name, value in where_of(world.rule).items():
        if stated(subject, name) != value:
            of_status = name == "status" and isinstance(subject, Record)
            yield Remedy(act=Act.ENTERED if of_status else Act.MATCHED, name=name, value=value)


def _beyond(world: World, subject: Record | Asset) -> Iterable[Remedy]:
    """Yield the number that crosses the limit of a threshold."""
    trigger = world.rule.trigger
    if not isinstance(trigger, Threshold):
        return
    named = isinstance(trigger.limit, str)
    limit = number_of(subject, trigger.limit) if isinstance(trigger.limit, str) else trigger.limit
    if limit is not None:
        value = f"{beyond(trigger, limit):f}"
        yield Remedy(act=Act.REACHED, name=trigger.value, value=value)
    elif named:
        yield Remedy(act=Act.FILLED, name=f"{_GROUP[type(subject)]}.{trigger.limit}")


_GROUP: dict[type[Record] | type[Asset], str] = {Record: "record", Asset: "asset"}


def _of_the_record(world: World, record: Record) -> Iterable[Remedy]:
    rule = world.rule
    trigger = rule.trigger
    if isinstance(trigger, OnEvent | AfterEvent):
        yield Remedy(act=Act.ENTERED, name="status", value=trigger.status)
    elif record.status == CANCELLED or record.status in rule.stop_statuses:
        status = where_of(rule).get("status", OPEN)
        yield Remedy(act=Act.REOPENED, name="status", value=status)
    yield from _matching(world, record)
    yield from (Remedy(act=Act.RESCHEDULED, day=day) for day in _days(world, record))


def _of_the_shop(world: World) -> Iterable[Remedy]:
    if not world.rule.on:
        yield Remedy(act=Act.RULE_ON)
    if world.context.business.sending_hours[world.rule.message_class] != ALWAYS_OPEN:
        yield Remedy(act=Act.HOURS_OPENED)
    channels = world.rule.channels
    if not any(each in world.speakers for each in channels):
        yield Remedy(act=Act.SENDER_GIVEN, channel=channels[0])
    for channel in channels:
        speaker = world.speakers.get(channel)
        if speaker is not None and speaker.refused is not None:
            yield Remedy(act=Act.SENDER_MENDED, channel=channel)
    for pause in world.pauses:
        yield Remedy(act=Act.RESUMED, name=pause.scope.reach)
    if not world.released:
        yield Remedy(act=Act.RELEASED)


def _of_the_customer(world: World) -> Iterable[Remedy]:
    context, channels = world.context, world.rule.channels
    spoken = [each for each in channels if each in world.speakers] or list(channels[:1])
    for channel in spoken:
        states = {each.state for each in context.addresses if each.channel is channel}
        if AddressState.ACTIVE not in states:
            blocked = AddressState.BLOCKED in states
            yield Remedy(act=Act.UNBLOCKED if blocked else Act.LINKED, channel=channel)
        if not allows(context.consents, world.rule.message_class, channel):
            yield Remedy(act=Act.AGREED, channel=channel)


def _days(world: World, record: Record) -> Iterator[date]:
    """Yield days that, as the record's date, have a step ahead that nobody was told yet: the first,
    and the first that no offer of these days stands in the way of.
    """
    rule, zone = world.rule, world.context.business.zone
    if not isinstance(rule.trigger, BeforeDate | OnDate | AfterDate):
        return
    where = rule.trigger.where
    fitting = replace(
        record,
        status=where.get("status", OPEN),
        attributes={**record.attributes, **where},
    )
    today, said = local_day(world.now, zone), world.said()
    wanted = world.now
    for ahead in range(1, _SEARCHED):
        day = today + timedelta(days=ahead)
        coming = [
            each.moment
            for each in rungs(rule, dated(fitting, world, day), zone)
            if each.moment > wanted
            and each.anchor not in said.get(each.name, ())
            and not said_already(rule, each, said.get(each.name, ()))
        ]
        if coming:
            yield day
            if wanted > world.now:
                return
            wanted = world.now + world.context.business.caps.offers_in + timedelta(days=1)
