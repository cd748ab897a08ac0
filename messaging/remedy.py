"""Single facts that somebody can change: the shop, its management software, or the customer.

Each changes a `World` as the real act would: what is edited comes before the planner as an edit,
what is switched on begins now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import reduce

from messaging.anniversary import LeapDay, kept_in
from messaging.asset import Asset
from messaging.business import SenderId
from messaging.calendar import ALWAYS_OPEN, MessageClass
from messaging.consent import ConsentEntry, Method
from messaging.context import Context
from messaging.customer import Address, AddressId, AddressKind, AddressState, Channel
from messaging.imagined import (
    ANYTHING,
    dated,
    new_asset,
    new_record,
    with_asset_value,
    with_record_value,
)
from messaging.ladder import Arrival
from messaging.notification import State
from messaging.record import Record
from messaging.rule import (
    Inactivity,
)
from messaging.rule.threshold import AMOUNT
from messaging.world import Speaker, World

_GROWN_UP = 30
"""Years of age that nothing stands against."""


class Act(StrEnum):
    """What somebody does: stable words, in the order in which it is best done.

    What makes a notice come due at once is done last: one that comes due before its customer is
    linked ends as withheld, and nothing brings it back.
    """

    SENDER_GIVEN = "sender_given"
    SENDER_MENDED = "sender_mended"
    HOURS_OPENED = "hours_opened"
    LINKED = "linked"
    UNBLOCKED = "unblocked"
    AGREED = "consent_given"
    ASSET_BACK = "asset_back"
    ASSET_ADDED = "asset_added"
    RECORD_SHARED = "record_shared"
    FILLED = "field_filled"
    JOINED = "audience_joined"
    MATCHED = "attribute_set"
    UNSTATED = "attribute_changed"
    RULE_ON = "rule_on"
    RECORD_ADDED = "record_added"
    REOPENED = "record_reopened"
    ENTERED = "status_entered"
    RESCHEDULED = "date_changed"
    REACHED = "number_reached"
    BORN = "birth_date_told"
    RESUMED = "resumed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One act. `name` and `value`: the attribute, field or status that it sets, and to what;
    `value` None: to anything. `day`: the first date that suits.
    """

    act: Act
    channel: Channel | None = None
    name: str | None = None
    value: str | None = None
    day: date | None = None

    @property
    def kind(self) -> tuple[str, str | None, str | None]:
        """Return what two remedies share that differ only in what they set it to."""
        return self.act, self.channel, self.name


def applied(world: World, chosen: Sequence[Remedy]) -> World:
    """Return the world in which all of this has been done, one after the other."""
    return reduce(with_remedy, chosen, world)


def with_remedy(world: World, remedy: Remedy) -> World:  # noqa: C901 - one line for each act
    """Return the world in which this has been done."""
    context, record = world.context, world.context.record
    match remedy.act:
        case Act.RULE_ON:
            return _rule_on(world)
        case Act.RECORD_ADDED:
            return _record_added(world, remedy.day)
        case Act.ASSET_ADDED:
            return replace(_with(world, Arrival.CREATED, asset=new_asset(world)), told=True)
        case Act.RECORD_SHARED:
            return replace(world, told=True)
        case Act.ASSET_BACK if context.asset is not None:
            return _with(world, Arrival.EDITED, asset=replace(context.asset, gone=False))
        case Act.REOPENED | Act.ENTERED if record is not None and remedy.value is not None:
            return _with(world, Arrival.ENTERED, record=_entered(record, remedy.value, world.now))
        case Act.RESCHEDULED if record is not None:
            return _with(world, Arrival.MOVED, record=dated(record, world, remedy.day))
        case Act.MATCHED | Act.REACHED if remedy.name is not None:
            return _stating(world, remedy.name, remedy.value or "")
        case Act.UNSTATED if remedy.name is not None:
            return _unstating(world, remedy.name)
        case Act.BORN if remedy.day is not None:
            born_on = kept_in(remedy.day, remedy.day.year - _GROWN_UP, LeapDay.FEB28)
            return _with(world, Arrival.MOVED, customer=replace(context.customer, born_on=born_on))
        case Act.FILLED if remedy.name is not None:
            return _filled(world, remedy.name)
        case Act.HOURS_OPENED:
            hours = {**context.business.sending_hours, world.rule.message_class: ALWAYS_OPEN}
            return _with(world, None, business=replace(context.business, sending_hours=hours))
        case Act.SENDER_GIVEN | Act.SENDER_MENDED if remedy.channel is not None:
            return replace(world, speakers=speaking(world.speakers, remedy.channel))
        case Act.LINKED | Act.UNBLOCKED if remedy.channel is not None:
            return _linked(world, remedy.channel)
        case Act.AGREED if remedy.channel is not None:
            agreeing = agreed(context, world.rule.message_class, remedy.channel, world.now)
            return replace(world, context=agreeing)
        case Act.JOINED:
            return _with(world, None, in_audience=True)
        case Act.RESUMED:
            left = tuple(each for each in world.pauses if each.scope.reach != remedy.name)
            return replace(world, pauses=left)
        case Act.RELEASED:
            return replace(world, released=True)
        case _:
            return world


