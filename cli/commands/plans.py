"""What will go out, and where everything stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from typing_extensions import override

from cli import words
from cli.campaign_words import campaign_lines
from cli.commands.model import CommandModel
from cli.house import Answer, House, Table
from cli.pause_words import pause_data, pause_lines
from messaging.actions import (
    campaigning,
    comparing,
    escalating,
    forecasting,
    founding,
    pausing,
    reporting,
)
from messaging.actions.reporting import Refusal
from messaging.actions.settling import Coming
from messaging.actions.troubles import troubles_of
from messaging.business import Business
from messaging.calendar import end_of_day
from messaging.campaign import CampaignState
from messaging.notification import PENDING
from messaging.trouble import Trouble
from scheduler.occurrences import cron_days

DAYS_AHEAD = 7

SHOWN_OF_A_CAMPAIGN = 50
"""Rows of one campaign that a terminal shows: the rest is more of the same."""


def local(moment: datetime, business: Business) -> str:
    """Return the moment as the business's own clock and calendar say it."""
    return f"{moment.astimezone(business.zone):%a %d %b %Y %H:%M}"


def said_date(anchor: str, business: Business) -> str:
    """Return what a notice hangs on, for people: a day, a moment, or nothing for a state entered."""
    if "T" in anchor:
        return local(datetime.fromisoformat(anchor), business)
    try:
        return f"{date.fromisoformat(anchor):%a %d %b %Y}"
    except ValueError:
        return "-"


def coming_rows(coming: Iterable[Coming], business: Business) -> list[list[str]]:
    """Return table rows: when, customer, name, about, step, channel, why not or why later."""
    return [
        [
            local(each.at, business),
            each.customer,
            each.name or "",
            each.about or each.campaign or "",
            each.rung,
            each.channel or "-",
            ", ".join(filter(None, (why(each, business), _in_one(each)))),
        ]
        for each in coming
    ]


def why(each: Coming, business: Business) -> str:
    """Return why it does not go out, or, if it does, why not when it was meant to."""
    if each.wait:
        return words.reason(each.wait)
    if each.channel is None or each.at == each.due_at:
        return words.reason(each.reason)
    return words.moved(each.due_at, each.at, business.zone, each.reason)


def _in_one(each: Coming) -> str:
    match each.others:
        case 0:
            return ""
        case 1:
            return "in one message with another"
        case others:
            return f"in one message with {others} others"


def coming_data(each: Coming) -> dict[str, object]:
    """Return a coming notice for programs; `channel` null: it will not go out, and `reason` says why."""
    return {
        "at": each.at.isoformat(),
        "due_at": each.due_at.isoformat(),
        "rule": each.rule,
        "campaign": each.campaign,
        "customer": each.customer,
        "about": each.about,
        "anchor": each.anchor,
        "rung": each.rung,
        "channel": each.channel,
        "reason": each.reason,
        "wait": each.wait,
        "others": each.others,
    }


def refused_rows(refused: Iterable[Refusal], business: Business) -> list[list[str]]:
    """Return table rows: what is refused, since when, when it is tried again, why and what to do."""
    return [
        [
            f"{each.channel}: {each.external_id}"
            if each.platform is None
            else f"{each.channel}: {words.PLATFORMS.get(each.platform, 'phones of no known kind')}",
            "" if each.since is None else local(each.since, business),
            local(each.probe_at, business),
            words.refusal(each.reason),
        ]
        for each in refused
    ]


def refused_data(each: Refusal) -> dict[str, object]:
    """Return a refusal for programs; `platform` null: the whole sender."""
    return {
        "channel": each.channel,
        "sender": each.external_id,
        "platform": each.platform,
        "reason": each.reason,
        "since": None if each.since is None else each.since.isoformat(),
        "probe_at": each.probe_at.isoformat(),
    }


def unheard_data(met: Trouble, slug: str) -> dict[str, object]:
    """Return why a bot hears nothing, for programs."""
    return {
        "bot": met.name,
        "reason": met.reason,
        "since": met.since.isoformat(),
        "detail": met.detail,
        "what": words.trouble(met),
        "remedy": words.trouble_remedy(met, slug),
    }


def unheard_lines(met: Trouble, business: Business) -> list[str]:
    """Return why a bot hears nothing and what to do, for people."""
    return [
        f"\n@{met.name}, since {local(met.since, business)}: {words.trouble(met)}.",
        f"What to do: {words.trouble_remedy(met, business.slug)}.",
    ]


_UNDER_WAY = frozenset({CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED})


