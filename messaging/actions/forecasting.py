"""What will go out, and what switching a rule on would send: the planner's own functions over
another window.

Nothing is inserted. The gate is asked about the records and consents as they are now, at the moment
when each notice is due; whatever changes until then changes the answer.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from messaging.actions import awaiting, braking
from messaging.actions.candidates import (
    FIRST,
    circumstances_of,
    in_window,
    with_something_passed,
)
from messaging.actions.doors import Store
from messaging.actions.drafting import Drafted, to_plan
from messaging.actions.folding import fold, of_campaigns
from messaging.actions.pausing import stopping
from messaging.actions.settling import NOT_YET, Coming, Meant, as_notification, settle
from messaging.actions.striking import strikes_between
from messaging.asset import Asset
from messaging.business import Business
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.campaign import Campaign
from messaging.caps import weighs
from messaging.customer import CustomerId
from messaging.ladder import Arrival, Wait, drafts_in_window, drafts_on_arrival
from messaging.notification import Notification, State
from messaging.record import Record
from messaging.rule import NONE, Rule, RuleId, Strikes
from messaging.store import businesses, contexts, pauses, pendings, rules, templates
from messaging.store import planned as planned_rows
from messaging.store.connection import Connection
from messaging.store.rule_days import RuleDay
from messaging.subject import subject_of
from messaging.template import TemplateId

PAGE = 500


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

    What has been made already and has yet to leave is among them, and what campaigns that are scheduled or under
    way will send. What a pause stops does not go out, as things stand now. What only a change of the books
    would bring, a state entered, a limit crossed, is not told.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        # Where a day holds only so many, the last one is looked at to its end: what its evening brings takes a place.
        further = until
        if business.caps.daily is not None:
            further = end_of_day(local_day(until, business.zone), business.zone)
        standing = await pauses.standing(conn, business.id)
        on = [rule for rule, _ in await rules.of_business(conn, business.id) if rule.on]
        found = await of_rules(conn, business, on, now=now, until=further, strikes=strikes)
        lines = await awaiting.lines(conn, business, now)
        causes: list[Rule | Campaign] = [*on, *(each.campaign for each in lines)]
        paused = {each.source for each in causes if stopping(standing, each)}
        coming = await fold(conn, found, lines, paused, now=now, until=further)
    told = [each for each in coming if each.due_at <= until]
    return sorted(told, key=lambda each: (each.at, each.key.source, each.customer))


async def of_rules(
    conn: Connection,
    business: Business,
    on: Sequence[Rule],
    *,
    now: datetime,
    until: datetime,
    strikes: Strikes,
) -> list[Meant]:
    """Return what these rules, which are on, have made and will make that is to leave by `until`; nobody has been
    asked about it yet.
    """
    by_id = {each.id: each for each in on}
    found = await _made(conn, by_id, now=now, until=until)
    for rule in on:
        found += await _window(conn, business, rule, now=now, until=until, strikes=strikes)
    known = await braking.days_known(conn, by_id, business, now)
    return _braked(found, known, business)


async def besides(
    conn: Connection,
    business: Business,
    people: Collection[CustomerId],
    *,
    source: str,
    message_class: MessageClass,
    now: datetime,
    until: datetime,
    strikes: Strikes,
) -> list[Meant]:
    """Return what else these customers will get by `until` that may take the place of a notice of this class: of rules
    that are on and of campaigns, but of the one that is named by its source. What a pause stops is not among it.
    """
    standing = await pauses.standing(conn, business.id)
    on = [
        rule
        for rule, _ in await rules.of_business(conn, business.id)
        if rule.on
        and rule.source != source
        and weighs(rule.message_class, message_class, business.caps)
        and not stopping(standing, rule)
    ]
    lines = [
        line
        for line in await awaiting.lines(conn, business, now)
        if line.campaign.source != source
        and weighs(line.campaign.message_class, message_class, business.caps)
        and not line.stopped
        and not stopping(standing, line.campaign)
    ]
    if not on and not lines:
        return []
    found = await of_rules(conn, business, on, now=now, until=until, strikes=strikes)
    mine = [each for each in found if each.notification.key.customer_id in people]
    return mine + await of_campaigns(conn, lines, people, now=now, until=until)


def _braked(
    found: Sequence[Meant], known: Mapping[RuleId, Mapping[date, RuleDay]], business: Business
) -> list[Meant]:
    """Return them, those held that the brake will stop, if nothing changes."""
    going: dict[RuleId, Counter[date]] = {each: Counter() for each in known}
    for each in found:
        if each.wait is None and each.notification.id == NOT_YET:
            going[_rule_of(each)][local_day(each.due_at, business.zone)] += 1
    over = {each: braking.too_many(known[each], counts) for each, counts in going.items()}
    return [
        replace(each, wait=Wait.BRAKE)
        if each.wait is None
        and each.notification.state is State.PLANNED
        and local_day(each.due_at, business.zone) in over[_rule_of(each)]
        else each
        for each in found
    ]


def _rule_of(meant: Meant) -> RuleId:
    return RuleId(meant.cause.id)


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
        held=tuple(settle(held)),
        coming=tuple(sorted(settle(coming), key=lambda each: (each.at, each.customer))),
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
) -> list[Meant]:
    found: list[Meant] = []
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
) -> list[Meant]:
    found: list[Meant] = []
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
) -> list[Meant]:
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
        Meant(
            notification=subject,
            # The rule may be another than the stored one; whom it is meant for was asked when it was drafted.
            context=replace(context, rule=rule, in_audience=True),
            cause=rule,
            due_at=each.due_at,
            about=about.get(each.key.subject),
            wait=None if each.reason is None else Wait(each.reason),
            template=template,
        )
        for each, subject, context in zip(planned, as_if, loaded.contexts, strict=True)
    ]


async def _made(
    conn: Connection, on: Mapping[RuleId, Rule], *, now: datetime, until: datetime
) -> list[Meant]:
    """Return what the rules have made and nobody has sent yet."""
    found = await pendings.of_rules(conn, on, now=now, until=until)
    loaded = await contexts.load(conn, [each.notification for each in found], now=now)
    words = await templates.of_ids(conn, {_words_of(each.notification) for each in found})
    return [
        Meant(
            notification=each.notification,
            context=context,
            cause=on[each.rule_id],
            template=words[_words_of(each.notification)],
            due_at=each.due_at,
            about=_code(context.record or context.asset),
            tried=each.tried,
        )
        for each, context in zip(found, loaded.contexts, strict=True)
    ]


def _words_of(notice: Notification) -> TemplateId:
    return TemplateId(notice.template_id)


def _code(about: Record | Asset | None) -> str | None:
    return None if about is None else about.external_id
