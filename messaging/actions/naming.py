"""What somebody named: a customer by code, a rule or campaign by name; where there is none, what they may
have meant.
"""

from difflib import get_close_matches

from messaging.business import Business
from messaging.customer import Customer
from messaging.errors import NotFound
from messaging.rule import Rule
from messaging.store import campaigns, customers, rules
from messaging.store.campaigns import CampaignRow
from messaging.store.connection import Connection
from messaging.store.rules import Label


async def customer_named(conn: Connection, business: Business, code: str) -> Customer:
    """Return the customer with the code. Raises NotFound, with whom it may mean."""
    try:
        return await customers.by_external_id(conn, business.id, code)
    except NotFound as error:
        near = await _near(conn, business, code)
        if not near:
            raise
        told = ", ".join(
            each.external_id + (f" ({each.name})" if each.name else "") for each in near
        )
        raise NotFound(str(error), hint=f"did you mean {told}?") from error


_NEAR = 5
_LOOKED_THROUGH = 5_000
"""So many customers are named when a code is not known, and so many are compared with it."""


async def _near(conn: Connection, business: Business, code: str) -> list[Customer]:
    """Return customers who may be meant: the words are in their code or name, or it is a slip."""
    near = await customers.like(conn, business.id, code, limit=_NEAR)
    if near:
        return near
    pool = await customers.beginning(conn, business.id, code[:1], limit=_LOOKED_THROUGH)
    by_code = {each.external_id: each for each in pool}
    return [by_code[each] for each in get_close_matches(code, by_code, n=_NEAR)]


async def rules_named(
    conn: Connection, business: Business, name: str | None
) -> list[tuple[Rule, Label]]:
    """Return the rule with the name, or all of them (None). Raises NotFound, with which it may be."""
    every = await rules.of_business(conn, business.id)
    if name is None:
        return every
    chosen = [(each, label) for each, label in every if each.name == name]
    if not chosen:
        names = [each.name for each, _ in every]
        near = get_close_matches(name, names, cutoff=0.5) or [n for n in names if name in n]
        raise NotFound(
            f"this business has no rule {name!r}",
            hint=f"did you mean {', '.join(near)}?"
            if near
            else f"avvisa rule list {business.slug}",
        )
    return chosen


async def campaign_named(
    conn: Connection, business: Business, name: str, *, lock: bool = False
) -> CampaignRow:
    """Return the campaign with the name; with `lock` ours alone. Raises NotFound, with which it may be."""
    try:
        return await campaigns.by_name(conn, business.id, name, lock=lock)
    except NotFound as error:
        names = [each.campaign.name for each in await campaigns.of_business(conn, business.id)]
        near = get_close_matches(name, names, cutoff=0.5) or [n for n in names if name in n]
        raise NotFound(
            str(error),
            hint=f"did you mean {', '.join(near)}?"
            if near
            else f"avvisa campaign list {business.slug}",
        ) from error
