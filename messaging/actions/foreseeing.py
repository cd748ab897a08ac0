"""What will become of one rule for one customer, in a given world.

The planner's, the gate's and the claim's own functions over everything that lies ahead, without the
insert and without a database: so it can be asked again in a world with other facts.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from messaging.actions.composing import compose
from messaging.actions.drafting import planned_for
from messaging.actions.ending import end_of, first_delivery, stays
from messaging.actions.holding import expiry_if_released
from messaging.actions.settling import as_notification
from messaging.anniversary import Anniversary
from messaging.asset import Asset
from messaging.audience_json import audience_to_json
from messaging.calendar import local_day
from messaging.customer import AddressState, Customer, CustomerId
from messaging.explanation import Goes, Outlook, Stays, Why
from messaging.gate import NotNow, Reason, may_go, stopped, unsuited
from messaging.ladder import Arrival, Draft, Wait, drafts_in_window, drafts_on_arrival, only_new
from messaging.notification import (
    PENDING,
    REACHED,
    Key,
    Notification,
    NotificationId,
    State,
)
from messaging.record import Record
from messaging.remedy import Act, Remedy, applied
from messaging.rule import (
    Inactivity,
    Rule,
    Rung,
    Threshold,
    anchor_of,
    comes_round,
    recurring_rungs,
    rungs,
    yearly_rungs,
)
from messaging.store.planned import REVIVABLE
from messaging.subject import Subject, asset_type_in, subject_of
from messaging.template import MissingField, TemplateId
from messaging.world import Made, World

FAR = timedelta(days=20 * 366)
"""How far ahead is looked: every deadline that a file may name lies nearer."""

A_YEAR_AHEAD = timedelta(days=367)
"""What comes round every year is looked for once, not for as long as somebody may live."""

_NOBODY = NotificationId(0)


def outlook(world: World) -> Outlook:
    """Return when and how the next notice goes out; where none does, what stands nearest to a yes."""
    subject = world.subject
    if subject is None:
        of_asset = asset_type_in(world.rule.subject_type) is not None
        return Stays(reason=Why.NO_ASSET if of_asset else Why.NO_RECORD)
    if not world.told:
        return Stays(reason=Why.NOT_TOLD)
    no = _nothing_to_speak_of(world, subject)
    if no is not None:
        return no
    seen = [_end(world, each) for each in _coming(world, subject)]
    going = [each for each in seen if isinstance(each, Goes)]
    if going:
        return min(going, key=lambda each: each.at)
    staying = [each for each in seen if isinstance(each, Stays)]
    # What gives way to a later step says nothing of why that one stays.
    staying.sort(key=lambda each: each.reason == Reason.SUPERSEDED)
    return staying[0] if staying else _nothing_comes(world, subject)


def _nothing_to_speak_of(world: World, subject: Subject) -> Stays | None:
    if isinstance(world.rule.trigger, Anniversary) and isinstance(subject, Customer):
        return _nothing_to_wish(world, subject)
    return _nothing_to_say(world, subject)


def _nothing_to_wish(world: World, customer: Customer) -> Stays | None:
    """Return why the rule has nothing to say to this person, whatever the year; a minor becomes of
    age some day.
    """
    coming = steps(world)
    if not coming:
        return Stays(reason=Reason.NO_BIRTHDAY)
    no = stopped(_probe_of(world, coming[0].anchor), world.context)
    if no is None and customer.deceased:
        return Stays(reason=Reason.DECEASED)
    return None if no is None else Stays(reason=no.reason)


def steps(world: World) -> tuple[Rung, ...]:
    """Return the rungs of the subject, past ones too; of a rule that comes round, those of a year."""
    rule, subject, zone = world.rule, world.subject, world.context.business.zone
    if subject is None:
        return ()
    until = world.now + A_YEAR_AHEAD
    if isinstance(rule.trigger, Anniversary):
        return yearly_rungs(
            rule.trigger, world.context.customer, zone, since=world.now, until=until
        )
    if comes_round(rule):
        return recurring_rungs(
            rule, subject, zone, world.circumstances, since=world.now, until=until
        )
    return rungs(rule, subject, zone, world.circumstances)


def _nothing_to_say(world: World, subject: Subject) -> Stays | None:
    """Return why the rule has nothing to say of the subject to this person at all, whatever the
    moment.
    """
    context, zone = world.context, world.context.business.zone
    anchor = anchor_of(world.rule, subject, zone, world.circumstances)
    if anchor is None and isinstance(world.rule.trigger, Inactivity):
        return Stays(reason=Why.NO_RECORD)
    no = stopped(_probe_of(world, anchor or ""), context)
    if no is None:
        today = local_day(world.now, zone)
        no = unsuited(world.rule.message_class, context.customer, today)
    if no is None:
        return None
    if no.reason is Reason.DATE_MOVED:
        return Stays(reason=Why.NO_DATE)  # the probe hangs on the record's own date
    if no.reason is Reason.RULE_CHANGED:
        return Stays(reason=Why.NOT_MATCHING)
    if no.reason is Reason.CLEARED:
        return None  # it was never crossed, or is not any more: that is told where nothing comes
    left = (
        no.reason is Reason.FINISHED
        and isinstance(subject, Record)
        and subject.status not in world.rule.stop_statuses
    )
    return Stays(reason=Why.OTHER_STATUS if left else no.reason)


def probe(
    rule: Rule,
    customer_id: CustomerId,
    subject: Subject | None,
    *,
    template_id: TemplateId,
    now: datetime,
    anchor: str = "",
) -> Notification:
    """Return a notice that nobody made, for asking the gate about the subject (None: about none)."""
    return Notification(
        id=_NOBODY,
        business_id=rule.business_id,
        key=Key(
            source=rule.source,
            customer_id=customer_id,
            subject="" if subject is None else subject_of(subject),
            rung="",
            anchor=anchor,
        ),
        message_class=rule.message_class,
        rule_id=rule.id,
        template_id=template_id,
        record_id=subject.id if isinstance(subject, Record) else None,
        asset_id=subject.id if isinstance(subject, Asset) else None,
        due_at=now,
        expires_at=now + FAR,
        state=State.PLANNED,
    )


def _probe_of(world: World, anchor: str = "") -> Notification:
    return probe(
        world.rule,
        world.context.customer.id,
        world.subject,
        template_id=world.template_id,
        now=world.now,
        anchor=anchor,
    )


def _coming(world: World, subject: Subject) -> Iterator[Made]:
    """Yield what is made and not ended, and what will be made, earliest first."""
    living = [
        each
        for each in world.made
        if each.notification.state in PENDING or each.notification.state is State.HELD
    ]
    yield from sorted(living, key=lambda each: each.notification.due_at)
    there = {each.notification.key for each in world.made if not _revivable(each)}
    for draft in _drafts(world, subject):
        planned = planned_for(
            world.rule,
            world.context.business,
            subject,
            world.context.customer.id,
            draft,
            world.template_id,
            world.now,
            zone=world.context.customer.zone,
        )
        if planned.key not in there:
            yield Made(notification=as_notification(planned), tried=False)


def _revivable(made: Made) -> bool:
    """Return whether the same insert would revive it: cancelled untried, for a reason that may
    cease.
    """
    known = made.notification
    return known.state is State.CANCELLED and known.reason in REVIVABLE and not made.tried


def _drafts(world: World, subject: Subject) -> list[Draft]:
    """Return what the planner will make of the subject: of its changes first, then as time passes."""
    rule, zone, now = world.rule, world.context.business.zone, world.now
    since = rule.watermark or now
    found: dict[tuple[str, str], Draft] = {}
    for arrival in sorted(world.arrivals, key=list(Arrival).index):
        for draft in drafts_on_arrival(
            rule,
            subject,
            zone,
            arrival=arrival,
            planned_until=since,
            now=now,
            circumstances=world.circumstances,
        ):
            known = found.get((draft.rung.name, draft.rung.anchor))
            if known is None or known.wait is not None:
                found[draft.rung.name, draft.rung.anchor] = draft
    until = now + (A_YEAR_AHEAD if comes_round(rule) else FAR)
    for draft in drafts_in_window(
        rule,
        subject,
        zone,
        since=since,
        until=until,
        now=now,
        circumstances=world.circumstances,
    ):
        found.setdefault((draft.rung.name, draft.rung.anchor), draft)
    fresh = only_new(rule, list(found.values()), world.said().items())
    return sorted(fresh, key=lambda each: each.rung.moment)


def _end(world: World, made: Made) -> Outlook:
    """Return how one notice ends, if nothing changes until it is due."""
    notice = made.notification
    if notice.state is State.HELD:
        if not world.released:
            return stays(notice, notice.reason or Wait.LATE, held=True)
        notice = _released(world, notice)
    due_at = max(notice.due_at, made.waits_until or world.now, world.now)
    if _is_braked(world, made):
        return stays(notice, Wait.BRAKE, at=due_at, held=True)
    ends = end_of(
        notice,
        world.context,
        world.templates[TemplateId(notice.template_id)],
        channels=world.rule.channels,
        due_at=due_at,
        speakers=world.speakers,
        pauses=world.pauses,
        tried=made.tried_addresses,
        unmet=lambda: _unmet(world),
    )
    if isinstance(ends, Goes) and _hears_it_already(world, ends):
        return stays(notice, Reason.SAME_ADDRESS, at=ends.at)
    if isinstance(ends, Goes) and ends.later is None:
        return replace(ends, later=_moved(world, made))
    return ends


def _is_braked(world: World, made: Made) -> bool:
    """Return whether it will be made for a day of which too much is made already."""
    day = local_day(made.notification.due_at, world.context.business.zone)
    return made.notification.id == _NOBODY and day in world.braked and not world.released


def _hears_it_already(world: World, goes: Goes) -> bool:
    """Return whether wherever it goes somebody who shares the thing is told of it first."""
    there = {
        each.id
        for each in world.context.addresses
        if each.channel is goes.channel and each.state is AddressState.ACTIVE
    }
    return bool(there) and there <= world.told_before


def _moved(world: World, made: Made) -> str | None:
    """Return why what waits in its lane has been put off already: what the gate says of it now."""
    if made.waits_until is None or made.waits_until <= world.now:
        return None
    answer = may_go(made.notification, world.context, world.rule.channels, now=world.now)
    return answer.reason if isinstance(answer, NotNow) else None


def _unmet(world: World) -> str:
    """Return the conditions that keep the customer out of the rule's audience, as they are written."""
    written = (json.dumps(audience_to_json(each), ensure_ascii=False) for each in world.unmet)
    return ", ".join(written)


