"""A date moves, a record comes late, a rule goes on or off: what becomes of the ladder."""

from datetime import UTC, date, datetime, time, timedelta

from messaging.actions import switching
from messaging.notification import State
from tests.given import Workshop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def test_a_moved_date_arms_the_new_one_and_voids_the_old(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 55 * timedelta(minutes=1))

    await workshop.inspection(due_on=date(2026, 12, 15))
    await workshop.wait(15 * DAY, step=6 * HOUR)

    assert {(each.state, each.reason) for each in await workshop.notices()} == {
        (State.CANCELLED, "date_moved"),
        (State.ACCEPTED, None),
    }
    assert "15/12/2026" in workshop.texts[0]
    assert len(workshop.texts) == 1


async def test_moving_a_deadline_by_a_day_does_not_repeat_the_rung_that_went_out(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(2 * DAY)
    assert len(workshop.texts) == 1

    await workshop.inspection(due_on=date(2026, 12, 2))
    await workshop.wait(3 * DAY)

    assert len(workshop.texts) == 1


async def test_a_deadline_that_moves_by_two_years_begins_a_new_ladder(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(2 * DAY)

    await workshop.inspection(due_on=date(2028, 11, 30))
    workshop.clock.moment = datetime(2028, 10, 30, 9, 0, tzinfo=UTC)
    await workshop.wait(2 * DAY)

    assert [each.rung for each in await workshop.notices()] == ["7d", "30d"]


async def test_a_late_entrant_gets_the_nearest_rung_that_has_passed_and_only_that(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()

    await workshop.inspection(due_on=date(2026, 12, 8))  # 15 days away: the 30 have passed
    await workshop.run()

    assert [each.rung for each in await workshop.notices()] == ["30d"]
    assert len(workshop.texts) == 1


async def test_a_late_entrant_whose_next_rung_is_near_waits_for_that_one(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()

    await workshop.inspection(due_on=date(2026, 12, 2))  # the seven days begin on the 25th
    await workshop.run()
    assert await workshop.notices() == []

    await workshop.wait(3 * DAY)
    assert [each.rung for each in await workshop.notices()] == ["7d"]


async def test_a_deadline_that_was_past_when_it_came_waits_for_a_person(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()

    await workshop.inspection(due_on=date(2026, 11, 1))
    await workshop.wait(DAY)

    assert await workshop.held() == ["anchor_passed"]
    assert workshop.texts == []


async def test_a_first_import_sets_nothing_off(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()

    await workshop.inspection(due_on=date(2026, 12, 8), first=True)
    await workshop.wait(DAY)

    assert await workshop.held() == ["first_import"]
    assert workshop.texts == []


async def test_switching_a_rule_on_holds_what_has_passed_and_sends_what_comes(
    workshop: Workshop,
) -> None:
    await workshop.customer()
    await workshop.inspection("AA111AA", due_on=date(2026, 12, 8))
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 1))
    await workshop.run()

    await workshop.switch_on()
    assert await workshop.held() == ["switched_on", "switched_on"]
    await workshop.wait(2 * DAY)

    assert await workshop.held() == ["switched_on"]  # what BB222BB's was about has been said since
    assert [text for text in workshop.texts if "BB222BB" in text]
    assert not [text for text in workshop.texts if "AA111AA" in text]


async def test_switching_a_rule_off_cancels_what_it_had_planned(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 55 * timedelta(minutes=1))

    await switching.switch_off(
        workshop.store, slug="officina", name="auto.inspection_due", now=workshop.clock.now()
    )
    await workshop.wait(DAY)

    assert await workshop.states() == [(State.CANCELLED, "rule_off")]


async def test_moving_a_rule_from_ten_to_eleven_repeats_nobody(workshop: Workshop) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection(due_on=date(2026, 12, 1))
    await workshop.wait(DAY + 65 * timedelta(minutes=1))
    assert len(workshop.texts) == 1

    await workshop.switch_on(at=time(11))
    await workshop.wait(2 * DAY)

    assert len(workshop.texts) == 1


async def test_what_the_planner_missed_by_a_few_hours_goes_out_and_what_is_older_is_held(
    workshop: Workshop,
) -> None:
    await workshop.switch_on()
    await workshop.customer()
    await workshop.inspection("AA111AA", due_on=date(2026, 12, 1))  # 24 November, ten o'clock
    await workshop.inspection("BB222BB", due_on=date(2026, 12, 2))  # 25 November, ten o'clock
    await workshop.run()

    workshop.clock.move(2 * DAY + 5 * HOUR)  # nothing ran until Wednesday afternoon
    await workshop.run()

    assert [text for text in workshop.texts if "BB222BB" in text]
    assert len(workshop.texts) == 1
    assert await workshop.held() == ["late"]
