"""Why is Anna wished a happy birthday, or not, and what would change that."""

from datetime import UTC, date, datetime, time

import pytest

from messaging.actions import explaining
from messaging.actions.explaining import Subject
from messaging.calendar import MessageClass
from messaging.explanation import Goes, Stays
from messaging.remedy import Act
from scheduler.occurrences import cron_days
from tests.birthdays import BIRTHDAY, BORN, anna, rome, runs_around
from tests.given import Workshop

WEDNESDAY_AT_TEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


async def about_anna(workshop: Workshop) -> Subject:
    told = await explaining.explain(
        workshop.store,
        slug="officina",
        customer="anna",
        rule=BIRTHDAY,
        now=workshop.clock.now(),
        strikes=cron_days,
    )
    (subject,) = told.rules[0].subjects
    return subject


async def test_a_wish_that_will_go_out_is_told_with_its_moment_and_its_words(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)

    outlook = (await about_anna(workshop)).outlook
    assert isinstance(outlook, Goes)
    assert (outlook.at, outlook.rung, outlook.anchor) == (
        WEDNESDAY_AT_TEN,
        "birthday",
        "2026-11-25",
    )
    await runs_around(workshop, WEDNESDAY_AT_TEN)

    assert workshop.texts == [outlook.message.text]


async def test_once_told_the_next_one_is_a_year_away(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_around(workshop, WEDNESDAY_AT_TEN)

    subject = await about_anna(workshop)

    assert isinstance(subject.outlook, Goes)
    assert subject.outlook.at == rome(date(2027, 11, 25), time(10))
    assert len(subject.notices) == 1


@pytest.mark.parametrize(
    ("told", "on", "reason", "acts"),
    [
        ({}, False, "rule_off", [Act.RULE_ON]),
        ({"allows": [MessageClass.REMINDER]}, True, "no_consent", [Act.AGREED]),
        ({"chat": False}, True, "not_linked", [Act.LINKED]),
        ({"born_on": None}, True, "no_birthday", [Act.BORN]),
        ({"company": True}, True, "no_birthday", []),
        ({"deceased": True}, True, "deceased", []),
        ({"born_on": date(2015, 11, 25)}, True, "minor", []),
    ],
)
async def test_why_there_is_no_wish_and_what_would_bring_it(
    workshop: Workshop, told: dict[str, object], *, on: bool, reason: str, acts: list[Act]
) -> None:
    if on:
        await workshop.switch_on(BIRTHDAY)
    await anna(workshop, **{"born_on": BORN, **told})  # type: ignore[arg-type] # as told

    subject = await about_anna(workshop)

    assert isinstance(subject.outlook, Stays)
    assert subject.outlook.reason == reason
    ways = [[each.act for each in way.remedies] for way in subject.ways]
    assert acts in ways if acts else ways == []
