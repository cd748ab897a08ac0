"""The planner stands still for three days and comes back: what is fresh goes out, what is older waits, once."""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from messaging.actions import holding
from messaging.asset import Role
from messaging.intake import AssetRow, RecordRow
from messaging.notification import State
from messaging.store.holds import Chosen
from tests.behaviour.diary import book, open_diary, rome, until
from tests.bot.telegram_town import until as settled
from tests.given import Workshop

HOUR = timedelta(hours=1)
SERVICING = "auto.maintenance_due"
BACK = rome(26, 11)
"""Thursday at eleven: three days and two hours after everything stopped."""


async def service_due(workshop: Workshop, plate: str, due_on: date) -> None:
    """Tell of a car whose service is due: fifteen days before, at ten, its customer hears of it."""
    await workshop.record(
        RecordRow(
            type="maintenance", external_id=plate, customer="bruno", asset=plate, due_on=due_on
        ),
        asset=AssetRow(
            type="vehicle",
            external_id=plate,
            customer="bruno",
            role=Role.HOLDER,
            label="Fiat Panda",
            code=plate,
        ),
    )


async def before_the_stop(workshop: Workshop) -> None:
    """Let there be deadlines and appointments whose moments lie in the stop, and after it."""
    await open_diary(workshop)
    await workshop.switch_on(SERVICING)
    await workshop.customer("bruno")
    await workshop.customer("carla", allows=())
    for plate, due_on in {
        "AA111AA": date(2026, 12, 9),  # its fifteen days began on Tuesday at ten
        "BB222BB": date(2026, 12, 10),  # on Wednesday at ten: twenty-five hours ago
        "CC333CC": date(2026, 12, 11),  # today at ten
        "DD444DD": date(2026, 12, 12),  # they begin tomorrow
    }.items():
        await service_due(workshop, plate, due_on)
    await book(workshop, rome(24, 15), code="over")
    await book(workshop, rome(26, 10, 30), code="just over")
    await book(workshop, rome(26, 12), code="at noon")
    await book(workshop, rome(26, 18), code="tonight")
    await book(workshop, rome(27, 9), code="tomorrow", customer="carla")
    await workshop.run()
    assert workshop.texts == []


async def say_what_is_fresh(workshop: Workshop) -> None:
    """Check what a return at eleven on Thursday makes of it."""
    gone = sorted(text.splitlines()[1] for text in workshop.texts)
    assert len(gone) == 3
    assert "CC333CC" in gone[0]
    assert "giovedì 26 novembre alle 12:00" in gone[1]
    assert "venerdì 27 novembre alle 9:00" in gone[2]
    groups = await holding.held_groups(workshop.store, slug="officina")
    assert {(each.rule, each.reason, each.count) for each in groups} == {
        (SERVICING, "late", 2),
        ("auto.appointment", "late", 1),
    }
    ended = [each.about for each in await workshop.notices() if each.state is State.EXPIRED]
    assert sorted(str(each) for each in ended) == ["just over", "over"]


async def test_after_three_days_what_is_a_day_late_goes_out_and_what_is_older_waits_as_one_group(
    workshop: Workshop,
) -> None:
    await before_the_stop(workshop)

    workshop.clock.move(BACK - workshop.clock.moment)
    await workshop.wait(timedelta(minutes=2), step=timedelta(minutes=1))
    await say_what_is_fresh(workshop)
    await workshop.wait(timedelta(minutes=2), step=timedelta(minutes=1))

    await say_what_is_fresh(workshop)
    await until(workshop, rome(26, 16))
    await until(workshop, rome(27, 8))
    assert await workshop.held() == ["late", "late"]  # of tonight nobody has to decide any more
    assert [
        text for text in workshop.texts if "alle 18:00" in text
    ]  # its two hours came by themselves
    assert len(workshop.texts) == 5  # and those of nine o'clock, when the doors opened


async def test_a_reminder_let_go_after_its_appointment_says_nothing(workshop: Workshop) -> None:
    await before_the_stop(workshop)
    workshop.clock.move(BACK - workshop.clock.moment)
    await workshop.run()
    await until(workshop, rome(26, 18))
    told = len(workshop.texts)

    await holding.release(workshop.store, Chosen(), slug="officina", now=workshop.clock.now())
    await workshop.wait(timedelta(minutes=2), step=timedelta(minutes=1))

    [released] = workshop.texts[told:]
    assert released.count("Tagliando di") == 2
    assert "appuntamento" not in released


async def test_a_service_that_was_down_for_three_days_says_the_same_when_it_starts(
    workshop: Workshop,
) -> None:
    await before_the_stop(workshop)
    workshop.clock.move(BACK - workshop.clock.moment)

    for owner in ("worker:2", "worker:3"):  # and again after a second start
        housekeeper = workshop.housekeeper(owner)
        await housekeeper.start()
        with workshop.alarm.running():
            async with asyncio.TaskGroup() as group:
                loops = [
                    group.create_task(workshop.planner().run()),
                    group.create_task(workshop.dispatcher(owner).run()),
                    group.create_task(housekeeper.run()),
                ]
                await settled(partial(_nothing_waits, workshop))
                for each in loops:
                    each.cancel()

    await say_what_is_fresh(workshop)


async def _nothing_waits(workshop: Workshop) -> bool:
    workshop.clock.move(timedelta(seconds=1))  # the bot and each chat keep their pace
    workshop.alarm.ring_for_work()
    made = await workshop.notices()
    waiting = [each for each in made if each.state in (State.PLANNED, State.SENDING)]
    return len(made) >= 8 and not waiting


@pytest.mark.parametrize("came", [rome(24, 9), rome(25, 9, 30)])
async def test_what_came_during_the_stop_before_its_moment_is_late_like_the_rest(
    workshop: Workshop, came: datetime
) -> None:
    await workshop.switch_on(SERVICING)
    await workshop.customer("bruno")
    await workshop.run()

    workshop.clock.move(came - workshop.clock.moment)
    await service_due(workshop, "AA111AA", date(2026, 12, 10))  # from Wednesday at ten
    workshop.clock.move(BACK - workshop.clock.moment)
    await workshop.run()

    assert workshop.texts == []
    assert await workshop.held() == ["late"]