class Plan(CommandModel):
    """`avvisa plan`."""

    slug: str
    until: date | None = None

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        now = house.clock.now()
        until = (
            now + timedelta(days=DAYS_AHEAD)
            if self.until is None
            else end_of_day(self.until, business.zone)
        )
        coming = await forecasting.forecast(
            house.store, slug=self.slug, now=now, until=until, strikes=cron_days
        )
        await comparing.keep(house.store, slug=self.slug, coming=coming, taken_at=now, until=until)
        standing = await pausing.pauses_of(house.store, slug=self.slug)
        under_way = [
            each
            for each in await campaigning.campaigns_of(house.store, slug=self.slug)
            if each.campaign.state in _UNDER_WAY
        ]
        going = [each for each in coming if _goes(each)]
        shown = _shown(coming)
        return Answer(
            data=[coming_data(each) for each in coming],
            lines=[
                (
                    f"Until {local(until, business)}: {len(going)} will go out, "
                    f"{len(coming) - len(going)} will not, as things stand now."
                ),
                *pause_lines(standing),
                *(line for each in under_way for line in campaign_lines(each)),
                *_sums(coming, business),
            ],
            tables=[
                Table(
                    f"{business.name}: what is coming",
                    [
                        "when",
                        "customer",
                        "name",
                        "about",
                        "step",
                        "channel",
                        "why not, or why later",
                    ],
                    coming_rows(shown, business),
                )
            ]
            if coming
            else [],
        )


def _goes(each: Coming) -> bool:
    """Return whether it goes out by itself."""
    return each.channel is not None and each.wait is None


def _shown(coming: Sequence[Coming]) -> list[Coming]:
    """Return what a terminal shows of it: all that rules send, and the first of each campaign."""
    seen = Counter[str]()
    found = []
    for each in coming:
        if each.campaign is not None:
            seen[each.campaign] += 1
            if seen[each.campaign] > SHOWN_OF_A_CAMPAIGN:
                continue
        found.append(each)
    return found


def _sums(coming: Sequence[Coming], business: Business) -> list[str]:
    """Return a line for each campaign of which something is coming: how many, when, and why the others not."""
    names = dict.fromkeys(each.campaign for each in coming if each.campaign is not None)
    return [
        _sum(name, [each for each in coming if each.campaign == name], business) for name in names
    ]


def _sum(name: str, its: Sequence[Coming], business: Business) -> str:
    going = [each for each in its if _goes(each)]
    why_not = Counter(words.reason(each.wait or each.reason) for each in its if not _goes(each))
    said = f"{name}: {len(going)} will go out"
    if going:
        said += f", from {local(going[0].at, business)} to {local(going[-1].at, business)}"
    if why_not:
        reasons = ", ".join(f"{many} {why}" for why, many in why_not.most_common())
        said += f"; {why_not.total()} will not: {reasons}"
    hidden = len(its) - SHOWN_OF_A_CAMPAIGN
    return f"{said}." + (f" {hidden} more of it: add --json to see all." if hidden > 0 else "")


def overdue_lines(overdue: int, business: Business) -> list[str]:
    """Return that customers wait for a call, longer than the business allows itself; nothing: nobody does."""
    if not overdue:
        return []
    hours = int(business.answers_within.total_seconds()) // 3600
    return [
        f"{overdue} who asked for a call wait for more than {hours} open hours: avvisa replies {business.slug}"
    ]


_WHY_MOVED = {
    "closed_hours": "closed hours",
    "daily_cap": "the day is full, or something more important comes",
}


class Status(CommandModel):
    """`avvisa status`."""

    slug: str

    @override
    async def run(self, house: House) -> Answer:
        business = await founding.business_of(house.store, self.slug)
        stands = await reporting.standing(house.store, slug=self.slug)
        made = sum(each.count for each in stands)
        pending = sum(each.count for each in stands if each.state in PENDING)
        refused = await reporting.refused(house.store, slug=self.slug)
        unheard = await troubles_of(house.store, slug=self.slug)
        standing = await pausing.pauses_of(house.store, slug=self.slug)
        moved = await reporting.moved(house.store, slug=self.slug, now=house.clock.now())
        overdue = await escalating.overdue(house.store, slug=self.slug)
        rows = [
            [words.STATES[each.state], words.reason(each.reason), str(each.count)]
            for each in stands
        ]
        return Answer(
            data={
                "made": made,
                "pending": pending,
                "states": [
                    {"state": each.state, "reason": each.reason, "count": each.count}
                    for each in stands
                ],
                "moved": [
                    {"reason": each.reason, "until": each.until.isoformat(), "count": each.count}
                    for each in moved
                ],
                "paused": pause_data(standing),
                "overdue": overdue,
                "refused": [refused_data(each) for each in refused],
                "unheard": [unheard_data(each, self.slug) for each in unheard],
            },
            lines=[
                f"{made} notices made, {pending} of them under way.",
                *(
                    f"{each.count} of those planned were due already and have moved to "
                    f"{local(each.until, business)}: {_WHY_MOVED[each.reason]}."
                    for each in moved
                ),
                *pause_lines(standing),
                *overdue_lines(overdue, business),
                *(line for each in unheard for line in unheard_lines(each, business)),
            ],
            tables=[
                table
                for table in (
                    Table(f"{business.name}: where it stands", ["state", "why", "notices"], rows),
                    Table(
                        f"{business.name}: nothing gets through here",
                        ["what", "since", "tried again", "why, and what to do"],
                        refused_rows(refused, business),
                    ),
                )
                if table.rows
            ],
        )
