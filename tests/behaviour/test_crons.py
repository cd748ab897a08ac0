"""What recurs: every first of the month, every Monday, on its hour, to everybody, once."""

from datetime import date, time, timedelta

import pytest

from messaging.actions import planning
from messaging.calendar import MessageClass
from messaging.explanation import Goes
from messaging.notification import State
from messaging.rule import Cron, For, Newer
from scheduler.occurrences import cron_days
from tests.automations import (
    RULE,
    at,
    automate,
    ends,
    explained,
    foreseen,
    previewed,
    sent,
    skip_to,
    tell,
    thing,
)
from tests.birthdays import rome
from tests.given import Workshop

MONTHLY = Cron(day="1", at=time(10))
OF_CARDS = Cron(weekday="mon", at=time(10), asset_type="card", where={"active": "True"})


async def test_on_the_first_of_each_month_everybody_hears_of_it_once(workshop: Workshop) -> None:
    await automate(workshop, MONTHLY)
    await workshop.customer()
    await workshop.customer("bruno", name="Bruno Neri")
    await workshop.customer("carla", name="Carla Verdi", deceased=True)

    await skip_to(workshop, date(2026, 12, 1))
    await workshop.run()
    await workshop.customer("dora", name="Dora Blu")  # after the hour: next month
    await workshop.run()
    await skip_to(workshop, date(2026, 12, 31))
    await skip_to(workshop, date(2027, 1, 1))
    await workshop.wait(timedelta(seconds=1))  # the bot's pace

    assert await sent(workshop) == [
        ("anna", "strike", "01/12 10:00"),
        ("bruno", "strike", "01/12 10:00"),
        ("anna", "strike", "01/01 10:00"),
        ("bruno", "strike", "01/01 10:00"),
        ("dora", "strike", "01/01 10:00"),
    ]


async def test_every_monday_each_active_card_is_told_of_to_its_holder(workshop: Workshop) -> None:
    await automate(workshop, OF_CARDS, message_class=MessageClass.SERVICE)
    await workshop.customer()
    await thing(workshop, active=True)
    await thing(workshop, "card-2", active=False)

    await at(workshop, date(2026, 12, 8))

    assert await sent(workshop) == [
        ("anna", "strike", "23/11 10:00"),
        ("anna", "strike", "30/11 10:00"),
        ("anna", "strike", "07/12 10:00"),
    ]


async def test_an_hour_that_is_edited_after_the_strike_repeats_nobody(workshop: Workshop) -> None:
    await automate(workshop, MONTHLY)
    await workshop.customer()
    await skip_to(workshop, date(2026, 12, 1))

    await workshop.switch_on(RULE, at=time(11))
    await at(workshop, date(2026, 12, 1), time(11))

    assert await sent(workshop) == [("anna", "strike", "01/12 10:00")]


@pytest.mark.parametrize(
    ("day", "hour", "ended"),
    [
        (date(2026, 12, 1), time(18), [(State.ACCEPTED, None)]),
        (date(2026, 12, 2), time(11), [(State.HELD, "late")]),
    ],
)
async def test_what_a_stop_of_the_planner_delays_goes_out_for_a_day_and_then_asks_a_person(
    workshop: Workshop, day: date, hour: time, ended: list[tuple[State, str | None]]
) -> None:
    await automate(workshop, MONTHLY)
    await workshop.customer()
    await workshop.run()

    await skip_to(workshop, day, hour)

    assert await ends(workshop) == ended


async def test_of_many_strikes_that_a_stop_swallowed_one_is_left(workshop: Workshop) -> None:
    await automate(workshop, Cron(at=time(10)))
    await workshop.customer()
    await workshop.run()

    await skip_to(workshop, date(2026, 12, 14), time(12))

    assert await sent(workshop) == [("anna", "strike", "14/12 12:00")]


async def test_switching_on_after_the_hour_tells_nobody_until_the_next(workshop: Workshop) -> None:
    await automate(workshop, MONTHLY, on=False)
    await workshop.customer()
    await skip_to(workshop, date(2026, 12, 1), time(11))

    seen = await previewed(workshop, 40)
    await workshop.switch_on(RULE)
    await workshop.run()

    assert (seen.held, [each.anchor for each in seen.coming]) == ((), ["2027-01-01"])
    assert await workshop.notices() == []


async def test_a_first_import_of_customers_floods_nobody(workshop: Workshop) -> None:
    await automate(workshop, MONTHLY)
    await skip_to(workshop, date(2026, 12, 1), time(10, 1))
    await workshop.customer()
    await workshop.run()

    assert await workshop.notices() == []


async def test_a_card_switched_off_and_a_newer_visit_between_planning_and_sending_stop_it(
    workshop: Workshop,
) -> None:
    await automate(workshop, OF_CARDS, stops=(Newer(record_type="visit"),))
    await workshop.customer()
    await thing(workshop, active=True)
    await thing(workshop, "card-2", active=True)
    await skip_to(workshop, date(2026, 11, 23), time(9, 55))
    assert len(await ends(workshop)) == 2

    await thing(workshop, active=False)
    await tell(workshop, record_type="visit", asset="card-2", due_on=date(2026, 11, 23))
    await skip_to(workshop, date(2026, 11, 23))

    assert await ends(workshop) == [(State.CANCELLED, "newer"), (State.CANCELLED, "rule_changed")]


async def test_nights_of_a_changed_clock_have_one_strike_each(workshop: Workshop) -> None:
    await skip_to(workshop, date(2027, 3, 26))
    await automate(workshop, Cron(at=time(2, 30)), message_class=MessageClass.SERVICE)
    await workshop.customer()
    await workshop.run()

    told = await foreseen(workshop, 4)

    assert [each.anchor for each in told] == [
        "2027-03-27",
        "2027-03-28",
        "2027-03-29",
        "2027-03-30",
    ]


async def test_a_strike_over_many_customers_is_planned_page_by_page_and_a_stop_loses_none(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "PAGE", 2)
    await automate(workshop, MONTHLY)
    for number in range(5):
        await workshop.customer(f"c{number}", chat=False)
    await workshop.run()
    workshop.clock.move(rome(date(2026, 12, 1), time(9, 55)) - workshop.clock.moment)
    now = workshop.clock.now()
    (rule_id,) = await planning.rules_behind(workshop.store, until=now)

    done = await planning.plan_window(
        workshop.store, rule_id, until=now + planning.LEAD, now=now, strikes=cron_days
    )
    assert (done, len(await workshop.notices())) == (False, 2)
    # Here the process dies. Another goes on where it was.
    await workshop.planner().work()

    assert sorted(each.customer for each in await workshop.notices()) == [f"c{n}" for n in range(5)]


async def test_when_the_next_one_comes_is_explained(workshop: Workshop) -> None:
    await automate(workshop, MONTHLY, expiry=For(duration=timedelta(hours=6)))
    await workshop.customer()

    (subject,) = await explained(workshop)

    assert isinstance(subject.outlook, Goes)
    assert subject.outlook.at == rome(date(2026, 12, 1), time(10))
    assert len(subject.rungs) == 12
