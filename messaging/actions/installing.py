"""A pack comes into a business: its templates and rules, all of them off; and what it has grown by since."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.stocking import shelf_of
from messaging.business import BusinessId
from messaging.errors import NotFound
from messaging.packs import (
    OwnPack,
    Pack,
    PackRule,
    PackTemplate,
    load_pack,
    pack_names,
    read_own,
)
from messaging.store import audit, businesses, own_packs, rules, templates
from messaging.store.connection import Connection
from messaging.store.rules import Label
from messaging.template import Template, TemplateId


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What a pack has by now and a business does not. What both have is the business's own: it is not compared."""

    pack: str
    templates: tuple[PackTemplate, ...]
    rules: tuple[PackRule, ...]


async def install(conn: Connection, business_id: BusinessId, name: str, now: datetime) -> None:
    """Give the business all that the pack has and it does not, every rule off."""
    await _add(conn, business_id, await _lacking(conn, business_id, load_pack(name)), now)
    await _note(conn, business_id, [name])


async def _note(conn: Connection, business_id: BusinessId, names: Iterable[str]) -> None:
    """Note that the business has these packs, beside those it has: they say what its customers can ask for."""
    business = (await businesses.of_ids(conn, [business_id]))[business_id]
    has = business.packs
    if has is None:
        has = tuple(await packs_behind_rules(conn, business_id))
    noted = list(dict.fromkeys((*has, *names)))
    await businesses.set_hours(conn, business_id, {"packs": noted})


async def lacking(store: Store, *, slug: str, pack: str | OwnPack | None = None) -> list[Lacking]:
    """Return what the business lacks of the pack; None: of those that it was founded with, or got since.

    Raises NotFound for the business, and for a pack that there is not; Refused for one of its own that cannot be read.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        shelf = await shelf_of(conn, business.id)
        if isinstance(pack, OwnPack):
            return [await _lacking(conn, business.id, read_own(pack))]
        names = [pack] if pack else await _packs_of(conn, business.id)
        return [await _lacking(conn, business.id, shelf.load(each)) for each in names]


async def complete(
    store: Store, *, slug: str, pack: str | OwnPack | None = None, now: datetime
) -> list[Lacking]:
    """Give the business what it lacks, every rule off, and return that; a pack of its own is kept, in place of the one
    of its name. Raises as `lacking`.
    """
    if isinstance(pack, OwnPack):
        await asyncio.to_thread(
            read_own, pack
        )  # before a transaction begins: it may take a quarter of a second
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if isinstance(pack, OwnPack):
            await _keep(conn, business.id, pack, now)
            pack = pack.name
        shelf = await shelf_of(conn, business.id)
        added = []
        for name in [pack] if pack else await _packs_of(conn, business.id):
            new = await _lacking(conn, business.id, shelf.load(name))
            await _add(conn, business.id, new, now)
            await audit.note(
                conn, business.id, actor="cli", act="business.pack", subject=name, now=now,
                detail={"rules": [rule.name for rule in new.rules]},
            )  # fmt: skip
            added.append(new)
        await _note(conn, business.id, [each.pack for each in added])
        return added


async def _keep(conn: Connection, business_id: BusinessId, own: OwnPack, now: datetime) -> None:
    """Keep the pack that the business brings."""
    version = await own_packs.put(conn, business_id, own, now)
    await audit.note(
        conn, business_id, actor="cli", act="business.own_pack", subject=own.name, now=now,
        detail={"version": version, "sha256": hashlib.sha256(own.text.encode()).hexdigest()},
    )  # fmt: skip


async def _packs_of(conn: Connection, business_id: BusinessId) -> list[str]:
    """Return the packs from which the business's rules come. Raises NotFound if they come from none."""
    found = await packs_behind_rules(conn, business_id)
    if not found:
        raise NotFound(
            "this business was founded without a pack", hint=f"name one: {', '.join(pack_names())}"
        )
    return found


async def packs_behind_rules(conn: Connection, business_id: BusinessId) -> list[str]:
    """Return the packs from which the business's rules come, if any: as few as account for all of them, since packs
    borrow from each other.
    """
    left = {rule.name for rule, _ in await rules.of_business(conn, business_id)}
    shelf = await shelf_of(conn, business_id)
    packs = {each.name: {rule.name for rule in each.rules} for each in shelf.behind(shelf.names)}
    found: list[str] = []
    while packs:
        # Of two that account for the same the smaller one: the other borrows all of it.
        most = max(packs, key=lambda name: (len(packs[name] & left), -len(packs[name])))
        if not packs[most] & left:
            break
        left -= packs.pop(most)
        found.append(most)
    return found


async def _lacking(conn: Connection, business_id: BusinessId, pack: Pack) -> Lacking:
    has_rules = {rule.name for rule, _ in await rules.of_business(conn, business_id)}
    has_templates = {each.name for each in await templates.every_latest(conn, business_id)}
    return Lacking(
        pack=pack.name,
        templates=tuple(each for each in pack.templates if each.name not in has_templates),
        rules=tuple(each for each in pack.rules if each.name not in has_rules),
    )


async def _add(conn: Connection, business_id: BusinessId, new: Lacking, now: datetime) -> None:
    for each in new.templates:
        await templates.add(
            conn,
            Template(
                id=TemplateId(0),
                business_id=business_id,
                name=each.name,
                version=1,
                message_class=each.message_class,
                confidential=each.confidential,
                texts=each.texts,
                buttons=each.buttons,
            ),
            now,
        )
    classes = {
        each.name: each.message_class for each in await templates.every_latest(conn, business_id)
    }
    for rule in new.rules:
        # The text may be the business's own by now, and of another class.
        message_class = classes.get(rule.template, rule.message_class)
        await rules.add(
            conn,
            replace(rule.for_business(business_id), message_class=message_class),
            Label(it=rule.label_it, en=rule.label_en),
        )
