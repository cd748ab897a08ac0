"""A forecast that somebody was shown is kept, and compared with what happened once its day is here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from messaging.actions.doors import Store
from messaging.actions.settling import Coming
from messaging.asset import AssetId
from messaging.business import Business
from messaging.calendar import end_of_day, local_day
from messaging.campaign import CampaignState
from messaging.comparison import Came, Compared, Difference, Foretold, compare
from messaging.customer import Customer, CustomerId
from messaging.errors import NotFound
from messaging.gate import No, Reason, may_go
from messaging.notification import Key, Notification, NotificationId, State
from messaging.record import RecordId
from messaging.rule import OnEvent, Rule, Threshold
from messaging.store import (
    businesses,
    campaigns,
    contexts,
    customers,
    predictions,
    rules,
    templates,
)
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection
from messaging.store.predictions import Taken
from messaging.template import TemplateId

KEPT = timedelta(days=35)
"""A month and some days: what was foreseen for a month can be compared when it is over."""

_PAGE = 500
_FORGOTTEN_AT_ONCE = 20
_LONG = timedelta(days=20_000)

NOT_MADE = "not_made_yet"
ASKED_FOR = "asked_for"
RULE_ON_LATER = "rule_on_later"
CAMPAIGN_LATER = "campaign_later"
LET_GO = "let_go"
BY_EVENT = "by_event"
BOOKS_CHANGED = "books_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One difference, with whom and what it is about, and why it came so. `rule`, `campaign`: what it is of;
    None: of the other, or of something that a person asked for.
    """

    difference: Difference
    customer: str
    name: str | None
    rule: str | None
    campaign: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCompared:
    """A day of a business against the forecast taken at `taken_at` (UTC); from `since` on, which is
    later than the day's beginning where the forecast was taken during the day.
    """

    business: Business
    day: date
    taken_at: datetime
    since: datetime
    compared: Compared
    told: Sequence[Told]


async def keep(
    store: Store, *, slug: str, coming: Sequence[Coming], taken_at: datetime, until: datetime
) -> None:
    """Keep what a forecast told, page by page. Raises NotFound.

    Those of more than a month ago are forgotten, and of one day those between the first and the last,
    which no comparison looks at: a program that asks every minute fills nothing.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        old = await predictions.older(conn, business.id, taken_at - KEPT, limit=_FORGOTTEN_AT_ONCE)
        await predictions.forget(conn, old)
        into = await predictions.begin(conn, business.id, taken_at=taken_at, until=until)
    # A notice is told of once: the same key twice would be one notification.
    told = list({each.key: _foretold(each) for each in coming}.values())
    for place in range(0, len(told), _PAGE):
        async with store.begin() as conn:
            await predictions.tell(conn, into, told[place : place + _PAGE])
    begins = end_of_day(local_day(taken_at, business.zone) - timedelta(days=1), business.zone)
    this = Taken(id=into, taken_at=taken_at, until=until)
    async with store.begin() as conn:
        await predictions.complete(conn, into)
        await predictions.forget(
            conn, await predictions.between(conn, business.id, begins + timedelta(seconds=1), this)
        )


def _foretold(coming: Coming) -> Foretold:
    return Foretold(
        key=coming.key,
        at=coming.at,
        goes=coming.channel is not None and coming.wait is None,
        channel=coming.channel,
        reason=coming.wait or coming.reason,
    )


async def compare_day(store: Store, *, slug: str, day: date, now: datetime) -> DayCompared:
    """Return what the business's forecast told of its local day, and what came of it so far.

    The forecast is the last one taken before the day, else the first one taken on it. Raises NotFound if
    none was.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        begins = end_of_day(day - timedelta(days=1), business.zone) + timedelta(seconds=1)
        ends = end_of_day(day, business.zone)
        # Of today only what lies behind can be compared, this very moment included.
        last = min(ends, max(now, begins))
        until = last + timedelta(milliseconds=1)
        taken = await predictions.covering(conn, business.id, since=begins, until=last)
        if taken is None:
            raise NotFound(
                f"no forecast of {day} was kept",
                hint=f"avvisa plan {slug} keeps what it tells: ask it before the day",
            )
        since = max(begins, taken.taken_at)
        foretold = await predictions.told(conn, taken.id)
        compared = compare(
            foretold,
            await predictions.happened(conn, business.id, taken.id, since=since, until=until),
            since=since,
            until=until,
        )
        sources = {each.key.source for each in foretold}
        told = await _told(conn, business, taken, sources, compared.differences, now)
    return DayCompared(
        business=business,
        day=day,
        taken_at=taken.taken_at,
        since=since,
        compared=compared,
        told=told,
    )