def _released(world: World, notice: Notification) -> Notification:
    """Return the notice as a person's decision leaves it: due now, and with time to go."""
    at_least = expiry_if_released(
        world.context.business, notice.message_class, world.now, world.context.customer.zone
    )
    return replace(
        notice,
        state=State.PLANNED,
        reason=None,
        due_at=world.now,
        expires_at=max(notice.expires_at, at_least),
    )


def _nothing_comes(world: World, subject: Subject) -> Stays:
    """Return why no step of the ladder lies ahead: it was said, or ended otherwise, or passed by."""
    mine = [each.notification for each in world.made]
    rule, zone, crossing = world.rule, world.context.business.zone, world.circumstances.crossing
    if isinstance(rule.trigger, Threshold) and (crossing is None or not crossing.beyond):
        return Stays(reason=Why.NOT_CROSSED)
    if not comes_round(rule):
        anchor = anchor_of(rule, subject, zone, world.circumstances)
        mine = [each for each in mine if each.key.anchor == anchor]
    if not mine:
        return Stays(reason=Why.ALL_PASSED)
    last = max(mine, key=lambda each: each.due_at)
    reason = Why.SENT if last.state in REACHED else last.reason or last.state
    return stays(last, reason)


def empty_fields(world: World) -> frozenset[str]:
    """Return the fields that the rule's text needs and that are empty here, on any of its channels."""
    template = world.templates[world.template_id]
    if world.subject is None:
        return frozenset()
    notice = _probe_of(world)
    found: set[str] = set()
    for channel in world.rule.channels:
        seen = applied(world, [Remedy(act=Act.LINKED, channel=channel)])
        while isinstance(
            told := compose(
                first_delivery(notice, channel),
                notice,
                seen.context,
                seen.context.addresses[-1],
                template,
                now=world.now,
            ),
            MissingField,
        ):
            if told.name in found:
                break  # the text itself is at fault: nothing that the books hold fills it
            found.add(told.name)
            seen = applied(seen, [Remedy(act=Act.FILLED, name=told.name)])
    return frozenset(found)
