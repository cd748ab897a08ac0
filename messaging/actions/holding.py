"""What waits for a person: shown in groups, released or dropped."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from messaging.actions.doors import Store
from messaging.business import Business
from messaging.calendar import MessageClass, end_of_day, local_day
from messaging.errors import NotFound
from messaging.ladder import Wait
from messaging.notification import State
from messaging.store import audit, businesses, campaigns, holds, notifications, rule_days, rules
from messaging.store.connection import Connection
from messaging.store.holds import Chosen, HeldGroup, HeldRow
from messaging.store.notifications import Move

PAGE = 500
"""Notices in one transaction."""

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
    store: Store, *, slug: str, rule: str | None = None, reason: str | None = None, limit: int = 500
) -> list[HeldRow]:
    """Return the held notices one by one, oldest due first: of a rule, and held for a reason, if they are
    told. Raises NotFound.
    """
    chosen = Chosen(rule=rule, reason=reason)
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await holds.rows(conn, business.id, chosen, limit=limit)


async def release(
    store: Store, chosen: Chosen, *, slug: str, now: datetime, by: str = "cli"
) -> Decided:
    """Let held notices go. The gate still has its say, and what the brake stopped is usual from now on.
    Raises NotFound.
    """
    return await _decide(store, chosen, _let_go, slug=slug, act="held.release", by=by, now=now)


async def drop(
    store: Store, chosen: Chosen, *, slug: str, now: datetime, by: str = "cli"
) -> Decided:
    """End held notices unsent. Raises NotFound."""
    return await _decide(store, chosen, _end, slug=slug, act="held.drop", by=by, now=now)


_CarryOut: TypeAlias = Callable[
    [Connection, Business, Sequence[HeldRow], datetime], Awaitable[None]
]


async def _decide(
    store: Store,
    chosen: Chosen,
    carry_out: _CarryOut,
    *,
    slug: str,
    act: str,
    by: str,
    now: datetime,
) -> Decided:
    """Act upon the chosen, a page in a transaction: a chat waits for none of thousands."""
    count, more = 0, True
    while more:
        async with store.begin() as conn:
            business = await businesses.by_slug(conn, slug)
            await _known(conn, business, chosen.rule)
            found = await holds.rows(conn, business.id, chosen, limit=PAGE)
            await carry_out(conn, business, found, now)
            count += len(found)
            more = len(found) == PAGE
            if not more:
                subject = chosen.rule or "all"
                await audit.note(
                    conn, business.id, actor=by, subject=subject, now=now, act=act,
                    detail={"notices": count, "reason": chosen.reason},
                )  # fmt: skip
    return Decided(count=count)


async def _let_go(
    conn: Connection, business: Business, found: Sequence[HeldRow], now: datetime
) -> None:
    until = {
        each.id: max(
            each.expires_at, expiry_if_released(business, each.message_class, now, each.zone)
        )
        for each in found
    }
    await holds.let_go(conn, until, now)
    for rule_id in sorted(
        {r for each in found if each.reason == Wait.BRAKE and (r := each.rule_id)}
    ):
        await rule_days.let_go(conn, rule_id)


async def _end(conn: Connection, _: Business, found: Sequence[HeldRow], now: datetime) -> None:
    moves = [Move(id=each.id, state=State.CANCELLED, reason="dropped") for each in found]
    await notifications.move(conn, moves, now)


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