_NOBODY = SenderId(0)


def speaking(speakers: Mapping[Channel, Speaker], channel: Channel) -> Mapping[Channel, Speaker]:
    """Return the speakers with one on the channel that nobody refuses."""
    known = speakers.get(channel)
    speaker = Speaker(id=_NOBODY) if known is None else replace(known, refused=None)
    return {**speakers, channel: speaker}


def _with(world: World, arrival: Arrival | None, **changed: object) -> World:
    """Return the world with other facts, and how the planner gets to know of them (None: it need
    not).
    """
    arrivals = world.arrivals if arrival is None else (*world.arrivals, arrival)
    return replace(
        world,
        context=replace(world.context, **changed),  # type: ignore[arg-type] # the callers name its fields
        arrivals=arrivals,
    )


def _rule_on(world: World) -> World:
    """Return the world as switching on leaves it: planned from now, and what nobody tried is void."""
    on = replace(world.rule, on=True, watermark=world.now)
    void = {State.PLANNED, State.HELD}
    kept = tuple(e for e in world.made if e.tried or e.notification.state not in void)
    seen = _with(world, Arrival.SWITCHED_ON, rule=on)
    return replace(seen, rule=on, made=kept)


def _record_added(world: World, day: date | None) -> World:
    """Return the world in which the books tell of a record: the one that the rule speaks of, or one
    that ends a silence.
    """
    if isinstance(world.rule.trigger, Inactivity):
        known = replace(world.context.circumstances, last=world.now)
        return replace(_with(world, Arrival.CREATED, circumstances=known), told=True)
    new = dated(new_record(world), world, day)
    seen = _with(world, Arrival.CREATED, record=new, asset=new_asset(world))
    return replace(seen, told=True)


def _stating(world: World, name: str, value: str) -> World:
    """Return the world in which the record or thing that the rule speaks of has the attribute."""
    match world.subject:
        case Record() as record:
            if name == AMOUNT:
                cents = int(Decimal(value) * 100)
                return _with(world, Arrival.EDITED, record=replace(record, amount_cents=cents))
            changed = {**record.attributes, name: value}
            return _with(world, Arrival.EDITED, record=replace(record, attributes=changed))
        case Asset() as asset:
            changed = {**asset.attributes, name: value}
            return _with(world, Arrival.EDITED, asset=replace(asset, attributes=changed))
        case _:
            return world


def _unstating(world: World, path: str) -> World:
    """Return the world in which `record.NAME` or `asset.NAME` is something else."""
    group, _, name = path.partition(".")
    record, asset = world.context.record, world.context.asset
    if group == "record" and record is not None:
        left = {**record.attributes, name: _OTHERWISE}
        return _with(world, Arrival.EDITED, record=replace(record, attributes=left))
    if group == "asset" and asset is not None:
        left = {**asset.attributes, name: _OTHERWISE}
        return _with(world, Arrival.EDITED, asset=replace(asset, attributes=left))
    return world


_OTHERWISE = "—"
"""What no condition of a rule asks for."""


def _entered(record: Record, status: str, now: datetime) -> Record:
    return replace(record, status=status, entry=record.entry + 1, entered_at=now)


def _filled(world: World, name: str) -> World:
    """Return the world in which the books hold a value for a field of the text."""
    group, _, key = name.partition(".")
    context = world.context
    match group:
        case "customer":
            return _with(world, None, customer=replace(context.customer, name=ANYTHING))
        case "business":
            known = replace(context.business, contact=ANYTHING)
            return _with(world, None, business=replace(known, opening_hours=ALWAYS_OPEN))
        case "asset":
            asset = context.asset
            if asset is None:
                return _with(world, Arrival.EDITED, asset=new_asset(world))
            return _with(world, None, asset=with_asset_value(asset, key))
        case "record" if context.record is not None:
            return _with(world, Arrival.EDITED, record=with_record_value(context.record, key))
        case _:
            return world


def _linked(world: World, channel: Channel) -> World:
    """Return the world in which the customer can be written to on the channel."""
    return replace(world, context=linked(world.context, channel, world.speakers, world.now))


def linked(
    context: Context, channel: Channel, speakers: Mapping[Channel, Speaker], now: datetime
) -> Context:
    """Return the context of a customer who can be written to on the channel."""
    speaker = speakers.get(channel)
    address = Address(
        id=AddressId(0),
        sender_id=_NOBODY if speaker is None else speaker.id,
        channel=channel,
        kind=AddressKind.CHAT if channel is Channel.TELEGRAM else AddressKind.TOKEN,
        value="",
        state=AddressState.ACTIVE,
        language=None,
        next_at=now,
    )
    return replace(context, addresses=[*context.addresses, address])


def agreed(
    context: Context, message_class: MessageClass, channel: Channel, now: datetime
) -> Context:
    """Return the context of a customer who has just agreed to the class on the channel."""
    entry = ConsentEntry(
        customer_id=context.customer.id,
        message_class=message_class,
        channel=channel,
        given=True,
        method=Method.CHAT if channel is Channel.TELEGRAM else Method.APP,
        at=now,
    )
    return replace(context, consents=[*context.consents, entry])
