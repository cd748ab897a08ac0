"""Who is meant: an audience as somebody wrote it, read with the words of the business's packs, and the
customers in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.stocking import shelf_of
from messaging.audience import Audience
from messaging.audience_door import Vocabulary, audience_from_json
from messaging.customer import Customer
from messaging.packs import Shelf
from messaging.store import audiences, businesses, customers, rules

_BEFORE_ALL = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """How many customers are in an audience now, and the first of them."""

    count: int
    first: Sequence[Customer]


def audience_of(
    shelf: Shelf, rules_named: Iterable[str], written: Mapping[str, object]
) -> Audience:
    """Return the audience that was written.

    `shelf`: of the business. `rules_named`: its rules, or the one it is for; those that came with packs know
    the packs' words. Raises BadAudience with the place of the mistake.
    """
    known = [each.vocabulary for each in shelf.behind(rules_named)]
    every = Vocabulary(
        records={name: kind for each in known for name, kind in each.records.items()},
        assets={name: kind for each in known for name, kind in each.assets.items()},
    )
    return audience_from_json(dict(written), every)


async def who_is_meant(
    store: Store, *, slug: str, written: Mapping[str, object], now: datetime, limit: int
) -> Meant:
    """Return who is in the audience now, the customers known longest to us first. Raises NotFound, and
    BadAudience with the place of the mistake.
    """
    async with store.read() as conn:
        business = await businesses.by_slug(conn, slug)
        named = [rule.name for rule, _ in await rules.of_business(conn, business.id)]
        audience = audience_of(await shelf_of(conn, business.id), named, written)
        setting = audiences.setting_of(business, now)
        count = await audiences.size(conn, business.id, audience, setting)
        ids = await audiences.page(
            conn, business.id, audience, setting, after=_BEFORE_ALL, limit=limit
        )
        people = await customers.of_ids(conn, ids)
    return Meant(count=count, first=[people[each] for each in ids])
