"""What the product itself says of its deliveries, read beside the process that owns them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from messaging.actions.doors import Vault, open_store
from messaging.calendar import MessageClass
from messaging.clock import SystemClock
from messaging.customer import Channel
from messaging.delivery import OPEN, DeliveryState
from messaging.notification import PENDING, State
from messaging.store.tables import attempt, business, delivery, lane, notification
from tests.given import KEY

A_MINUTE = timedelta(seconds=61)
SOON = timedelta(seconds=5)
"""More than the second between two messages of one chat, less than the pause before a repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A delivery as the product's rows have it, and the state of its notification.

    `refused`: attempts that ended with a "not now", so that nothing was sent by them.
    """

    id: int
    notification_id: int
    message_class: MessageClass
    channel: Channel
    state: DeliveryState
    notice: State
    attempts: int
    refused: int
    doubts: int
    provider_id: str | None


@asynccontextmanager
async def _reading(database_url: str) -> AsyncIterator[AsyncConnection]:
    """Read without the store: on SQLite a serving process has it, and readers need no leave."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(
            f"sqlite+aiosqlite:///file:{url.database}?mode=ro&uri=true", poolclass=NullPool
        )
    else:
        engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as conn:
            yield conn
    finally:
        await engine.dispose()


async def begun(database_url: str) -> list[datetime]:
    """Return when each attempt was begun, earliest first."""
    async with _reading(database_url) as conn:
        return list(await conn.scalars(select(attempt.c.begun_at).order_by(attempt.c.begun_at)))


async def senders_of_attempts(database_url: str) -> set[str]:
    """Return the names of the processes that began any attempt."""
    async with _reading(database_url) as conn:
        return set(await conn.scalars(select(attempt.c.owner).distinct()))


async def deliveries(database_url: str) -> list[Said]:
    """Return every delivery there is."""
    refused = (
        select(func.count())
        .where(attempt.c.delivery_id == delivery.c.id)
        .where(attempt.c.outcome.in_(["retry_later", "sender_down"]))
        .scalar_subquery()
    )
    asked = select(
        delivery,
        notification.c.message_class,
        notification.c.state.label("notice"),
        refused.label("refused"),
    ).join(notification, notification.c.id == delivery.c.notification_id)
    async with _reading(database_url) as conn:
        return [
            Said(
                id=row["id"],
                notification_id=row["notification_id"],
                message_class=MessageClass(row["message_class"]),
                channel=Channel(row["channel"]),
                state=DeliveryState(row["state"]),
                notice=State(row["notice"]),
                attempts=row["attempts"],
                refused=row["refused"],
                doubts=row["doubts"],
                provider_id=row["provider_id"],
            )
            for row in (await conn.execute(asked)).mappings()
        ]


async def notices(database_url: str) -> dict[State, int]:
    """Return how many notifications stand in each state."""
    asked = select(notification.c.state, func.count()).group_by(notification.c.state)
    async with _reading(database_url) as conn:
        return {State(state): count for state, count in await conn.execute(asked)}


async def attempts_by_outcome(database_url: str, outcome: str) -> Counter[str]:
    """Return how many attempts ended so, by channel."""
    asked = (
        select(delivery.c.channel, func.count())
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(attempt.c.outcome == outcome)
        .group_by(delivery.c.channel)
    )
    async with _reading(database_url) as conn:
        return Counter({str(row[0]): int(row[1]) for row in await conn.execute(asked)})


async def never_queued(database_url: str) -> Counter[tuple[State, str | None]]:
    """Return the ends of notifications that never had a delivery: nobody was there to reach."""
    asked = (
        select(notification.c.state, notification.c.reason, func.count())
        .where(notification.c.id.not_in(select(delivery.c.notification_id)))
        .group_by(notification.c.state, notification.c.reason)
    )
    async with _reading(database_url) as conn:
        return Counter(
            {(State(state), reason): count for state, reason, count in await conn.execute(asked)}
        )


async def standing(database_url: str) -> dict[str, Counter[tuple[State, str | None]]]:
    """Return how many notifications of each business stand in each state, with their reason."""
    asked = (
        select(business.c.slug, notification.c.state, notification.c.reason, func.count())
        .join(business, business.c.id == notification.c.business_id)
        .group_by(business.c.slug, notification.c.state, notification.c.reason)
    )
    found: dict[str, Counter[tuple[State, str | None]]] = {}
    async with _reading(database_url) as conn:
        for slug, state, reason, count in await conn.execute(asked):
            found.setdefault(slug, Counter())[State(state), reason] = count
    return found


async def nothing_to_do(database_url: str, *, expected: int) -> bool:
    """Return whether so many notices were made, and none of them can go on before its pause is over."""
    told = await notices(database_url)
    if sum(told.values()) < expected or State.PLANNED in told:
        return False
    soon = SystemClock().now() + SOON
    asked = select(func.count()).where(
        or_(
            delivery.c.state == DeliveryState.SENDING,
            and_(delivery.c.state == DeliveryState.WAITING, delivery.c.due_at < soon),
        )
    )
    async with _reading(database_url) as conn:
        return await conn.scalar(asked) == 0


async def everything_ended(database_url: str) -> bool:
    """Return whether nothing waits any more, and nothing is under way."""
    told = await notices(database_url)
    said = await deliveries(database_url)
    return not PENDING & told.keys() and not any(each.state in OPEN for each in said)


async def let_a_minute_pass(database_url: str) -> None:
    """Make it a minute later for all that waits for one, while no process runs.

    Those are the leases of whoever was killed (on PostgreSQL the next process must wait for their
    end), and the pause before a repeat. The test would otherwise be minutes of waiting.
    """
    store = open_store(database_url, vault=Vault([KEY]), clock=SystemClock())
    earliest = (
        select(func.min(delivery.c.due_at))
        .where(delivery.c.lane_id == lane.c.id, delivery.c.state == "waiting")
        .scalar_subquery()
    )
    now = store.clock.now()
    try:
        async with store.begin() as conn:
            await conn.execute(
                update(delivery)
                .where(delivery.c.state == "sending")
                .values(lease_until=now - A_MINUTE)
            )
            await conn.execute(
                update(delivery)
                .where(delivery.c.state == "waiting", delivery.c.doubts > 0)
                .values(due_at=now)
            )
            await conn.execute(update(lane).values(next_due=earliest))
    finally:
        await store.close()
