"""What somebody could do about a notice that stays: the acts that would change anything."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from messaging.anniversary import Anniversary, date_of
from messaging.calendar import ALWAYS_OPEN, local_day
from messaging.consent import allows
from messaging.customer import AddressState
from messaging.gate import MARKETING_CAP_PERIOD
from messaging.ladder import said_already
from messaging.record import CANCELLED, Record
from messaging.remedy import OPEN, Act, Remedy, dated, new_record
from messaging.rule import BeforeDate, OnEvent, rungs, stated
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
    record, asset = world.context.record, world.context.asset
    if isinstance(world.rule.trigger, Anniversary):
        yield from _of_the_person(world, world.rule.trigger)
        return
    if record is None:
        days: list[date | None] = [*_days(world, new_record(world))] or [None]
        yield from (Remedy(act=Act.RECORD_ADDED, day=day) for day in days)
        return
    if not world.told:
        yield Remedy(act=Act.RECORD_SHARED)
    if asset is not None and asset.gone:
        yield Remedy(act=Act.ASSET_BACK)
    yield from _of_the_record(world, record)
    for each in sorted(world.empty):
        yield Remedy(act=Act.FILLED, name=each)


def _of_the_person(world: World, trigger: Anniversary) -> Iterable[Remedy]:
    customer = world.context.customer
    if date_of(trigger, customer) is None and not customer.company:
        tomorrow = local_day(world.now, world.context.business.zone) + timedelta(days=1)
        yield Remedy(act=Act.BORN, day=tomorrow)
    for each in sorted(world.empty):
        yield Remedy(act=Act.FILLED, name=each)


def _of_the_record(world: World, record: Record) -> Iterable[Remedy]:
    match world.rule.trigger:
        case BeforeDate(where=where):
            if record.status == CANCELLED or record.status in world.rule.stop_statuses:
                yield Remedy(act=Act.REOPENED, name="status", value=where.get("status", OPEN))
            for name, value in where.items():
                if stated(record, name) != value:
                    act = Act.ENTERED if name == "status" else Act.MATCHED
                    yield Remedy(act=act, name=name, value=value)
            yield from (Remedy(act=Act.RESCHEDULED, day=day) for day in _days(world, record))
        case OnEvent(status=status):
            yield Remedy(act=Act.ENTERED, name="status", value=status)
        case Anniversary():
            return


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
    if not isinstance(rule.trigger, BeforeDate):
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
            wanted = world.now + MARKETING_CAP_PERIOD + timedelta(days=1)
