"""What the tests of birthdays begin with: Anna, born on a 25 November, and a clock that is set."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from messaging.calendar import MessageClass, instant
from messaging.customer import CustomerId
from messaging.intake import CustomerRow, Row, Verdict
from tests.given import Workshop

ROME = ZoneInfo("Europe/Rome")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

BIRTHDAY = "auto.birthday"
BORN = date(1971, 11, 25)
"""A Wednesday in 2026, two days after the Monday of these tests."""


def rome(day: date, at: time) -> datetime:
    """Return the instant of a wall time in Rome."""
    return instant(day, at, ROME)


async def anna(workshop: Workshop, born_on: date | None = BORN, **told: object) -> CustomerId:
    """Put Anna into the books, linked to the bot, having agreed to offers."""
    told = {"allows": [MessageClass.MARKETING], **told}
    return await workshop.customer(born_on=born_on, **told)  # type: ignore[arg-type] # as told


async def tells(workshop: Workshop, customer: str = "anna", **told: object) -> None:
    """Tell anew of a customer, as the shop's program would."""
    row = CustomerRow(external_id=customer, **told)  # type: ignore[arg-type] # as told
    await workshop.rows(Row(line=1, key=customer, verdict=Verdict.IMPORTED, customer=row))


async def runs_at(workshop: Workshop, moment: datetime) -> None:
    """Let nothing run until the moment, and then everything."""
    workshop.clock.move(moment - workshop.clock.moment)
    await workshop.planner().work()
    await workshop.dispatcher().work()


async def runs_around(workshop: Workshop, moment: datetime) -> None:
    """Let everything run five minutes before the moment, and at it."""
    await runs_at(workshop, moment - 5 * MINUTE)
    await runs_at(workshop, moment)
