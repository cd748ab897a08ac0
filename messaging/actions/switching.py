"""Rules go on and off, and are edited: a new version, what was not tried voided, the watermark now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final

from messaging.actions.candidates import FIRST
from messaging.actions.doors import Store
from messaging.anniversary import Anniversary
from messaging.asset import Role, Who
from messaging.audience import EVERYBODY, Audience
from messaging.rule import Rule, at_hour
from messaging.store import audit, businesses, notifications, rule_days, rules
from messaging.store.connection import Connection
from messaging.store.notifications import of_rule
from messaging.store.rules import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A rule and what it is called."""

    rule: Rule
    label: Label


_ROLES: Final[Mapping[Who, tuple[Role, ...] | None]] = {
    Who.EVERYBODY: tuple(Role),
    Who.HOLDER: (Role.HOLDER,),
    Who.USER: (Role.USER,),
    Who.USUAL: None,
}


async def rules_of(store: Store, *, slug: str) -> list[Listed]:
    """Return the rules of the business, on and off. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return [
            Listed(rule=rule, label=label)
            for rule, label in await rules.of_business(conn, business.id)
        ]


async def switch_on(
    store: Store,
    *,
    slug: str,
    name: str,
    now: datetime,
    at: time | None = None,
    audience: Audience | None = None,
    who: Who | None = None,
) -> Rule:
    """Switch a rule on from now (at another local hour, for another audience or for others of a family, if they are
    given), and return it as it is then.

    What has passed already is held for a person, page by page, by `planning.plan_backlog`.
    Switching on what is on, as it is, changes nothing. Raises NotFound.
    """
    async with store.begin() as conn:
        rule = await _locked(conn, slug, name)
        wanted = edited(rule, at=at, audience=audience, who=who)
        if rule.on and wanted == rule:
            return rule
        changed = await make_anew(conn, wanted, now)
        await audit.note(
            conn,
            rule.business_id,
            actor="cli",
            act="rule.on",
            subject=f"rule:{rule.id}",
            now=now,
            detail={"version": changed.version},
        )
        return changed


async def make_anew(conn: Connection, wanted: Rule, now: datetime) -> Rule:
    """Write the rule, which is locked, as a new version that is on from now, and return it. What the one before had
    planned and nobody tried is void.
    """
    changed = replace(wanted, on=True, version=wanted.version + 1, watermark=now)
    await notifications.cancel_untried(conn, of_rule(wanted.id), reason="rule_changed", now=now)
    # What was cancelled is made again under the new version, and is no more than it was.
    await rule_days.forget(conn, wanted.id, since=now.date())
    await rules.change(conn, changed)
    await rules.set_backlog(conn, wanted.id, FIRST)
    return changed


def edited(
    rule: Rule, *, at: time | None, audience: Audience | None, who: Who | None = None
) -> Rule:
    """Return the rule at another local hour, for another audience and for others of a family; None: as it is."""
    if at is not None:
        rule = at_hour(rule, at)
    if audience is not None:
        rule = replace(rule, audience=None if audience == EVERYBODY else audience)
    if who is not None:
        rule = replace(rule, who=_ROLES[who])
    return rule


def rivals(rule: Rule, every: Sequence[Rule]) -> list[Rule]:
    """Return the rules that are on and speak of the same yearly day to the same customers: under a cap for offers the
    first of them takes the place of the others.
    """
    trigger = rule.trigger
    if not isinstance(trigger, Anniversary):
        return []
    return [
        each
        for each in every
        if each.on
        and each.name != rule.name
        and each.message_class is rule.message_class
        and isinstance(each.trigger, Anniversary)
        and each.trigger.of is trigger.of
    ]


async def switch_off(store: Store, *, slug: str, name: str, now: datetime) -> Rule:
    """Switch a rule off: what it had planned and nobody tried is cancelled. Raises NotFound."""
    async with store.begin() as conn:
        rule = await _locked(conn, slug, name)
        if not rule.on:
            return rule
        changed = replace(rule, on=False, version=rule.version + 1, watermark=None)
        await notifications.cancel_untried(conn, of_rule(rule.id), reason="rule_off", now=now)
        await rules.change(conn, changed)
        await rules.set_backlog(conn, rule.id, None)
        await audit.note(
            conn,
            rule.business_id,
            actor="cli",
            act="rule.off",
            subject=f"rule:{rule.id}",
            now=now,
        )
        return changed


async def _locked(conn: Connection, slug: str, name: str) -> Rule:
    business = await businesses.by_slug(conn, slug)
    found = await rules.by_name(conn, business.id, name)
    locked = await rules.lock(conn, found.id)
    return found if locked is None else locked
