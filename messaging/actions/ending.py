"""How one notice ends, if nothing changes until it is due: the gate's answer, what stands in the way of its sender, and
the words that it says. The same for what rules and what campaigns make.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from messaging.actions.composing import compose
from messaging.bundle import joins
from messaging.customer import AddressId, Channel
from messaging.explanation import Goes, Outlook, Stays, Why
from messaging.gate import Context, Foreseen, Go, Reason, foresee
from messaging.ladder import Wait
from messaging.maker import maker
from messaging.notification import Notification, NotificationId
from messaging.pause import Pause
from messaging.sender import DeliveryId
from messaging.store.deliveries import Waiting
from messaging.store.lanes import LaneId
from messaging.template import MissingField, Template
from messaging.world import Speaker


def end_of(
    notice: Notification,
    context: Context,
    template: Template,
    *,
    channels: Sequence[Channel],
    due_at: datetime,
    speakers: Mapping[Channel, Speaker],
    pauses: Sequence[Pause] = (),
    tried: frozenset[int] = frozenset(),
    unmet: Callable[[], str] = str,
    foreseen: Foreseen | None = None,
) -> Outlook:
    """Return when and as what it goes out, or why it does not.

    `pauses`: those that stop it now, the widest first. `tried`: ids of addresses that it has been to.
    `unmet` says which conditions of the audience its customer does not meet, where that is the reason.
    `foreseen`: the gate's answer, where it is known already; None: it is asked.
    """
    seen = foreseen or foresee(notice, context, channels, due_at=due_at, tried=tried)
    if not isinstance(seen.answer, Go):
        detail = unmet() if seen.answer.reason == Reason.NOT_IN_AUDIENCE else None
        return stays(notice, seen.answer.reason, at=seen.at, detail=detail)
    if pauses:
        return stays(notice, Why.PAUSED, at=seen.at, detail=pauses[0].scope.reach)
    way = seen.answer
    speaker = speakers.get(way.channel)
    if speaker is None or speaker.refused is not None:
        refused = None if speaker is None else speaker.refused
        return stays(notice, Why.SENDER_REFUSED, at=seen.at, detail=refused)
    told = compose(
        first_delivery(notice, way.channel),
        notice,
        context,
        way.addresses[0],
        template,
        now=seen.at,
    )
    if isinstance(told, MissingField):
        return stays(notice, Wait.MISSING_FIELD, at=seen.at, held=True, detail=told.name)
    return _make_goes(
        at=seen.at,
        due_at=min(notice.due_at, seen.at),
        channel=way.channel,
        rung=notice.key.rung,
        anchor=notice.key.anchor,
        message=told,
        later=seen.later,
        notification_id=notice.id or None,
        joins=joins(notice, context, template, told.language),
    )


_make_goes = maker(Goes)


def stays(
    notice: Notification,
    reason: str,
    *,
    at: datetime | None = None,
    held: bool = False,
    detail: str | None = None,
) -> Stays:
    """Return that the notice does not go out, and why."""
    return Stays(
        reason=str(reason),
        at=at or notice.due_at,
        rung=notice.key.rung,
        held=held,
        detail=detail,
        notification_id=notice.id or None,
    )


def first_delivery(notice: Notification, channel: Channel) -> Waiting:
    """Return the delivery that the notice would become: what is said is that of its first attempt."""
    return _first(notice.id, channel)


@lru_cache(maxsize=64)  # of what is not made yet they are all the same
def _first(notification_id: NotificationId, channel: Channel) -> Waiting:
    return Waiting(
        id=DeliveryId(0),
        notification_id=notification_id,
        lane_id=LaneId(0),
        address_id=AddressId(0),
        channel=channel,
        attempts=0,
        tries=0,
        doubts=0,
    )
