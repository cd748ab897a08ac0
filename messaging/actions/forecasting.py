"""What will go out, and what switching a rule on would send: the planner's own functions over
another window.

Nothing is inserted. The gate is asked about the records and consents as they are now, at the moment
when each notice is due; whatever changes until then changes the answer.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from messaging.actions import braking
from messaging.actions.candidates import (
    FIRST,
    circumstances_of,
    in_window,
    with_something_passed,
)
from messaging.actions.doors import Store
from messaging.actions.drafting import Drafted, to_plan
from messaging.actions.pausing import stopping
from messaging.actions.striking import strikes_between
from messaging.asset import Asset
from messaging.business import Business
from messaging.calendar import local_day
from messaging.customer import Channel
from messaging.explanation import Why
from messaging.gate import Context, Foreseen, Go
from messaging.ladder import Arrival, Wait, drafts_in_window, drafts_on_arrival
from messaging.notification import Key, Notification, NotificationId, State
from messaging.prediction import Asked, predict
from messaging.record import Record
from messaging.rule import NONE, Rule, RuleId, Strikes
from messaging.store import businesses, contexts, pauses, pendings, rules, templates
from messaging.store import planned as planned_rows
from messaging.store.connection import Connection
from messaging.store.planned import Planned
from messaging.store.rule_days import RuleDay
from messaging.subject import subject_of

PAGE = 500

NOT_YET = NotificationId(0)
"""The id of what nobody has made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A notice that will leave, or not. `at`: when it may (UTC), its hours and the caps considered; `due_at`:
    when it was meant to.

    `channel` None: it will not go out, and `reason` says why; a `reason` beside a channel explains
    a later hour. `wait`: it will be held for a person. `about`: the code of the record or thing;
    None: it is about the customer.
    """

    at: datetime
    due_at: datetime
    rule: str
    customer: str
    name: str | None
    about: str | None
    anchor: str
    rung: str
    channel: Channel | None
    reason: str | None
    key: Key
    wait: Wait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foretold:
    """A notice that is made or will be, before anybody is asked what becomes of it."""

    notification: Notification
    context: Context
    rule: Rule
    due_at: datetime
    about: str | None
    wait: Wait | None = None
    tried: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What switching a rule on would do: what waits for a person at once, and what goes out by
    `until`.
    """

    rule: Rule
    until: datetime
    held: tuple[Coming, ...]
    coming: tuple[Coming, ...]


async def forecast(
    store: Store, *, slug: str, now: datetime, until: datetime, strikes: Strikes
) -> list[Coming]:
    """Return what the rules that are on will send and what they will not between now and `until`, earliest
    first. Raises NotFound.

    What has been made already and has yet to leave is among them. What a pause stops does not go out, as
    things stand now. What only a change of the books would bring, a state entered, a limit crossed, is
    not told.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        standing = await pauses.standing(conn, business.id)
        on = {rule.id: rule for rule, _ in await rules.of_business(conn, business.id) if rule.on}
        found = await _made(conn, on, now=now, until=until)
        for rule in on.values():
            found += await _window(conn, business, rule, now=now, until=until, strikes=strikes)
        known = await braking.days_known(conn, on, business, now)
        found = _braked(found, known, business)
        paused = {each.id for each in on.values() if stopping(standing, each)}
    return sorted(_coming(found, paused), key=lambda each: (each.at, each.rule, each.customer))


def _braked(
    found: Sequence[_Foretold], known: Mapping[RuleId, Mapping[date, RuleDay]], business: Business
) -> list[_Foretold]:
    """Return them, those held that the brake will stop, if nothing changes."""
    going: dict[RuleId, Counter[date]] = {each: Counter() for each in known}
    for each in found:
        if each.wait is None and each.notification.id == NOT_YET:
            going[each.rule.id][local_day(each.due_at, business.zone)] += 1
    over = {each: braking.too_many(known[each], counts) for each, counts in going.items()}
    return [
        replace(each, wait=Wait.BRAKE)
        if each.wait is None
        and each.notification.state is State.PLANNED
        and local_day(each.due_at, business.zone) in over[each.rule.id]
        else each
        for each in found
    ]


def _coming(found: Sequence[_Foretold], paused: Collection[RuleId] = ()) -> list[Coming]:
    """Return what becomes of each, all of them together. What a pause stops does not go out; what would not
    go out anyway keeps its own reason.
    """
    seen = predict(
        [
            Asked(
                notification=each.notification,
                context=each.context,
                channels=each.rule.channels,
                due_at=each.due_at,
                waits=each.wait is not None or each.rule.id in paused,
                tried=each.tried,
            )
            for each in found
        ]
    )
    return [
        _told_of(each, outcome, paused=each.rule.id in paused)
        for each, outcome in zip(found, seen, strict=True)
    ]


def _told_of(foretold: _Foretold, seen: Foreseen, *, paused: bool) -> Coming:
    if isinstance(seen.answer, Go):
        channel, reason = seen.answer.channel, seen.later
    else:
        channel, reason = None, seen.answer.reason
    customer = foretold.context.customer
    return Coming(
        at=seen.at,
        due_at=foretold.due_at,
        rule=foretold.rule.name,
        customer=customer.external_id,
        name=customer.name,
        about=foretold.about,
        anchor=foretold.notification.key.anchor,
        rung=foretold.notification.key.rung,
        channel=None if paused else channel,
        reason=Why.PAUSED if paused and channel is not None else reason,
        key=foretold.notification.key,
        wait=foretold.wait,
    )


async def preview(
    store: Store,
    *,
    slug: str,
    name: str,
    now: datetime,
    until: datetime,
    strikes: Strikes,
    rule: Rule | None = None,
) -> Preview:
    """Return what switching the rule on (or `rule`, an edited one) would do, were nothing paused.

    Raises NotFound.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        known = rule or await rules.by_name(conn, business.id, name)
        as_on = replace(known, on=True)
        # Switching on what is on changes nothing; anything else voids what nobody has tried.
        anew = as_on != await rules.by_name(conn, business.id, name)
        held = await _backlog(conn, business, as_on, now=now) if anew else []
        coming = await _window(
            conn, business, as_on, now=now, until=until, strikes=strikes, anew=anew
        )
    return Preview(
        rule=as_on,
        until=until,
        held=tuple(_coming(held)),
        coming=tuple(sorted(_coming(coming), key=lambda each: (each.at, each.customer))),
    )


