"""A birthday is told, corrected, taken back: the wish goes where the books are right at last, once."""

from datetime import date, time
from typing import Any

import pytest

from messaging.actions import planning
from messaging.calendar import MessageClass
from messaging.intake import CLEAR
from messaging.notification import State
from scheduler.occurrences import cron_days
from tests.birthdays import (
    BIRTHDAY,
    BORN,
    DAY,
    MINUTE,
    anna,
    rome,
    runs_around,
    runs_at,
    tells,
)
from tests.given import Workshop


async def test_a_birthday_corrected_before_its_day_is_kept_on_the_right_one(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await workshop.run()
    await tells(workshop, born_on=date(1971, 11, 24))

    await runs_around(workshop, rome(date(2026, 11, 24), time(10)))
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    assert len(workshop.texts) == 1
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_birthday_corrected_a_minute_before_the_wish_moves_it(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 55)))

    await tells(workshop, born_on=date(1971, 11, 26))
    await runs_at(workshop, rome(date(2026, 11, 25), time(10)))
    assert await workshop.states() == [(State.CANCELLED, "date_moved")]
    assert workshop.texts == []

    await runs_around(workshop, rome(date(2026, 11, 26), time(10)))
    assert len(workshop.texts) == 1


async def test_a_correction_that_no_planner_has_seen_stops_the_wish_all_the_same(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 55)))
    workshop.clock.move(5 * MINUTE)
    await workshop.planner().work()  # it waits in its lane now

    await tells(workshop, born_on=date(1971, 11, 26))
    await workshop.dispatcher().work()

    assert await workshop.states() == [(State.CANCELLED, "date_moved")]
    assert workshop.texts == []


async def test_a_birthday_corrected_by_a_day_on_the_day_after_is_not_wished_again(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    await runs_at(workshop, rome(date(2026, 11, 26), time(9)))
    await tells(workshop, born_on=date(1971, 11, 26))
    await runs_around(workshop, rome(date(2026, 11, 26), time(10)))
    assert len(workshop.texts) == 1

    await runs_around(workshop, rome(date(2027, 11, 26), time(10)))
    assert len(workshop.texts) == 2


@pytest.mark.parametrize(("corrected", "wishes"), [(date(1971, 5, 20), 1), (date(1971, 6, 10), 2)])
async def test_two_wishes_are_never_less_than_half_a_year_apart(
    workshop: Workshop, corrected: date, wishes: int
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_around(workshop, rome(date(2026, 11, 25), time(10)))

    await tells(workshop, born_on=corrected)
    await runs_around(workshop, rome(corrected.replace(year=2027), time(10)))

    assert len(workshop.texts) == wishes


async def test_a_correction_and_its_correction_leave_the_wish_as_it_was(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 51)))
    await tells(workshop, born_on=date(1971, 11, 26))
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 53)))
    assert await workshop.states() == [(State.CANCELLED, "date_moved")]

    await tells(workshop, born_on=BORN)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 55)))
    await runs_at(workshop, rome(date(2026, 11, 25), time(10)))

    assert await workshop.states() == [(State.ACCEPTED, None)]


@pytest.mark.parametrize(
    ("told", "undone", "reason"),
    [
        ({"deceased": True}, {"deceased": False}, "deceased"),
        ({"company": True}, {"company": False}, "no_birthday"),
        ({"born_on": CLEAR}, {"born_on": BORN}, "no_birthday"),
    ],
)
async def test_who_died_or_has_no_birthday_any_more_is_not_wished_and_a_mistake_can_be_undone(
    workshop: Workshop, told: dict[str, Any], undone: dict[str, Any], reason: str
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 55)))

    await tells(workshop, **told)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 56)))
    assert await workshop.states() == [(State.CANCELLED, reason)]

    await tells(workshop, **undone)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 57)))
    await runs_at(workshop, rome(date(2026, 11, 25), time(10)))
    assert await workshop.states() == [(State.ACCEPTED, None)]


async def test_a_birthday_told_inside_the_planned_window_is_not_lost(workshop: Workshop) -> None:
    await workshop.switch_on(BIRTHDAY)
    await anna(workshop, None)
    await runs_at(workshop, rome(date(2026, 11, 25), time(9, 58)))
    await tells(workshop, born_on=BORN)

    # Nobody looks at the change before its moment has passed; it was ahead when it was told.
    await runs_at(workshop, rome(date(2026, 11, 25), time(10, 5)))

    assert len(workshop.texts) == 1


async def test_a_first_import_in_the_morning_wishes_nobody_whose_hour_has_passed(
    workshop: Workshop,
) -> None:
    await workshop.switch_on(BIRTHDAY)
    await runs_at(workshop, rome(date(2026, 11, 25), time(10, 1)))

    for n in range(3):
        await workshop.customer(f"c{n}", born_on=BORN, allows=[MessageClass.MARKETING])
    await workshop.customer("tomorrow", born_on=date(1980, 11, 26), allows=[MessageClass.MARKETING])
    await workshop.wait(DAY)

    assert [each.customer for each in await workshop.notices()] == ["tomorrow"]
    assert len(workshop.texts) == 1


async def test_a_long_stop_and_a_window_of_several_pages_lose_nobody(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "PAGE", 2)
    rule = await workshop.switch_on(BIRTHDAY)
    for n in range(5):
        await workshop.customer(f"c{n}", born_on=BORN, chat=False, allows=())
    await workshop.customer("late", born_on=date(1980, 5, 5), chat=False, allows=())
    await workshop.run()
    now = rome(date(2026, 11, 25), time(9, 55))
    workshop.clock.move(now - workshop.clock.moment)

    until = now + planning.LEAD
    assert not await planning.plan_window(
        workshop.store, rule.id, until=until, now=now, strikes=cron_days
    )
    # The first page is planned, and somebody in it gets another birthday, and somebody behind it too.
    for code in ("c0", "c4"):
        await tells(workshop, code, born_on=date(1971, 11, 24))
    await tells(workshop, "late", born_on=BORN)
    await workshop.planner().work()

    planned = {each.customer for each in await workshop.notices() if each.state is State.PLANNED}
    assert planned == {"c1", "c2", "c3", "late"}
