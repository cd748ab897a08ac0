"""Rules that a business writes itself, or writes anew: proved against what its packs know, and saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.stocking import shelf_of
from messaging.actions.switching import make_anew
from messaging.business import Business
from messaging.errors import NotFound, Refused
from messaging.packs import Pack
from messaging.packs.fitting import Known, fit
from messaging.packs.loader import rule_from
from messaging.packs.rule_entries import RuleEntry
from messaging.rule import Rule
from messaging.store import audit, businesses, rules, templates
from messaging.store.connection import Connection
from messaging.store.rules import Label

_HOW = "docs/triggers.md says how a rule is written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save. `changed` False: it was like that already. `new`: there was none of the name."""

    rule: Rule
    new: bool
    changed: bool


async def rule_of(store: Store, *, slug: str, name: str) -> tuple[Rule, Label]:
    """Return the rule and what it is called. Raises NotFound."""
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        await rules.by_name(conn, business.id, name)
        every = await rules.of_business(conn, business.id)
        return next(each for each in every if each[0].name == name)


async def as_written(store: Store, *, slug: str, entry: RuleEntry) -> tuple[Rule, Rule | None]:
    """Return the rule that the entry would make, and the one that it would take the place of (None: there is none).

    Raises NotFound, or Refused with the first thing that the business does not have, or that its trigger
    cannot do.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        return await _as_written(conn, business, entry)


async def _as_written(
    conn: Connection, business: Business, entry: RuleEntry
) -> tuple[Rule, Rule | None]:
    every = {rule.name: rule for rule, _ in await rules.of_business(conn, business.id)}
    try:
        fit(entry, _known((await shelf_of(conn, business.id)).behind(every)))
    except ValueError as error:
        raise Refused(f"{entry.name}: {error}", hint=_HOW) from error
    try:
        template = await templates.latest(conn, business.id, entry.template)
    except NotFound as error:
        hint = f"avvisa template list {business.slug}"
        raise Refused(
            f"{entry.name}: there is no template {entry.template!r}", hint=hint
        ) from error
    known = every.get(entry.name)
    written = rule_from(entry, template.message_class).for_business(business.id)
    return written if known is None else _as(written, known), known


def _as(written: Rule, known: Rule) -> Rule:
    """Return what is written in the place of the rule that is known, in its version, and on or off as it is."""
    return replace(
        written, id=known.id, version=known.version, on=known.on, watermark=known.watermark
    )


def _known(packs: Sequence[Pack]) -> Known:
    """Return what the packs have that the business's rules came with."""
    return Known(
        record_statuses={each.id: each.statuses for pack in packs for each in pack.record_types},
        record_attributes={
            each.id: pack.attributes.get(each.id, {})
            for pack in packs
            for each in pack.record_types
        },
        asset_attributes={
            each.id: pack.attributes.get(each.id, {}) for pack in packs for each in pack.asset_types
        },
    )


async def save(store: Store, *, slug: str, entry: RuleEntry, now: datetime) -> Saved:
    """Save the rule: a new one is off; one that is on stays on, as a new version from now on: what it had planned and
    nobody tried is void, and what has passed waits for a person once `planning.plan_backlog` has held it.

    Raises what `as_written` does.
    """
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        label = Label(it=entry.label.it, en=entry.label.en)
        wanted, known = await _as_written(conn, business, entry)
        if known is None:
            rule_id = await rules.add(conn, wanted, label)
            saved = Saved(rule=replace(wanted, id=rule_id), new=True, changed=True)
        else:
            locked = await rules.lock(conn, known.id) or known
            saved = await _changed(conn, locked, _as(wanted, locked), now)
            await rules.rename(conn, known.id, label)
        if saved.changed:
            await audit.note(
                conn,
                business.id,
                actor="cli",
                act="rule.save",
                subject=f"rule:{saved.rule.id}",
                now=now,
                detail={"version": saved.rule.version},
            )
        return saved


async def _changed(conn: Connection, known: Rule, wanted: Rule, now: datetime) -> Saved:
    if wanted == known:
        return Saved(rule=known, new=False, changed=False)
    if wanted.on:
        return Saved(rule=await make_anew(conn, wanted, now), new=False, changed=True)
    changed = replace(wanted, version=known.version + 1)
    await rules.change(conn, changed)
    return Saved(rule=changed, new=False, changed=True)
