"""A telephone number in the one way of writing it in which two numbers can be compared."""

from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global


def e164(told: str, zone: ZoneInfo) -> str | None:
    """Return the number in E.164; None: it is none.

    Telegram writes a contact's number with the country in front, most often without the plus
    (https://core.telegram.org/bots/api#contact, read in November 2026). One that is no number so is
    read as it is dialled in the country of the zone. One of a range that the tables do not know yet
    is taken by its length: that it exists was for Telegram to find out.
    """
    digits = told.strip()
    abroad = f"+{digits.lstrip('+')}"
    for number, region, is_one in (
        (abroad, None, phonenumbers.is_valid_number),
        (digits, region_of(zone), phonenumbers.is_valid_number),
        (abroad if digits.isascii() else "", None, phonenumbers.is_possible_number),
    ):
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if is_one(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return None


def region_of(zone: ZoneInfo) -> str | None:
    """Return the country that the zone lies in, in two letters; None: in none, as UTC does.

    From the CLDR that comes with Babel, which has a territory for each zone of a place.
    """
    territory: str | None = get_global("zone_territories").get(zone.key)
    return None if territory is None or not territory.isalpha() else territory
