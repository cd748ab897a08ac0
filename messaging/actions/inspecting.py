"""What is wrong with a business, as far as its own data tell: rules, links, people who wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.actions.braked_files import braked_files
from messaging.actions.candidates import FIRST, in_window
from messaging.actions.doors import Store
from messaging.anniversary import Anniversary
from messaging.business import Business, SenderId
from messaging.clock import Clock
from messaging.customer import Channel
from messaging.errors import NotFound
from messaging.finding import Finding, clock_finding, fine, needs_you, warning
from messaging.ladder import Wait
from messaging.record import Record
from messaging.rule import (
    AfterDate,
    BeforeDate,
    Cron,
    DateField,
    OnDate,
    Rule,
    Season,
    Threshold,
    rungs,
    stated,
    where_of,
)
from messaging.store import assets, businesses, health, holds, rules, senders, surveys, templates
from messaging.store.connection import Connection
from messaging.store.holds import HeldGroup
from messaging.store.senders import SenderRow
from messaging.store.surveys import RecordCount, Survey
from messaging.subject import asset_type_in

PLANNER_LATE = timedelta(minutes=10)
"""How far the planner may be behind. It plans ten minutes ahead, at least every five: one that has
planned nothing beyond ten minutes ago does not run.
"""

IMPORT_OLD = timedelta(days=14)
"""After so long without a file the books are no longer what the shop knows."""

REPLY_OLD = timedelta(days=2)
"""A customer who asked to be called and was not for so long has been forgotten."""

LOOKED_AT = 5_000
"""So many records ahead are looked at for one that a rule speaks of."""

_PAGE = 500
_FAR = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A sender that speaks for a business, and what its row says of it."""

    id: SenderId
    channel: Channel
    external_id: str
    name: str | None
    refused: str | None


async def senders_of(store: Store, *, slug: str) -> list[Spoken]:
    """Return the bot and the project of a business, as far as it has them. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return [_spoken(each) for each in await _senders(conn, business)]


async def _senders(conn: Connection, business: Business) -> list[SenderRow]:
    ids = [await businesses.sender_of(conn, business.id, channel) for channel in Channel]
    rows = [await senders.by_id(conn, each) for each in ids if each is not None]
    return [each for each in rows if each is not None]


def _spoken(row: SenderRow) -> Spoken:
    return Spoken(
        id=row.id,
        channel=row.channel,
        external_id=row.external_id,
        name=row.name,
        refused=row.refused,
    )


async def database_findings(store: Store, clock: Clock) -> list[Finding]:
    """Return how the database itself is: its schema, its file, its clock. Raises Misconfigured if it
    cannot be read.
    """
    at = await health.schema(store)
    if not at.known:
        return [
            needs_you(
                "schema_ahead",
                "the database was made by a newer avvisa than this one",
                "install that version here too; never let two versions share a database",
            )
        ]
    if not at.current:
        return [
            needs_you(
                "schema_behind",
                "the database has an older schema than this avvisa speaks",
                "stop every avvisa, make a copy of the database, then: avvisa migrate",
            )
        ]
    found = [fine("schema", "the database is at the schema that this avvisa speaks")]
    hurt = await health.damage(store)
    if hurt is not None:
        found.append(
            needs_you(
                "database_damaged",
                f"the database's own check complains: {hurt}",
                "stop avvisa and go back to the last good copy of the file",
            )
        )
    if not store.is_sqlite:
        ahead = await health.clock_ahead(store, clock)
        found.append(clock_finding("the database server's", ahead.total_seconds()))
    return found


async def inspect(store: Store, *, slug: str, now: datetime) -> list[Finding]:
    """Return what the business's own data tell, good and bad. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        every = [rule for rule, _ in await rules.of_business(conn, business.id)]
        on = [rule for rule in every if rule.on]
        seen = await surveys.survey(conn, business.id)
        speak = await _senders(conn, business)
        found = [
            *_senders_found(business, speak, on),
            *_people_found(business, seen, on, now),
            *_waiting_found(business, seen, now),
            *_planning_found(business, seen, every, on, now),
            *_braked_found(business, await holds.groups(conn, business.id)),
            *await braked_files(conn, business, now),
        ]
        for rule in on:
            found += await _rule_found(conn, business, rule, now)
    return found


