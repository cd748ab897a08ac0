"""Where a shop is, as a page that every phone opens in its map."""

from urllib.parse import urlencode

from messaging.business import Place

_MAP = "https://www.google.com/maps/search/"
"""Opens the app where there is one, a page otherwise
(https://developers.google.com/maps/documentation/urls/get-started#search-action, read in November 2026)."""


def map_link(place: Place) -> str:
    """Return the address of the page: of the position, if it is known, otherwise of what stands on the letters."""
    if place.position is not None:
        latitude, longitude = place.position
        asked = f"{latitude:.6f},{longitude:.6f}"
    else:
        asked = place.address or ""
    return f"{_MAP}?{urlencode({'api': 1, 'query': asked})}"