async def _told(
    conn: Connection,
    business: Business,
    taken: Taken,
    foretold_of: Collection[str],
    differences: Sequence[Difference],
    now: datetime,
) -> list[Told]:
    people: Mapping[CustomerId, Customer] = {}
    if differences:
        people = await customers.of_ids(conn, {each.key.customer_id for each in differences})
    known = {rule.source: rule for rule, _ in await rules.of_business(conn, business.id)}
    sent_by = {
        each.campaign.source: each for each in await campaigns.of_business(conn, business.id)
    }
    progress = await rules.progress(conn, [rule.id for rule in known.values()])
    unmade = await _why_not_made(conn, business, known, differences, now)
    told = []
    for each in differences:
        person, rule = people.get(each.key.customer_id), known.get(each.key.source)
        campaign = sent_by.get(each.key.source)
        reason: str | None
        if each.came is Came.NOT_MADE:
            reason = _why_not_begun(campaign) if campaign else unmade.get(each.key, NOT_MADE)
        elif each.came is Came.NOT_FORETOLD and campaign is not None:
            started = campaign.campaign.started_at
            foreseen = each.key.source in foretold_of
            reason = BOOKS_CHANGED if foreseen or started is None else CAMPAIGN_LATER
        elif each.came is Came.NOT_FORETOLD:
            since = None if rule is None else progress[rule.id].on_since
            reason = _why_unforeseen(each, rule, since, taken)
        else:
            reason = None if each.happened is None else each.happened.reason
        told.append(
            Told(
                difference=each,
                customer="" if person is None else person.external_id,
                name=None if person is None else person.name,
                rule=None if rule is None else rule.name,
                campaign=None if campaign is None else campaign.campaign.name,
                reason=reason,
            )
        )
    return told


def _why_not_begun(row: CampaignRow) -> str:
    """Return why a campaign has made nothing for somebody whom it was to reach."""
    campaign = row.campaign
    if campaign.state is CampaignState.CANCELLED:
        return Reason.CAMPAIGN_CANCELLED
    # Whoever has no notice once all are made was not in the audience when it began.
    begun = campaign.started_at is not None and row.progress.expanded
    return Reason.NOT_IN_AUDIENCE if begun else NOT_MADE


def _why_unforeseen(
    difference: Difference, rule: Rule | None, on_since: datetime | None, taken: Taken
) -> str:
    """Return what a forecast cannot know of, as far as it explains a notice that it did not tell of."""
    if rule is None:
        return ASKED_FOR
    if on_since is not None and on_since > taken.taken_at:
        return RULE_ON_LATER
    if difference.happened is not None and difference.happened.created_at < taken.taken_at:
        return LET_GO
    return BY_EVENT if isinstance(rule.trigger, OnEvent | Threshold) else BOOKS_CHANGED


async def _why_not_made(
    conn: Connection,
    business: Business,
    known: Mapping[str, Rule],
    differences: Sequence[Difference],
    now: datetime,
) -> dict[Key, str]:
    """Return why what was foreseen was never made: what the gate says of it as the books are now."""
    missed = [
        (known[each.key.source], each.foretold)
        for each in differences
        if each.came is Came.NOT_MADE and each.foretold is not None and each.key.source in known
    ]
    latest = {
        name: (await templates.latest(conn, business.id, name)).id
        for name in sorted({rule.template for rule, _ in missed})
    }
    asked = [_as_if(rule, foretold, latest[rule.template]) for rule, foretold in missed]
    loaded = await contexts.load(conn, asked, now=now)
    found: dict[Key, str] = {}
    for (rule, _), notice, context in zip(missed, asked, loaded.contexts, strict=True):
        answer = may_go(notice, context, rule.channels, now=now)
        if isinstance(answer, No):
            found[notice.key] = answer.reason
    return found


def _as_if(rule: Rule, foretold: Foretold, template_id: TemplateId) -> Notification:
    """Return the notice that was foreseen, for asking the gate about it."""
    kind, _, number = foretold.key.subject.partition(":")
    return Notification(
        id=NotificationId(0),
        business_id=rule.business_id,
        key=foretold.key,
        message_class=rule.message_class,
        rule_id=rule.id,
        template_id=template_id,
        record_id=RecordId(int(number)) if kind == "record" else None,
        asset_id=AssetId(int(number)) if kind == "asset" else None,
        due_at=foretold.at,
        # Whether it would be too late by now is not what is asked.
        expires_at=foretold.at + _LONG,
        state=State.PLANNED,
    )
