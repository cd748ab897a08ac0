"""What the tests of appointments begin with: Anna's appointment, and her thumb on a button."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from messaging.actions import answering
from messaging.actions.answering import Pressed
from messaging.asset import Role
from messaging.intake import AssetRow, RecordRow
from messaging.sender import Message
from messaging.store import tables
from tests.given import Workshop

ASKING, TELLING = "auto.appointment", "auto.appointment_confirmed"

WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""Two days after the Monday of these tests, ten o'clock in Rome."""


async def open_diary(workshop: Workshop) -> None:
    """Switch both rules on, with Anna in the books; appointments need no consent of hers."""
    await workshop.switch_on(ASKING)
    await workshop.switch_on(TELLING)
    await workshop.customer(allows=())


async def book(
    workshop: Workshop,
    starts_at: datetime | None = WEDNESDAY,
    *,
    status: str | None = "booked",
    code: str = "A1",
    customer: str = "anna",
    first: bool = False,
) -> None:
    """Tell of an appointment, as the management software would."""
    await workshop.record(
        RecordRow(
            type="appointment",
            external_id=code,
            customer=customer,
            asset="AB123CD",
            starts_at=starts_at,
            status=status,
        ),
        asset=AssetRow(
            type="vehicle",
            external_id="AB123CD",
            customer="anna",
            role=Role.HOLDER,
            label="Fiat Panda",
            code="AB123CD",
        ),
        first=first,
    )


async def press(
    workshop: Workshop, action: str, value: str = "", *, under: Message | None = None
) -> Pressed:
    """Press a button under the newest message, in the chat to which it went."""
    message = under or workshop.telegram.messages[-1]
    return await answering.press(
        workshop.store,
        sender_id=workshop.bot,
        chat_id=int(message.address),
        delivery_id=message.delivery_id,
        action=action,
        value=value,
        now=workshop.clock.now(),
    )


async def status_of(workshop: Workshop, code: str = "A1") -> str:
    """Return the appointment's state as the books have it."""
    async with workshop.store.read() as conn:
        asked = select(tables.record.c.status).where(tables.record.c.external_id == code)
        return str(await conn.scalar(asked))


async def until(workshop: Workshop, moment: datetime) -> None:
    """Let time pass up to the moment, everything running at the hours at which anything is due."""
    day = workshop.clock.moment.replace(hour=0, minute=0)
    hours = (day + timedelta(days=n, hours=h) for n in range(8) for h in (7, 9, 12, 14))
    stops = [each for each in hours if workshop.clock.moment < each < moment]
    for stop in [*stops, moment]:
        workshop.clock.move(stop - workshop.clock.moment)
        await workshop.run()


def rome(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the week of these tests, told as in Rome in winter."""
    return datetime.combine(
        datetime(2026, 11, day, tzinfo=UTC).date(), time(hour, minute), UTC
    ) - timedelta(hours=1)
