"""A pack of a business's own is taken away: its screens and its types go; what the business has of it stays, unused."""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.stocking import shelf_at
from messaging.audience import AllOf, AnyOf, Audience, HasAsset, HasRecord, Not
from messaging.business import Business
from messaging.campaign import OVER, Campaign, CampaignState
from messaging.errors import NotFound, Refused
from messaging.packs import Shelf, pack_names
from messaging.rule import Rule
from messaging.store import audit, businesses, campaigns, own_packs, rules, templates
from messaging.store.connection import Connection
from messaging.subject import asset_type_name

_AT_REST = OVER | {CampaignState.DRAFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAway:
    """What the business has of the pack that is not its own pack any more: its rules, all off, and its texts."""

    pack: str
    rules: tuple[str, ...]
    templates: tuple[str, ...]


async def take_away(store: Store, *, slug: str, pack: str, by: str, now: datetime) -> TakenAway:
    """Forget the pack that the business brought, and return what stays of it.

    Raises NotFound for the business, and for a pack that is not one of its own; Refused, with what to do, as long as a
    rule that is on or a campaign under way comes from it or asks for a type that no other pack of the business has.
    """
    shelf = await shelf_at(store, slug=slug)
    types = await asyncio.to_thread(_only_in, shelf, pack)
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if not await own_packs.forget(conn, business.id, pack):
            raise NotFound(
                f"{slug} has no pack {pack!r} of its own",
                hint="avvisa's packs stay; a rule that is not wanted is switched off: avvisa rule off"
                if pack in pack_names()
                else f"its own: {', '.join(sorted(shelf.own)) or 'none'}",
            )
        known = [rule for rule, _ in await rules.of_business(conn, business.id)]
        await _refuse_used(conn, business, pack, types, known)
        if business.packs is not None:
            left = [each for each in business.packs if each != pack]
            await businesses.set_hours(conn, business.id, {"packs": left})
        await audit.note(
            conn, business.id, actor=by, act="business.pack_taken", subject=pack, now=now
        )
        texts = await templates.every_latest(conn, business.id)
        return TakenAway(
            pack=pack,
            rules=tuple(each.name for each in known if _begins(each.name, pack)),
            templates=tuple(each.name for each in texts if _begins(each.name, pack)),
        )


def _only_in(shelf: Shelf, pack: str) -> frozenset[str]:
    """Return the types that only this pack has, as subjects are called. None, if this version cannot read it."""
    types: dict[str, set[str]] = {}
    for each in shelf.behind(shelf.names):
        of_records = {kind.id for kind in each.record_types}
        types[each.name] = of_records | {asset_type_name(kind.id) for kind in each.asset_types}
    others = {kind for name, kinds in types.items() if name != pack for kind in kinds}
    return frozenset(types.get(pack, set()) - others)


async def _refuse_used(
    conn: Connection, business: Business, pack: str, types: Collection[str], known: Collection[Rule]
) -> None:
    on = [each.name for each in known if each.on and _is_of(each, pack, types)]
    running = [
        row.campaign.name
        for row in await campaigns.of_business(conn, business.id)
        if row.campaign.state not in _AT_REST and _tells(row.campaign, pack, types)
    ]
    if not on and not running:
        return
    said = [f"the rule {name}" for name in on] + [f"the campaign {name}" for name in running]
    offs = [f"avvisa rule off {business.slug} {name}" for name in on]
    cancels = [f"avvisa campaign cancel {business.slug} {name}" for name in running]
    raise Refused(
        f"the pack {pack} is still used by {', '.join(said)}", hint="; ".join(offs + cancels)
    )


def _is_of(rule: Rule, pack: str, types: Collection[str]) -> bool:
    return (
        _begins(rule.name, pack)
        or _begins(rule.template, pack)
        or not {rule.subject_type, rule.heard_type}.isdisjoint(types)
        or any(each in types for each in _asked_for(rule.audience))
    )


def _tells(campaign: Campaign, pack: str, types: Collection[str]) -> bool:
    return _begins(campaign.template, pack) or any(
        each in types for each in _asked_for(campaign.audience)
    )


def _asked_for(audience: Audience | None) -> Iterator[str]:
    """Yield the types that the audience asks for."""
    match audience:
        case AllOf(of=inner) | AnyOf(of=inner):
            for each in inner:
                yield from _asked_for(each)
        case Not(one=other):
            yield from _asked_for(other)
        case HasRecord(type=str(record_type)):
            yield record_type
        case HasAsset(type=str(asset_type)):
            yield asset_type_name(asset_type)
        case _:
            return


def _begins(name: str, pack: str) -> bool:
    return name.startswith(f"{pack}.")
