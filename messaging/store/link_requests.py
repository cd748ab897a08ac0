"""Requests to be linked, one for each chat and business."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update

from messaging.business import BusinessId, SenderId
from messaging.customer import CustomerId
from messaging.link_request import LinkRequest, LinkRequestId, RequestState, Why
from messaging.store.connection import Connection
from messaging.store.database import upsert
from messaging.store.tables import link_request

_MINE = ("business_id", "sender_id", "chat_id")


def _request(row: RowMapping) -> LinkRequest:
    customer_id = row["customer_id"]
    return LinkRequest(
        id=LinkRequestId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        sender_id=SenderId(row["sender_id"]),
        chat_id=row["chat_id"],
        why=Why(row["why"]),
        state=RequestState(row["state"]),
        name=row["name"],
        phone=row["phone"],
        language=row["language"],
        customer_id=None if customer_id is None else CustomerId(customer_id),
        asked_at=row["asked_at"],
        told_at=row["told_at"],
    )


async def put(conn: Connection, row: Mapping[str, object]) -> LinkRequestId:
    """Store what is asked, in place of what this chat asked of this business before."""
    return LinkRequestId(await upsert(conn, link_request, row, keys=_MINE))


async def of_chat(
    conn: Connection, business_id: BusinessId, sender_id: SenderId, chat_id: int
) -> LinkRequest | None:
    """Return what this chat has asked of the business; None: nothing yet."""
    asked = select(link_request).where(
        link_request.c.business_id == business_id,
        link_request.c.sender_id == sender_id,
        link_request.c.chat_id == chat_id,
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _request(row)


async def by_id(
    conn: Connection, business_id: BusinessId, request_id: LinkRequestId
) -> LinkRequest | None:
    """Return the request; None: the business has none of this id."""
    row = (await conn.execute(_of_id(business_id, request_id))).mappings().first()
    return None if row is None else _request(row)


async def lock(
    conn: Connection, business_id: BusinessId, request_id: LinkRequestId
) -> LinkRequest | None:
    """Return the request, locked until the transaction ends; None: the business has none of this id."""
    asked = _of_id(business_id, request_id).with_for_update()
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _request(row)


def _of_id(business_id: BusinessId, request_id: LinkRequestId) -> Select[tuple[Any, ...]]:
    return select(link_request).where(
        link_request.c.id == request_id, link_request.c.business_id == business_id
    )


async def count_open(conn: Connection, business_id: BusinessId) -> int:
    """Return how many wait for the business to say who they are."""
    asked = (
        select(func.count())
        .select_from(link_request)
        .where(link_request.c.business_id == business_id, link_request.c.state == RequestState.OPEN)
    )
    return int((await conn.execute(asked)).scalar_one())


async def waiting(conn: Connection, business_id: BusinessId, *, limit: int) -> list[LinkRequest]:
    """Return the open requests, oldest first, then those whose approval the chat has not heard of."""
    untold = (link_request.c.state == RequestState.APPROVED) & link_request.c.told_at.is_(None)
    asked = (
        select(link_request)
        .where(
            link_request.c.business_id == business_id,
            (link_request.c.state == RequestState.OPEN) | untold,
        )
        .order_by(link_request.c.state.desc(), link_request.c.id)
        .limit(limit)
    )
    return [_request(row) for row in (await conn.execute(asked)).mappings().all()]


async def decide(
    conn: Connection,
    request_id: LinkRequestId,
    state: RequestState,
    *,
    customer_id: CustomerId | None,
    now: datetime,
) -> None:
    """Note what became of it. Who asked is forgotten: the link, or the refusal, is what is kept."""
    await conn.execute(
        update(link_request)
        .where(link_request.c.id == request_id)
        .values(state=state, customer_id=customer_id, decided_at=now, name=None, phone=None)
    )


async def told(conn: Connection, request_id: LinkRequestId, now: datetime) -> None:
    """Note that the chat has heard of it."""
    await conn.execute(
        update(link_request).where(link_request.c.id == request_id).values(told_at=now)
    )