def _senders_found(business: Business, speak: list[SenderRow], on: list[Rule]) -> list[Finding]:
    if speak:
        return []
    says = f"{business.name} has neither a bot nor an app: nothing can go out"
    todo = f"avvisa business telegram {business.slug} --token-file FILE"
    tell = needs_you if on else warning
    return [tell("no_sender", says, todo, about=business.slug)]


def _people_found(business: Business, seen: Survey, on: list[Rule], now: datetime) -> list[Finding]:
    slug, found = business.slug, []
    if seen.customers == 0:
        return [
            warning(
                "no_customers",
                "the books hold no customer yet",
                f"avvisa import {slug} FILE",
                about=slug,
            )
        ]
    if seen.linked == 0:
        tell = needs_you if on else warning
        found.append(
            tell(
                "nobody_linked",
                f"{seen.customers} customers, none linked: nobody can be reached",
                f"print a QR code for each at the counter: avvisa business invite {slug} CUSTOMER",
                about=slug,
            )
        )
    else:
        found.append(
            fine(
                "linked",
                f"{seen.linked} of {seen.customers} customers are linked",
                about=slug,
            )
        )
    if seen.last_import is not None and now - seen.last_import > IMPORT_OLD:
        days = (now - seen.last_import).days
        found.append(
            warning(
                "import_old",
                f"nothing was imported for {days} days: the books may not be true any more",
                f"avvisa import {slug} FILE",
                about=slug,
            )
        )
    return found


def _braked_found(business: Business, groups: Sequence[HeldGroup]) -> list[Finding]:
    return [
        needs_you(
            "brake",
            f"{each.rule} was about to send {each.count} notices, more than three times its usual day: "
            "they wait for you",
            f"avvisa held {business.slug} show {each.rule}:{each.reason}",
            about=business.slug,
        )
        for each in groups
        if each.reason == Wait.BRAKE
    ]


def _waiting_found(business: Business, seen: Survey, now: datetime) -> list[Finding]:
    slug, found = business.slug, []
    if seen.held and seen.held_since is not None:
        found.append(
            needs_you(
                "held",
                f"{seen.held} notices wait for you, the first since "
                f"{_day(seen.held_since, business.zone)}",
                f"avvisa held {slug} list, then release or drop",
                about=slug,
            )
        )
    if seen.oldest_reply is not None and now - seen.oldest_reply > REPLY_OLD:
        found.append(
            needs_you(
                "replies_waiting",
                f"{seen.open_replies} customers wait for an answer, the first since "
                f"{_day(seen.oldest_reply, business.zone)}",
                f"avvisa replies {slug}",
                about=slug,
            )
        )
    return found


def _planning_found(
    business: Business, seen: Survey, every: list[Rule], on: list[Rule], now: datetime
) -> list[Finding]:
    slug = business.slug
    if every and not on:
        return [
            warning(
                "all_rules_off",
                f"all {len(every)} rules are off: nothing goes out by itself",
                f"avvisa rule on {slug} shows what each would send, and asks",
                about=slug,
            )
        ]
    behind = [each for each in (seen.planned_until, seen.oldest_change) if each is not None]
    if behind and now - min(behind) > PLANNER_LATE:
        return [
            needs_you(
                "planner_behind",
                f"nothing was planned since {_moment(min(behind), business.zone)}",
                "is `avvisa serve` running? Its log says why not",
                about=slug,
            )
        ]
    return [fine("planned", f"{len(on)} rules are on, and planned", about=slug)] if on else []


