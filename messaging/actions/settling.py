"""What becomes of notices that are made or will be, of rules and of campaigns: all of one customer's together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from messaging.actions.composing import compose
from messaging.actions.ending import first_delivery
from messaging.campaign import Campaign
from messaging.context import Context
from messaging.customer import Channel
from messaging.explanation import Why
from messaging.gate import Foreseen, Go
from messaging.ladder import Wait
from messaging.maker import maker
from messaging.notification import Key, Notification, NotificationId
from messaging.prediction import Asked, Predicted, predict, predict_in_context
from messaging.rule import Rule
from messaging.store.planned import Planned
from messaging.template import MissingField, Template

NOT_YET = NotificationId(0)
"""The id of what nobody has made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A notice that will leave, or not. `at`: when it may (UTC), its hours and the caps considered; `due_at`:
    when it was meant to.

    `rule`, `campaign`: the name of the one that it is of; None: it is of the other. `channel` None: it will
    not go out, and `reason` says why; a `reason` beside a channel explains a later hour. `wait`: it will be
    held for a person. `about`: the code of the record or thing; None: it is about the customer. `others`: how many
    more notices are told in the same message.
    """

    at: datetime
    due_at: datetime
    rule: str | None
    campaign: str | None = None
    customer: str
    name: str | None
    about: str | None
    anchor: str
    rung: str
    channel: Channel | None
    reason: str | None
    key: Key
    wait: Wait | None = None
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A notice that is made or will be, before anybody is asked what becomes of it.

    `due_at`: when it is asked about first (UTC). `has_turn`: its row says when it is due; False: only when its
    campaign lets it go, at `due_at`, and until then as `notification` says. `there_from`: when its row will be
    made (UTC); None: it is, or others see it in time. `template`: its text.
    """

    notification: Notification
    context: Context
    cause: Rule | Campaign
    due_at: datetime
    about: str | None = None
    wait: Wait | None = None
    tried: frozenset[int] = frozenset()
    has_turn: bool = True
    there_from: datetime | None = None
    template: Template | None = None


def in_context(found: Sequence[Meant]) -> list[Predicted]:
    """Return what becomes of each, were nothing paused, and what the gate looks at then, in the order given.

    All of one customer's have to be among them.
    """
    order = sorted(range(len(found)), key=lambda place: _age(found[place]))
    seen = predict_in_context([_asked(found[place], ()) for place in order])
    told = dict(zip(order, seen, strict=True))
    return [told[place] for place in range(len(found))]


def settle(found: Sequence[Meant], paused: Collection[str] = ()) -> list[Coming]:
    """Return what becomes of each, all of them together, in the order given. `paused`: the sources that a pause
    stops. What would not go out anyway keeps its own reason.

    All of one customer's have to be among them, and all that might go to one address about the same thing.
    """
    # Of two at the same moment the one that was made first goes first.
    order = sorted(range(len(found)), key=lambda place: _age(found[place]))
    seen = predict([_asked(found[place], paused) for place in order])
    told = dict(zip(order, seen, strict=True))
    return [
        _told_of(each, told[place], paused=each.cause.source in paused)
        for place, each in enumerate(found)
    ]


def _age(meant: Meant) -> tuple[bool, NotificationId]:
    return meant.notification.id == NOT_YET, meant.notification.id


def _asked(meant: Meant, paused: Collection[str]) -> Asked:
    return Asked(
        notification=meant.notification,
        context=meant.context,
        channels=meant.cause.channels,
        due_at=meant.due_at,
        waits=meant.wait is not None or meant.cause.source in paused,
        tried=meant.tried,
        has_turn=meant.has_turn,
        there_from=meant.there_from,
        template=meant.template,
        lacks=None if meant.template is None else partial(_lacking, meant, meant.template),
    )


def _lacking(meant: Meant, template: Template, way: Go, at: datetime) -> str | None:
    """Return which field the text lacks on that way; None: none."""
    notice = meant.notification
    delivery = first_delivery(notice, way.channel)
    told = compose(delivery, notice, meant.context, way.addresses[0], template, now=at)
    return told.name if isinstance(told, MissingField) else None


def _told_of(meant: Meant, seen: Foreseen, *, paused: bool) -> Coming:
    if isinstance(seen.answer, Go):
        channel, reason = seen.answer.channel, seen.later
    else:
        channel, reason = None, seen.answer.reason
    customer, key = meant.context.customer, meant.notification.key
    of_rule = isinstance(meant.cause, Rule)
    return Coming(
        at=seen.at,
        due_at=meant.due_at,
        rule=meant.cause.name if of_rule else None,
        campaign=None if of_rule else meant.cause.name,
        customer=customer.external_id,
        name=customer.name,
        about=meant.about,
        anchor=key.anchor,
        rung=key.rung,
        channel=None if paused else channel,
        reason=Why.PAUSED if paused and channel is not None else reason,
        key=key,
        wait=meant.wait or (Wait.MISSING_FIELD if seen.missing else None),
        others=0 if paused else seen.others,
    )


def as_notification(planned: Planned) -> Notification:
    """Return what the plan would make, as the gate is asked about it; it has no id yet."""
    return _make_notification(
        id=NOT_YET,
        business_id=planned.business_id,
        key=planned.key,
        message_class=planned.message_class,
        rule_id=planned.rule_id,
        template_id=planned.template_id,
        record_id=planned.record_id,
        asset_id=planned.asset_id,
        campaign_id=planned.campaign_id,
        due_at=planned.due_at,
        expires_at=planned.expires_at,
        state=planned.state,
        reason=planned.reason,
    )


_make_notification = maker(Notification)
