"""The nights in which the clocks change: what is due then is due once, and two hours are two hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from messaging.actions.doors import Store
from messaging.calendar import ALWAYS_OPEN, MessageClass
from messaging.notification import State
from messaging.opening import to_json
from messaging.store import tables
from tests.behaviour.diary import ASKING, book
from tests.given import StillClock, Workshop, workshop_on

MISSING = date(2027, 3, 28)
TWICE = date(2026, 10, 25)
HALF_HOUR = timedelta(minutes=30)


async def through_the_night(workshop: Workshop, night: date) -> None:
    """Let the planner look every half hour from the evening before until the morning, in UTC."""
    for n in range(18):
        workshop.clock.moment = datetime.combine(night, time(), UTC) + (n - 4) * HALF_HOUR
        await workshop.run()


async def open_all_night(workshop: Workshop) -> None:
    hours = {each: to_json(ALWAYS_OPEN) for each in MessageClass}
    async with workshop.store.begin() as conn:
        await conn.execute(update(tables.business).values(sending_hours=hours))


async def due_moments(workshop: Workshop) -> list[datetime]:
    async with workshop.store.read() as conn:
        asked = select(tables.notification.c.due_at).order_by(tables.notification.c.due_at)
        return list(await conn.scalars(asked))


@pytest.mark.parametrize(
    ("night", "moment"),
    [
        (MISSING, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # half past three: there is no two
        (TWICE, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first half past two
    ],
)
async def test_what_is_due_at_half_past_two_goes_out_once(
    store: Store, clock: StillClock, night: date, moment: datetime
) -> None:
    clock.moment = datetime.combine(night - timedelta(days=1), time(9), UTC)
    workshop = await workshop_on(store, clock)
    await open_all_night(workshop)
    await workshop.switch_on(at=time(2, 30))
    await workshop.customer()
    await workshop.inspection(due_on=night + timedelta(days=7))

    await through_the_night(workshop, night)

    assert await due_moments(workshop) == [moment]
    assert [(each.state, each.at) for each in await workshop.notices()] == [
        (State.ACCEPTED, moment)
    ]
    assert len(workshop.texts) == 1


@pytest.mark.parametrize(
    "starts",
    [
        datetime(2027, 3, 28, 2, 0, tzinfo=UTC),  # four in the morning; two hours before it is one
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),  # three; two hours before, two for the first time
    ],
)
async def test_two_hours_before_an_appointment_are_two_hours_that_pass(
    store: Store, clock: StillClock, starts: datetime
) -> None:
    clock.moment = starts - timedelta(hours=12)
    workshop = await workshop_on(store, clock)
    await open_all_night(workshop)
    await workshop.switch_on(ASKING)
    await workshop.customer(allows=())
    await book(workshop, starts)

    await through_the_night(workshop, starts.date())

    assert await due_moments(workshop) == [starts - timedelta(hours=2)]
    assert len(workshop.texts) == 1


async def test_the_day_before_at_ten_is_ten_though_a_night_of_the_change_lies_between(
    store: Store, clock: StillClock
) -> None:
    starts = datetime(2026, 10, 25, 14, 0, tzinfo=UTC)
    clock.moment = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    workshop = await workshop_on(store, clock)
    await workshop.switch_on(ASKING)
    await workshop.customer(allows=())
    await book(workshop, starts)

    await workshop.wait(timedelta(days=1))

    assert await due_moments(workshop) == [datetime(2026, 10, 24, 8, 0, tzinfo=UTC)]