async def _rule_found(
    conn: Connection, business: Business, rule: Rule, now: datetime
) -> list[Finding]:
    """Return why a rule that is on never says anything; nothing if it may."""
    slug = business.slug
    try:
        await templates.latest(conn, business.id, rule.template)
    except NotFound:
        return [
            needs_you(
                "rule_no_template",
                f"{rule.name} is on, and its text {rule.template} does not exist",
                f"avvisa rule off {slug} {rule.name}",
                about=slug,
            )
        ]
    if business.next_slot(rule.message_class, now) is None:
        return [
            needs_you(
                "rule_never_open",
                f"{rule.name} is on, and the sending hours for its kind never open",
                f"give {slug} sending hours, or: avvisa rule off {slug} {rule.name}",
                about=slug,
            )
        ]
    why = await _why_never(conn, business, rule, now)
    if why is None:
        return []
    code, says = why
    return [
        warning(
            code,
            f"{rule.name} is on and never says anything: {says}",
            f"look into the file that you import; or: avvisa rule off {slug} {rule.name}",
            about=slug,
        )
    ]


async def _why_never(
    conn: Connection, business: Business, rule: Rule, now: datetime
) -> tuple[str, str] | None:
    asset_type = asset_type_in(rule.subject_type)
    match rule.trigger:
        case Anniversary():
            year = now + timedelta(days=367)
            found = await in_window(
                conn, rule, business.zone, since=now, until=year, after=FIRST, limit=1, strikes=()
            )
            return None if found else ("rule_no_dates", "the books hold no birthday")
        case Season() | Cron() | Threshold() if asset_type is not None:
            things = await assets.of_type(conn, business.id, asset_type, after=FIRST, limit=1)
            kind = asset_type.replace("_", " ")
            return None if things else ("rule_no_assets", f"the books hold no {kind}")
        case Season() | Cron():
            return None  # that there are no customers is told on its own
        case _:
            counted = await surveys.records_of_type(conn, business.id, rule.heard_type)
            silent = _why_silent(rule, counted)
            return silent or await _why_none_ahead(conn, business, rule, counted, now)


def _why_silent(rule: Rule, counted: RecordCount) -> tuple[str, str] | None:
    kind = rule.heard_type.replace("_", " ")
    if counted.all == 0:
        return "rule_no_records", f"the books hold no {kind}"
    trigger = rule.trigger
    if isinstance(trigger, BeforeDate | OnDate | AfterDate):
        due_on = trigger.date_field is DateField.DUE_ON
        dated = counted.due if due_on else counted.starting
        if dated == 0:
            return "rule_no_dates", f"none of {counted.all} ({kind}) has a date"
    return None


async def _why_none_ahead(
    conn: Connection, business: Business, rule: Rule, counted: RecordCount, now: datetime
) -> tuple[str, str] | None:
    """Return why no step of any record lies ahead, asked page by page as the planner would."""
    if not isinstance(rule.trigger, BeforeDate | OnDate | AfterDate):
        return None
    seen, matching, after = 0, 0, FIRST
    while seen < LOOKED_AT:
        found = await in_window(
            conn,
            rule,
            business.zone,
            since=now,
            until=now + _FAR,
            after=after,
            limit=_PAGE,
            strikes=(),
        )
        page = [each for each in found if isinstance(each, Record)]
        if any(_speaks(rule, each, business.zone, now) for each in page):
            return None
        seen += len(page)
        matching += sum(_matches(rule, each) for each in page)
        if len(page) < _PAGE:
            break
        after = page[-1].id
    kind = rule.subject_type.replace("_", " ")
    if seen and not matching and rule.trigger.where:
        wanted = ", ".join(f"{name} «{value}»" for name, value in rule.trigger.where.items())
        return "rule_where_never", f"of {seen} ({kind}) ahead none has {wanted}"
    return "rule_none_ahead", f"of {counted.all} ({kind}) none is open and still ahead"


def _speaks(rule: Rule, record: Record, zone: ZoneInfo, now: datetime) -> bool:
    return any(each.moment > now for each in rungs(rule, record, zone))


def _matches(rule: Rule, record: Record) -> bool:
    return all(stated(record, name) == value for name, value in where_of(rule).items())


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %b %Y}"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %b %Y %H:%M}"
