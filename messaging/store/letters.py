"""Letters: what somebody of a business wrote to one customer."""

from collections.abc import Collection, Iterable

from sqlalchemy import RowMapping, insert, select, update

from messaging.business import SenderId
from messaging.customer import AddressId, CustomerId
from messaging.letter import Enclosure, Letter, LetterId, letter_in, subject_of
from messaging.notification import Notification, NotificationId
from messaging.reply import FileKind, ReplyId, SentFile
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import letter, notification


def _letter(row: RowMapping) -> Letter:
    return Letter(
        id=LetterId(row["id"]),
        customer_id=CustomerId(row["customer_id"]),
        text=row["text"],
        answers=None if row["reply_id"] is None else ReplyId(row["reply_id"]),
        quoted=row["quoted"],
        address_id=None if row["address_id"] is None else AddressId(row["address_id"]),
        enclosed=_enclosed(row),
    )


def _enclosed(row: RowMapping) -> Enclosure | None:
    if row["file_id"] is None:
        return None
    file = SentFile(kind=FileKind(row["file_kind"]), id=row["file_id"])
    return Enclosure(file=file, of=SenderId(row["file_of"]))


async def add(conn: Connection, **values: object) -> LetterId:
    """Insert a letter and return its id."""
    result = await conn.execute(insert(letter).values(values).returning(letter.c.id))
    return LetterId(result.scalar_one())


async def leaves_as(conn: Connection, letter_id: LetterId) -> NotificationId:
    """Note which notification carries the letter, and return it."""
    carrier = select(notification.c.id).where(
        notification.c.subject == subject_of(letter_id),
        notification.c.customer_id == letter.c.customer_id,
        notification.c.business_id == letter.c.business_id,
    )
    result = await conn.execute(
        update(letter)
        .where(letter.c.id == letter_id)
        .values(notification_id=carrier.scalar_subquery())
        .returning(letter.c.notification_id)
    )
    return NotificationId(result.scalar_one())


async def of_origin(conn: Connection, origin: str) -> Letter | None:
    """Return the letter that this update has brought already; None: none."""
    row = (await conn.execute(select(letter).where(letter.c.origin == origin))).mappings().first()
    return None if row is None else _letter(row)


async def staff_of_origin(conn: Connection, origin: str) -> int | None:
    """Return the staff who have written the letter that this update has brought; None: there is none of theirs."""
    actor = await conn.scalar(select(letter.c.actor).where(letter.c.origin == origin))
    name, _, number = (actor or "").partition(":")
    return int(number) if name == "staff" and number.isdecimal() else None


async def of_notifications(conn: Connection, asked: Iterable[Notification]) -> dict[str, Letter]:
    """Return the letters that the notifications carry, by subject."""
    named = {letter_in(each.key.source, each.key.subject) for each in asked} - {None}
    return await _of_ids(conn, [each for each in named if each is not None])


async def _of_ids(conn: Connection, ids: Collection[LetterId]) -> dict[str, Letter]:
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {subject_of(LetterId(row["id"])): _letter(row) for row in rows}


_OF_IDS = select(letter).where(among(letter.c.id))