async def _window(
    conn: Connection,
    business: Business,
    rule: Rule,
    *,
    now: datetime,
    until: datetime,
    strikes: Strikes,
    anew: bool = False,
) -> list[_Foretold]:
    found: list[_Foretold] = []
    struck = strikes_between(strikes, rule, business.zone, since=now, until=until)
    after: int | None = FIRST
    while after is not None:
        page = await in_window(
            conn,
            rule,
            business.zone,
            since=now,
            until=until,
            after=after,
            limit=PAGE,
            strikes=struck,
        )
        besides = await circumstances_of(conn, rule, page, now=now, strikes=struck)
        drafted = [
            Drafted(
                subject=each,
                drafts=drafts_in_window(
                    rule,
                    each,
                    business.zone,
                    since=now,
                    until=until,
                    now=now,
                    circumstances=besides.get(subject_of(each), NONE),
                ),
            )
            for each in page
        ]
        found += await _told(conn, business, rule, drafted, now, anew=anew)
        after = page[-1].id if len(page) == PAGE else None
    return found


async def _backlog(
    conn: Connection, business: Business, rule: Rule, *, now: datetime
) -> list[_Foretold]:
    found: list[_Foretold] = []
    after: int | None = FIRST
    while after is not None:
        page = await with_something_passed(
            conn, rule, business.zone, now=now, after=after, limit=PAGE
        )
        besides = await circumstances_of(conn, rule, page, now=now)
        drafted = [
            Drafted(
                subject=each,
                drafts=drafts_on_arrival(
                    rule,
                    each,
                    business.zone,
                    arrival=Arrival.SWITCHED_ON,
                    planned_until=now,
                    now=now,
                    circumstances=besides.get(subject_of(each), NONE),
                ),
            )
            for each in page
        ]
        found += await _told(conn, business, rule, drafted, now, anew=True)
        after = page[-1].id if len(page) == PAGE else None
    return found


async def _told(
    conn: Connection,
    business: Business,
    rule: Rule,
    drafted: Sequence[Drafted],
    now: datetime,
    *,
    anew: bool,
) -> list[_Foretold]:
    if not any(each.drafts for each in drafted):
        return []
    template = await templates.latest(conn, rule.business_id, rule.template)
    planned = await to_plan(conn, rule, business, drafted, template=template, now=now)
    there = await planned_rows.existing(
        conn, [each.key for each in planned], business.id, but_untried=anew
    )
    planned = [each for each in planned if each.key not in there]
    as_if = [as_notification(each) for each in planned]
    loaded = await contexts.load(conn, as_if, now=now)
    about = {
        subject_of(each.subject): each.subject.external_id
        for each in drafted
        if isinstance(each.subject, Record | Asset)
    }
    return [
        _Foretold(
            notification=subject,
            # The rule may be another than the stored one; whom it is meant for was asked when it was drafted.
            context=replace(context, rule=rule, in_audience=True),
            rule=rule,
            due_at=each.due_at,
            about=about.get(each.key.subject),
            wait=None if each.reason is None else Wait(each.reason),
        )
        for each, subject, context in zip(planned, as_if, loaded.contexts, strict=True)
    ]


async def _made(
    conn: Connection, on: Mapping[RuleId, Rule], *, now: datetime, until: datetime
) -> list[_Foretold]:
    """Return what the rules have made and nobody has sent yet."""
    found = await pendings.of_rules(conn, on, now=now, until=until)
    loaded = await contexts.load(conn, [each.notification for each in found], now=now)
    return [
        _Foretold(
            notification=each.notification,
            context=context,
            rule=on[each.rule_id],
            due_at=each.due_at,
            about=_code(context.record or context.asset),
            tried=each.tried,
        )
        for each, context in zip(found, loaded.contexts, strict=True)
    ]


def _code(about: Record | Asset | None) -> str | None:
    return None if about is None else about.external_id


def as_notification(planned: Planned) -> Notification:
    """Return what the plan would make, as the gate is asked about it; it has no id yet."""
    return Notification(
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
