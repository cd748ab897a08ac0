"""What closed hours or a full day have moved is counted, with the hour to which it moved."""

from datetime import UTC, date, datetime, time, timedelta

from messaging.actions import capping, reporting
from messaging.actions.capping import CapChange
from messaging.actions.reporting import Moved
from messaging.rule import DateField, For, OnDate
from tests.automations import automate, skip_to, tell
from tests.given import Workshop

TUESDAY = date(2026, 11, 24)


async def moved(workshop: Workshop) -> list[Moved]:
    return await reporting.moved(
        workshop.store, slug=workshop.business.slug, now=workshop.clock.now()
    )


async def due_at(workshop: Workshop, hour: time) -> None:
    trigger = OnDate(record_type="invoice", date_field=DateField.DUE_ON, at=hour)
    await automate(workshop, trigger, expiry=For(duration=timedelta(days=5)))
    await workshop.customer()


async def test_what_was_due_at_night_is_told_with_the_morning_to_which_it_moved(
    workshop: Workshop,
) -> None:
    await due_at(workshop, time(22))
    await tell(workshop, due_on=TUESDAY)
    await workshop.run()
    assert await moved(workshop) == []

    await skip_to(workshop, TUESDAY, time(22, 30))
    told = await moved(workshop)
    await skip_to(workshop, date(2026, 11, 25), time(9))

    nine = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert told == [Moved(reason="closed_hours", until=nine, count=1)]
    assert await moved(workshop) == []
    assert len(workshop.texts) == 1


async def test_what_found_no_place_in_a_full_day_is_told_with_the_next_one(
    workshop: Workshop,
) -> None:
    await due_at(workshop, time(10))
    await capping.cap(
        workshop.store, CapChange(daily=1), slug=workshop.business.slug, now=workshop.clock.now()
    )
    for code in ("R1", "R2"):
        await tell(workshop, code, due_on=TUESDAY)
    await workshop.run()

    for minute in range(3):
        await skip_to(workshop, TUESDAY, time(10, minute))

    assert len(workshop.texts) == 1
    (told,) = await moved(workshop)
    assert (told.reason, told.count) == ("daily_cap", 1)
    assert told.until > workshop.clock.now() + timedelta(hours=12)
