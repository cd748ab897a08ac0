"""How many notices one customer gets of a business is changed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from messaging.actions.doors import Store
from messaging.business import Business
from messaging.caps import MOST, Caps
from messaging.errors import Refused
from messaging.store import audit, businesses


@dataclass(frozen=True, slots=True, kw_only=True)
class CapChange:
    """What is to be different about a business's caps. None: leave it; `daily` 0: as many as come."""

    offers: int | None = None
    days: int | None = None
    daily: int | None = None


async def cap(store: Store, change: CapChange, *, slug: str, now: datetime) -> Business:
    """Change how many notices one customer gets of the business, and return it.

    Raises NotFound, or Refused with the number that cannot be.
    """
    for name, told, least in (
        ("offers", change.offers, 0),
        ("days", change.days, 1),
        ("daily", change.daily, 0),
    ):
        if told is not None and not least <= told <= MOST:
            raise Refused(f"{name} cannot be {told}", hint=f"from {least} to {MOST}")
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        before = business.caps
        caps = Caps(
            offers=before.offers if change.offers is None else change.offers,
            offers_in=before.offers_in if change.days is None else timedelta(days=change.days),
            daily=before.daily if change.daily is None else change.daily or None,
        )
        if caps != before:
            told_caps = businesses.caps_to_json(caps)
            await businesses.set_hours(conn, business.id, {"caps": told_caps})
            await audit.note(
                conn, business.id, actor="cli", act="business.caps", subject=slug, now=now,
                detail=dict(told_caps),
            )  # fmt: skip
        return replace(business, caps=caps)
