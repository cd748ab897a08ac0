"""What customers are told of the shop itself when they ask: its number, its hours, where it is."""

import math
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import Business
from messaging.calendar import WeekHours
from messaging.errors import Refused
from messaging.opening import to_json
from messaging.store import audit, businesses


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told anew; None: it stays as it is. `position`: latitude and longitude in degrees."""

    contact: str | None = None
    opening: WeekHours | None = None
    address: str | None = None
    position: tuple[float, float] | None = None


async def describe(store: Store, told: About, *, slug: str, now: datetime) -> Business:
    """Keep what is told of the business, and return it as it is then. Raises NotFound."""
    values: dict[str, object] = {}
    if told.contact is not None:
        values["contact"] = told.contact.strip() or None
    if told.opening is not None:
        values["opening_hours"] = to_json(told.opening)
    if told.address is not None:
        values["address"] = told.address.strip() or None
    if told.position is not None:
        values["latitude"], values["longitude"] = told.position
    async with store.begin() as conn:
        business = await businesses.by_slug(conn, slug)
        if not values:
            return business
        await businesses.set_hours(conn, business.id, values)
        await audit.note(
            conn,
            business.id,
            actor="cli",
            act="business.about",
            subject=slug,
            now=now,
            detail={"told": sorted(values)},
        )
        return await businesses.by_slug(conn, slug)


def parse_position(text: str) -> tuple[float, float]:
    """Return latitude and longitude from `45.0512, 12.0573`, as maps show them. Raises Refused for what is no place on
    earth.
    """
    parts = text.replace(";", ",").split(",")
    try:
        latitude, longitude = (float(each) for each in parts)
    except ValueError:
        latitude = longitude = math.nan
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # NaN is neither
        raise Refused(
            f"{text!r} is no position",
            hint="latitude and longitude with a point, parted by a comma: 45.0512, 12.0573",
        )
    return latitude, longitude
