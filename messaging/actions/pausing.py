"""Pause and emergency stop: of a rule, a business, or the whole installation; and lifting it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import Business
from messaging.campaign import Campaign
from messaging.errors import Refused
from messaging.pause import Pause, Reach, Scope
from messaging.rule import Rule
from messaging.store import audit, businesses, pauses, rules, senders
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A pause, and the business that it is of; None: of the whole installation."""

    pause: Pause
    business: Business | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What came of pausing or resuming. `news`: it was not so before.

    `standing`: the pauses that stop something of it now, the widest first.
    """

    news: bool
    standing: Sequence[Paused]


async def pause(
    store: Store, *, slug: str | None, rule: str | None = None, by: str, now: datetime
) -> Changed:
    """Let nothing leave any more of the rule, the business (`rule` None) or anybody (`slug` None).

    Once it has returned, no claim sends any of it; what was claimed before may still arrive. It goes on
    being planned and waits in its lanes, and what expires there ends as expired. Pausing what is paused
    changes nothing. Raises NotFound.
    """
    async with store.begin() as conn:
        scope = await _scope(conn, slug, rule)
        # A claim holds its sender's row. So claims under way end first, and no other begins before our commit.
        await senders.lock_waiting(conn, await pauses.senders_under(conn, scope))
        news = await pauses.put(conn, scope, since=now, by=by)
        if news:
            await _note(conn, scope, act="pause", by=by, now=now)
        return Changed(news=news, standing=await _standing(conn, scope))


async def resume(
    store: Store, *, slug: str | None, rule: str | None = None, by: str, now: datetime
) -> Changed:
    """Lift the pause of exactly the rule, the business or the installation; wider and narrower ones stand.

    What waits in the lanes is due at once, and the gate asks again whether it may still go. Raises NotFound.
    """
    async with store.begin() as conn:
        scope = await _scope(conn, slug, rule)
        news = await pauses.lift(conn, scope)
        if news:
            await _note(conn, scope, act="resume", by=by, now=now)
        return Changed(news=news, standing=await _standing(conn, scope))


async def pauses_of(
    store: Store, *, slug: str | None = None, rule: str | None = None
) -> list[Paused]:
    """Return the pauses that stop the rule, something of the business, or of anybody (None), the widest first.

    Raises NotFound.
    """
    async with store.read() as conn:
        return await _standing(conn, await _scope(conn, slug, rule))


def stopping(known: Sequence[Pause], what: Rule | Campaign) -> tuple[Pause, ...]:
    """Return which of the pauses stop the rule or the campaign."""
    of_it = Scope(business_id=what.business_id, stream=what.source)
    return tuple(each for each in known if each.scope.covers(of_it))


async def _scope(conn: Connection, slug: str | None, rule: str | None) -> Scope:
    if slug is None and rule is None:
        return Scope()
    if slug is None:
        raise Refused("a rule is a business's own", hint=f"avvisa pause SLUG --rule {rule}")
    business = await businesses.by_slug(conn, slug)
    if rule is None:
        return Scope(business_id=business.id)
    found = await rules.by_name(conn, business.id, rule)
    return Scope(business_id=business.id, stream=found.source)


async def _standing(conn: Connection, scope: Scope) -> list[Paused]:
    found = await pauses.standing(conn, scope.business_id)
    if scope.reach is Reach.STREAM:
        found = [each for each in found if each.scope.covers(scope)]
    ids = {each.scope.business_id for each in found} - {None}
    known = await businesses.of_ids(conn, {each for each in ids if each is not None})
    return [
        Paused(
            pause=each,
            business=None if each.scope.business_id is None else known[each.scope.business_id],
        )
        for each in found
    ]


async def _note(conn: Connection, scope: Scope, *, act: str, by: str, now: datetime) -> None:
    """Write it into the audit of each business that it concerns: each has its own."""
    concerned = (
        [each.id for each in await businesses.every(conn)]
        if scope.business_id is None
        else [scope.business_id]
    )
    for each in concerned:
        await audit.note(
            conn, each, actor=by, act=act, subject=scope.stream or scope.reach, now=now
        )
