"""What went out, and why the rest did not: as tables for a terminal."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from cli import words
from cli.demo.founding import NAME, SLUG
from cli.demo.neighbours import NEIGHBOURS
from cli.house import House, Table
from messaging.actions import forecasting, reporting, switching
from messaging.actions.settling import Coming
from messaging.notification import REACHED, State
from messaging.store.reports import Sent
from scheduler.occurrences import cron_days

EVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST = 10_000
AHEAD = timedelta(days=7)
BUSINESSES = {SLUG: NAME, **{each.slug: each.name for each in NEIGHBOURS}}
_Made: TypeAlias = tuple[str, Sent]
"""A notice, and the name of the business that made it."""

_NAMED = 3
"""Names told of a group; the others are counted."""


async def notices(house: House, slug: str = SLUG) -> list[Sent]:
    """Return every notice that the business ever made, the latest change last."""
    return await reporting.latest(house.store, slug=slug, since=EVER, limit=MOST)


async def tables(house: House, zone: ZoneInfo) -> tuple[list[Table], str]:
    """Return the two tables of the minute, of all businesses, and a line on what is coming."""
    now = house.clock.now()
    labels: dict[str, str] = {}
    made: list[_Made] = []
    coming: list[Coming] = []
    for slug, name in BUSINESSES.items():
        rules = await switching.rules_of(house.store, slug=slug)
        labels |= {each.rule.name: each.label.en for each in rules}
        made += [(name, each) for each in await notices(house, slug)]
        coming += await forecasting.forecast(
            house.store, slug=slug, now=now, until=now + AHEAD, strikes=cron_days
        )
    out = sorted((each for each in made if each[1].state in REACHED), key=lambda each: each[1].at)
    going = sum(each.channel is not None for each in coming)
    line = (
        f"In the next {AHEAD.days} days {going} more will go out and {len(coming) - going} will "
        "not, as things stand now."
    )
    title = f"{now.astimezone(zone):%H:%M:%S}  What went out: {len(out)} of {len(made)} notices"
    return [
        Table(
            title,
            ["when", "business", "customer", "notice", "channel", "state"],
            _gone(out, labels, zone),
        ),
        Table(
            "Why the rest did not",
            ["notices", "state", "why", "who"],
            _rest([each for _, each in made]),
        ),
    ], line


def _gone(out: Sequence[_Made], labels: dict[str, str], zone: ZoneInfo) -> list[list[str]]:
    return [
        [
            f"{each.at.astimezone(zone):%d %b %H:%M:%S}",
            business,
            each.name or each.customer,
            labels.get(each.rule or "", each.rule or ""),
            each.channel or "",
            words.STATES[each.state],
        ]
        for business, each in out
    ]


def _rest(made: Sequence[Sent]) -> list[list[str]]:
    """Return a row for each state and reason: forty people who are not linked are one row."""
    groups: dict[tuple[State, str | None], list[Sent]] = defaultdict(list)
    for each in made:
        if each.state not in REACHED:
            groups[each.state, each.reason].append(each)
    return [
        [str(len(group)), words.STATES[state], words.reason(reason), _who(group)]
        for (state, reason), group in sorted(groups.items(), key=lambda pair: len(pair[1]))
    ]


def _who(group: Sequence[Sent]) -> str:
    names = list(dict.fromkeys(each.name or each.customer for each in group))
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
