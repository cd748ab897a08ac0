"""Invitations: single-use links that tie a chat or an app to a customer. Only hashes of their
tokens are kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from messaging.business import BusinessId
from messaging.customer import CustomerId
from messaging.store.connection import Connection
from messaging.store.tables import app_user, invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """An invitation as it stands. `chat_id`: the chat that opened it, and only that one may answer.

    `phone`: the number, shared in that chat, that found the customer; None: the shop has invited them.
    """

    id: int
    business_id: BusinessId
    customer_id: CustomerId
    expires_at: datetime
    chat_id: int | None
    used_at: datetime | None
    phone: str | None


def _invitation(row: RowMapping) -> InvitationRow:
    return InvitationRow(
        id=row["id"],
        business_id=BusinessId(row["business_id"]),
        customer_id=CustomerId(row["customer_id"]),
        expires_at=row["expires_at"],
        chat_id=row["chat_id"],
        used_at=row["used_at"],
        phone=row["phone"],
    )


async def add(conn: Connection, row: Mapping[str, object]) -> int:
    """Insert an invitation and return its id."""
    result = await conn.execute(insert(invitation).values(dict(row)).returning(invitation.c.id))
    return int(result.scalar_one())


async def lock_by_hash(conn: Connection, token_hash: str) -> InvitationRow | None:
    """Return the invitation, locked until the transaction ends, or None."""
    asked = (
        select(invitation)
        .where(invitation.c.token_hash == token_hash)
        .with_for_update(key_share=True)
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _invitation(row)


async def lock_by_code(
    conn: Connection, among_businesses: Collection[BusinessId], code_hash: str
) -> InvitationRow | None:
    """Return the invitation with this code, locked until the transaction ends; None: these businesses
    have given none, or, which chance may bring about once, two.
    """
    asked = (
        select(invitation)
        .where(invitation.c.code_hash == code_hash, invitation.c.business_id.in_(among_businesses))
        .with_for_update(key_share=True)
    )
    rows = (await conn.execute(asked)).mappings().all()
    return _invitation(rows[0]) if len(rows) == 1 else None


async def lock_by_phone(
    conn: Connection, customer_id: CustomerId, chat_id: int
) -> InvitationRow | None:
    """Return the newest invitation that a number shared in this chat made for the customer, locked, or
    None.
    """
    asked = (
        select(invitation)
        .where(
            invitation.c.customer_id == customer_id,
            invitation.c.chat_id == chat_id,
            invitation.c.phone.is_not(None),
        )
        .order_by(invitation.c.id.desc())
        .limit(1)
        .with_for_update(key_share=True)
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _invitation(row)


async def lock_by_id(conn: Connection, invitation_id: int) -> InvitationRow | None:
    """Return the invitation, locked until the transaction ends, or None."""
    asked = (
        select(invitation).where(invitation.c.id == invitation_id).with_for_update(key_share=True)
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _invitation(row)


async def latest_of(conn: Connection, customer_id: CustomerId) -> InvitationRow | None:
    """Return the newest invitation that the shop gave the customer, or None if there never was one."""
    asked = (
        select(invitation)
        .where(invitation.c.customer_id == customer_id, invitation.c.phone.is_(None))
        .order_by(invitation.c.id.desc())
        .limit(1)
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _invitation(row)


async def opened(conn: Connection, invitation_id: int, chat_id: int) -> None:
    """Tie the invitation to the chat that opened it."""
    await conn.execute(
        update(invitation).where(invitation.c.id == invitation_id).values(chat_id=chat_id)
    )


async def used(conn: Connection, invitation_id: int, now: datetime) -> None:
    """Note that the invitation has done its work."""
    await conn.execute(
        update(invitation).where(invitation.c.id == invitation_id).values(used_at=now)
    )


async def add_app_user(conn: Connection, row: Mapping[str, object]) -> None:
    """Store an app user, by the hash of the token that the app will show."""
    await conn.execute(insert(app_user).values(dict(row)))


async def app_user_by_hash(
    conn: Connection, token_hash: str
) -> tuple[BusinessId, CustomerId] | None:
    """Return whom the app's token speaks for, or None."""
    asked = select(app_user.c.business_id, app_user.c.customer_id).where(
        app_user.c.token_hash == token_hash
    )
    row = (await conn.execute(asked)).first()
    return None if row is None else (BusinessId(row[0]), CustomerId(row[1]))
