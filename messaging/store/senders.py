"""Bots and Firebase projects. A sender's row is its token bucket, so one process or ten hold the
same pace.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import RowMapping, bindparam, case, insert, select, update

from messaging.business import SenderId
from messaging.customer import Channel
from messaging.sender import SenderSecret
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.database import Store
from messaging.store.tables import sender

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Tokens a second, tokens at the most, and the rest between two messages to one address."""

    rate: float
    burst: float
    address_gap: timedelta


TELEGRAM_PACE = Pace(rate=28, burst=2, address_gap=timedelta(seconds=1))
"""Telegram answers 429 above about 30 messages a second and one a second in a chat
(https://core.telegram.org/bots/faq, November 2026); 28 with a burst of 2 stays below 30 in any
second, measured.
"""

FIREBASE_PACE = Pace(rate=8000, burst=500, address_gap=timedelta())
"""80 % of a project's 600,000 a minute
(https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas, November 2026).
"""

PACES = {Channel.TELEGRAM: TELEGRAM_PACE, Channel.PUSH: FIREBASE_PACE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRow:
    """A sender as it stands; `tokens` as they were at `refilled_at`."""

    id: SenderId
    channel: Channel
    external_id: str
    name: str | None
    pace: Pace
    tokens: float
    refilled_at: datetime
    ready_at: datetime
    refused: str | None
    fingerprint: str
    """Of the encrypted secret: it tells that the secret was replaced, and nothing else."""

    def tokens_at(self, now: datetime) -> float:
        """Return the tokens at `now`: what was left and what has dripped in since, up to the burst."""
        dripped = (now - self.refilled_at) / _SECOND * self.pace.rate
        return min(self.pace.burst, self.tokens + max(dripped, 0))


def _sender(row: RowMapping) -> SenderRow:
    return SenderRow(
        id=SenderId(row["id"]),
        channel=Channel(row["channel"]),
        external_id=row["external_id"],
        name=row["name"],
        pace=Pace(
            rate=row["rate"],
            burst=row["burst"],
            address_gap=timedelta(milliseconds=row["address_gap_ms"]),
        ),
        tokens=row["tokens"],
        refilled_at=row["refilled_at"],
        ready_at=row["ready_at"],
        refused=row["refused"],
        fingerprint=hashlib.sha256(row["secret"].encode()).hexdigest()[:16],
    )


async def put(
    conn: Connection,
    *,
    channel: Channel,
    external_id: str,
    name: str | None,
    sealed: str,
    pace: Pace,
    now: datetime,
) -> SenderId:
    """Store a sender, or give the one with the same external id its new secret; return its id."""
    known = (sender.c.channel == channel) & (sender.c.external_id == external_id)
    fresh = {
        "name": name,
        "secret": sealed,
        "rate": pace.rate,
        "burst": pace.burst,
        "address_gap_ms": pace.address_gap // timedelta(milliseconds=1),
        "refused": None,
        "refused_at": None,
        "unheard": None,
        "unheard_at": None,
        "unheard_detail": None,
        "ready_at": now,
        "removed_at": None,
    }
    found = await conn.scalar(update(sender).where(known).values(fresh).returning(sender.c.id))
    if found is None:
        row = fresh | {
            "channel": channel,
            "external_id": external_id,
            "tokens": pace.burst,
            "refilled_at": now,
        }
        found = await conn.scalar(insert(sender).values(row).returning(sender.c.id))
    return SenderId(cast("int", found))


async def remove(conn: Connection, sender_id: SenderId, now: datetime) -> None:
    """Use the sender no more, and forget its secret."""
    values = {"removed_at": now, "secret": "", "refused": None, "unheard": None}
    await conn.execute(update(sender).where(sender.c.id == sender_id).values(values))


async def every(conn: Connection, channel: Channel | None = None) -> list[SenderRow]:
    """Return the senders in use, of one channel or of all."""
    asked = select(sender).where(sender.c.removed_at.is_(None)).order_by(sender.c.id)
    if channel is not None:
        asked = asked.where(sender.c.channel == channel)
    return [_sender(row) for row in (await conn.execute(asked)).mappings().all()]


async def called(conn: Connection, channel: Channel, external_id: str) -> SenderRow | None:
    """Return the sender in use that the provider calls so, or None."""
    asked = select(sender).where(
        sender.c.channel == channel,
        sender.c.external_id == external_id,
        sender.c.removed_at.is_(None),
    )
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _sender(row)


async def by_id(conn: Connection, sender_id: SenderId) -> SenderRow | None:
    """Return the sender, or None if there is none in use with this id."""
    asked = select(sender).where(sender.c.id == sender_id, sender.c.removed_at.is_(None))
    row = (await conn.execute(asked)).mappings().first()
    return None if row is None else _sender(row)


async def presented(conn: Connection, ids: Collection[SenderId]) -> dict[SenderId, str | None]:
    """Return the fingerprint of what each bot was given of commands and texts; None: of nothing that we know."""
    rows = (await conn.execute(_PRESENTED, {"ids": ids})).all()
    return {SenderId(sender_id): fingerprint for sender_id, fingerprint in rows}


_PRESENTED = select(sender.c.id, sender.c.presented).where(among(sender.c.id))


async def note_presented(conn: Connection, sender_id: SenderId, fingerprint: str) -> None:
    """Note what the bot was given."""
    await conn.execute(update(sender).where(sender.c.id == sender_id).values(presented=fingerprint))


async def lock(conn: Connection, ids: Collection[SenderId]) -> dict[SenderId, SenderRow]:
    """Return the senders in use, locked until the transaction ends, without those that another worker has: they are
    theirs this time.
    """
    rows = (await conn.execute(_LOCK, {"ids": ids})).mappings().all()
    return {SenderId(row["id"]): _sender(row) for row in rows}


_LOCK = (
    select(sender)
    .where(among(sender.c.id), sender.c.removed_at.is_(None))
    .with_for_update(skip_locked=True, key_share=True)
)


async def lock_waiting(conn: Connection, ids: Collection[SenderId]) -> set[SenderId]:
    """Hold the senders until the transaction ends, in the order of ids, waiting for whoever has one;
    return which of them are refused.
    """
    found = (await conn.execute(_LOCK_WAITING, {"ids": ids})).all()
    return {SenderId(sender_id) for sender_id, refused in found if refused is not None}


_LOCK_WAITING = (
    select(sender.c.id, sender.c.refused)
    .where(among(sender.c.id))
    .order_by(sender.c.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What a claim left of a sender's tokens, and when the next one is there (UTC)."""

    id: SenderId
    tokens: float
    refilled_at: datetime
    ready_at: datetime


async def debit(conn: Connection, buckets: Sequence[Bucket]) -> None:
    """Write what a claim left in the buckets."""
    await conn.execute(
        _DEBIT,
        [
            {
                "_id": each.id,
                "_tokens": each.tokens,
                "_refilled": each.refilled_at,
                "_ready": each.ready_at,
            }
            for each in buckets
        ],
    )


_DEBIT = (
    update(sender)
    .where(sender.c.id == bindparam("_id"))
    .values(
        tokens=bindparam("_tokens"),
        refilled_at=bindparam("_refilled"),
        ready_at=bindparam("_ready"),
    )
)


async def set_pace(conn: Connection, sender_id: SenderId, pace: Pace) -> None:
    """Give the sender another pace."""
    await conn.execute(
        update(sender)
        .where(sender.c.id == sender_id)
        .values(
            rate=pace.rate,
            burst=pace.burst,
            address_gap_ms=pace.address_gap // timedelta(milliseconds=1),
        )
    )


async def rest(
    conn: Connection,
    sender_id: SenderId,
    *,
    until: datetime,
    refused: str | None,
    now: datetime,
) -> None:
    """Let nothing of the sender leave before `until`, whatever process asks.

    `refused` says why the provider refuses the sender (since now, if it did not before); None: it
    only asked for patience.
    """
    await conn.execute(
        update(sender)
        .where(sender.c.id == sender_id, sender.c.ready_at < until)
        .values(ready_at=until)
    )
    if refused is not None:
        await conn.execute(
            update(sender)
            .where(sender.c.id == sender_id)
            .values(
                refused=refused,
                refused_at=case(
                    (sender.c.refused.is_(None), bindparam("_now", now, sender.c.refused_at.type)),
                    else_=sender.c.refused_at,
                ),
            )
        )


async def works_again(conn: Connection, sender_id: SenderId, now: datetime) -> None:
    """Forget that the provider refused the sender: what waits need not wait for the next probe."""
    await conn.execute(
        update(sender)
        .where(sender.c.id == sender_id, sender.c.refused.is_not(None))
        .values(refused=None, refused_at=None, ready_at=now)
    )


async def secret_of(store: Store, sender_id: SenderId) -> SenderSecret | None:
    """Return the sender's secret in the clear, in a transaction of its own; None if the sender is
    not in use.
    """
    async with store.read() as conn:
        asked = select(sender.c.external_id, sender.c.secret).where(
            sender.c.id == sender_id, sender.c.removed_at.is_(None)
        )
        row = (await conn.execute(asked)).first()
    if row is None:
        return None
    return SenderSecret(
        sender_id=sender_id, external_id=row.external_id, secret=store.vault.open(row.secret)
    )
