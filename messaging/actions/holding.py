"""What waits for a person: shown in groups, released or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from messaging.actions.doors import Store
from messaging.business import Business
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.errors import NotFound
from messaging.notification import State
from messaging.store import audit, businesses, campaigns, holds, notifications, rules
from messaging.store.connection import Connection
from messaging.store.holds import HeldGroup, HeldRow
from messaging.store.notifications import Move

TIME_TO_GO = timedelta(days=1)
"""What a released notice gets at the least: the person has just decided that it shall still go out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """How many held notices a person's decision concerned."""

    count: int


async def held_groups(store: Store, *, slug: str) -> list[HeldGroup]:
    """Return what is held in this business, grouped by rule and reason. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await holds.groups(conn, business.id)


async def held_rows(
    store: Store, *, slug: str, rule: str | None = None, limit: int = 500
) -> list[HeldRow]:
    """Return the held notices one by one, oldest due first. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await holds.rows(conn, business.id, rule=rule, ids=None, limit=limit)


async def release(
    store: Store, *, slug: str, rule: str | None, ids: Sequence[int] | None, now: datetime
) -> Decided:
    """Let held notices go: those of a rule or campaign, or with these ids, or all. The gate still has its say.
    Raises NotFound.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await _known(conn, business, rule)
        found = await holds.rows(conn, business.id, rule=rule, ids=ids, limit=None)
        for each in found:
            at_least = expiry_if_released(business, each.message_class, now, each.zone)
            await holds.let_go(conn, each.id, expires_at=max(each.expires_at, at_least), now=now)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="held.release",
            subject=rule or "all",
            now=now,
            detail={"notices": len(found)},
        )
        return Decided(count=len(found))


async def _known(conn: Connection, business: Business, name: str | None) -> None:
    """Raise NotFound if neither a rule nor a campaign of the business has the name."""
    if name is None:
        return
    try:
        await rules.by_name(conn, business.id, name)
    except NotFound as error:
        try:
            await campaigns.by_name(conn, business.id, name)
        except NotFound:
            raise error from None


def expiry_if_released(
    business: Business, message_class: MessageClass, now: datetime, zone: ZoneInfo | None
) -> datetime:
    """Return until when at the least a notice may leave that a person lets go now (UTC). `zone`: where the
    customer lives; None: as the business.
    """
    slot = business.next_slot(message_class, now, zone) or now
    return end_of_day(local_day(slot + TIME_TO_GO, business.zone), business.zone)


async def drop(
    store: Store, *, slug: str, rule: str | None, ids: Sequence[int] | None, now: datetime
) -> Decided:
    """End held notices unsent: those of a rule or campaign, or with these ids, or all. Raises NotFound."""
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        await _known(conn, business, rule)
        found = await holds.rows(conn, business.id, rule=rule, ids=ids, limit=None)
        await notifications.move(
            conn,
            [Move(id=each.id, state=State.CANCELLED, reason="dropped") for each in found],
            now,
        )
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="held.drop",
            subject=rule or "all",
            now=now,
            detail={"notices": len(found)},
        )
        return Decided(count=len(found))
