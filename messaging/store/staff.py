"""The people of the businesses, and their invitations."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import RowMapping, insert, select, update

from messaging.business import BusinessId, SenderId
from messaging.staff import FIRST_TOPICS, Role, StaffId, StaffMember, Topic
from messaging.store.connection import Connection
from messaging.store.tables import staff


def member_from(row: RowMapping) -> StaffMember:
    """Return the person that a row of the table holds."""
    role = Role(row["role"])
    topics = row["topics"]
    return StaffMember(
        id=StaffId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        name=row["name"],
        role=role,
        sender_id=None if row["sender_id"] is None else SenderId(row["sender_id"]),
        chat_id=row["chat_id"],
        language=row["language"],
        topics=FIRST_TOPICS[role] if topics is None else frozenset(Topic(each) for each in topics),
        digest_at=time.fromisoformat(row["digest_at"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """Somebody with their invitation: until when it may be used, which chat has opened it, when it was used (UTC).

    `digest_on`: the last local day that they were told of. `failed_until`: what had failed by then they know (UTC).
    """

    member: StaffMember
    expires_at: datetime
    opened_by: int | None
    linked_at: datetime | None
    digest_on: date | None
    failed_until: datetime | None


def _row(row: RowMapping) -> StaffRow:
    return StaffRow(
        member=member_from(row),
        expires_at=row["expires_at"],
        opened_by=row["opened_by"],
        linked_at=row["linked_at"],
        digest_on=row["digest_on"],
        failed_until=row["failed_until"],
    )


async def add(conn: Connection, **values: object) -> StaffId:
    """Insert somebody, and return their id."""
    result = await conn.execute(insert(staff).values(values).returning(staff.c.id))
    return StaffId(result.scalar_one())


async def lock_by_hash(conn: Connection, token_hash: str) -> StaffRow | None:
    """Return whom the invitation is for, locked until the transaction ends; None: nobody, or nobody any more."""
    asked = select(staff).where(staff.c.token_hash == token_hash, staff.c.removed_at.is_(None))
    row = (await conn.execute(asked.with_for_update(key_share=True))).mappings().first()
    return None if row is None else _row(row)


async def lock_by_id(conn: Connection, staff_id: StaffId) -> StaffRow | None:
    """Return the person, locked until the transaction ends; None: nobody, or nobody any more."""
    asked = select(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None))
    row = (await conn.execute(asked.with_for_update(key_share=True))).mappings().first()
    return None if row is None else _row(row)


async def by_id(conn: Connection, staff_id: StaffId) -> StaffMember | None:
    """Return the person; None: nobody, or nobody any more."""
    asked = select(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None))
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else member_from(row)


async def of_chat(conn: Connection, sender_id: SenderId, chat_id: int) -> list[StaffMember]:
    """Return what the person in the chat is, one for each business, in the order in which they joined."""
    asked = (
        select(staff)
        .where(
            staff.c.sender_id == sender_id,
            staff.c.chat_id == chat_id,
            staff.c.removed_at.is_(None),
        )
        .order_by(staff.c.linked_at, staff.c.id)
    )
    return [member_from(row) for row in (await conn.execute(asked)).mappings()]


async def of_business(conn: Connection, business_id: BusinessId) -> list[StaffRow]:
    """Return the people of the business, those invited among them, by id."""
    asked = (
        select(staff)
        .where(staff.c.business_id == business_id, staff.c.removed_at.is_(None))
        .order_by(staff.c.id)
    )
    return [_row(row) for row in (await conn.execute(asked)).mappings()]


async def linked(conn: Connection) -> list[StaffRow]:
    """Return everybody of every business who is in a chat, by id."""
    asked = select(staff).where(staff.c.removed_at.is_(None), staff.c.chat_id.is_not(None))
    return [_row(row) for row in (await conn.execute(asked.order_by(staff.c.id))).mappings()]


async def change(conn: Connection, staff_id: StaffId, **values: object) -> bool:
    """Write the columns of somebody; return whether they are there."""
    result = await conn.execute(
        update(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None)).values(values)
    )
    return result.rowcount == 1
