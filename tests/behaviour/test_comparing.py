"""A forecast that was shown is kept, and its day is compared with it: who, what, and why otherwise."""

from collections.abc import Mapping
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from messaging.actions import comparing, switching
from messaging.actions.comparing import DayCompared
from messaging.calendar import MessageClass
from messaging.comparison import Came
from messaging.errors import NotFound
from messaging.rule import AfterDate, DateField, OnEvent
from messaging.store import tables
from tests.automations import RULE, at, automate, foreseen, tell
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)
UNPAID = AfterDate(record_type="invoice", date_field=DateField.DUE_ON, days_after=(4,), at=time(10))
DUE = date(2026, 11, 20)


async def plan(workshop: Workshop, days: int = 3) -> None:
    """Show the forecast, as `avvisa plan` does, on the Monday before."""
    now = workshop.clock.now()
    await comparing.keep(
        workshop.store,
        slug=workshop.business.slug,
        coming=await foreseen(workshop, days),
        taken_at=now,
        until=now + timedelta(days=days),
    )


async def compared(workshop: Workshop, day: date = TUESDAY) -> DayCompared:
    return await comparing.compare_day(
        workshop.store, slug=workshop.business.slug, day=day, now=workshop.clock.now()
    )


def told(seen: DayCompared) -> Mapping[str, tuple[Came, str | None]]:
    return {each.customer: (each.difference.came, each.reason) for each in seen.told}


async def unpaid(workshop: Workshop, *customers: str, **more: object) -> None:
    for each in customers:
        await workshop.customer(each, name=each.title())
        await tell(workshop, f"F-{each}", customer=each, due_on=DUE, **more)  # type: ignore[arg-type] # as told


async def automated(workshop: Workshop) -> None:
    await automate(
        workshop, UNPAID, message_class=MessageClass.SERVICE, stop_statuses=("paid", "cancelled")
    )


async def test_a_day_that_came_as_foreseen_has_no_differences(workshop: Workshop) -> None:
    await automated(workshop)
    await unpaid(workshop, "anna", "bruno")
    await plan(workshop)

    await at(workshop, TUESDAY, time(11))
    seen = await compared(workshop)

    assert (seen.compared.foretold, seen.compared.sent) == (2, 2)
    assert seen.compared.counts[Came.AS_FORETOLD] == 2
    assert seen.told == []


async def test_person_by_person_it_says_what_came_otherwise_and_why(workshop: Workshop) -> None:
    await automated(workshop)
    await automate(
        workshop,
        OnEvent(record_type="order", status="ready"),
        name="test.event",
        message_class=MessageClass.SERVICE,
    )
    await unpaid(workshop, "anna", "bruno", "carla")
    await plan(workshop)

    # Bruno pays, Carla's invoice is put off; Dario's comes later, and Anna's order is ready.
    await tell(workshop, "F-bruno", customer="bruno", status="paid", due_on=DUE)
    await tell(workshop, "F-carla", customer="carla", due_on=date(2026, 12, 20))
    await at(workshop, TUESDAY, time(9))
    await unpaid(workshop, "dario")
    await workshop.customer("elena", name="Elena")
    await tell(workshop, "O1", customer="elena", record_type="order", status="ready")
    await at(workshop, TUESDAY, time(11))
    seen = await compared(workshop)

    assert told(seen) == {
        "bruno": (Came.NOT_MADE, "finished"),
        "carla": (Came.NOT_MADE, "date_moved"),
        "dario": (Came.NOT_FORETOLD, "books_changed"),
        "elena": (Came.NOT_FORETOLD, "by_event"),
    }
    assert {each.customer: each.rule for each in seen.told}["elena"] == "test.event"
    assert (seen.compared.foretold, seen.compared.sent) == (3, 3)


async def test_a_rule_that_came_later_explains_what_it_sent(workshop: Workshop) -> None:
    await unpaid(workshop, "anna")
    await plan(workshop)
    workshop.clock.move(timedelta(minutes=1))
    await automated(workshop)

    await at(workshop, TUESDAY, time(11))

    assert told(await compared(workshop)) == {"anna": (Came.NOT_FORETOLD, "rule_on_later")}


async def test_a_rule_that_was_switched_off_explains_what_it_did_not_send(
    workshop: Workshop,
) -> None:
    await automated(workshop)
    await unpaid(workshop, "anna")
    await plan(workshop)
    await switching.switch_off(
        workshop.store, slug=workshop.business.slug, name=RULE, now=workshop.clock.now()
    )

    await at(workshop, TUESDAY, time(11))

    assert told(await compared(workshop)) == {"anna": (Came.NOT_MADE, "rule_off")}


async def test_the_last_forecast_before_the_day_counts_else_the_first_one_on_it(
    workshop: Workshop,
) -> None:
    await automated(workshop)
    await plan(workshop)  # of an empty book
    await unpaid(workshop, "anna")
    workshop.clock.move(timedelta(hours=1))
    await plan(workshop)
    await at(workshop, TUESDAY, time(9))
    await plan(workshop)

    await at(workshop, TUESDAY, time(11))
    tuesday = await compared(workshop)
    monday = await compared(workshop, date(2026, 11, 23))

    assert tuesday.told == []
    assert (tuesday.compared.foretold, tuesday.compared.sent) == (1, 1)
    assert monday.since == monday.taken_at  # it was taken on the day itself
    with pytest.raises(NotFound, match="no forecast of 2026-12-24 was kept"):
        await compared(workshop, date(2026, 12, 24))


async def test_a_program_that_asks_every_minute_leaves_the_first_and_the_last_of_the_day(
    workshop: Workshop,
) -> None:
    began = workshop.clock.now()
    for days in (3, 30, 3, 3):
        await plan(workshop, days)
        workshop.clock.move(timedelta(minutes=1))

    async with workshop.store.read() as conn:
        taken = await conn.scalars(
            select(tables.prediction.c.taken_at).order_by(tables.prediction.c.taken_at)
        )
        minutes = [(each - began) / timedelta(minutes=1) for each in taken]
    assert minutes == [0, 1, 3]  # the second looks further than the last


async def test_forecasts_are_forgotten_after_a_month(workshop: Workshop) -> None:
    await automated(workshop)
    await unpaid(workshop, "anna")
    await plan(workshop)

    workshop.clock.move(comparing.KEPT + timedelta(days=1))
    await plan(workshop)

    async with workshop.store.read() as conn:
        kept = await conn.scalar(select(func.count()).select_from(tables.prediction))
        of_them = await conn.scalar(select(func.count()).select_from(tables.foretold))
    assert (kept, of_them) == (1, 0)
