"""Who asked to be erased stays away: their code, and what only they could be reached at, is remembered as keyed hashes.

The key is random, one for each business, and kept encrypted: whoever has the database alone cannot try out codes.
"""

import hashlib
import hmac
import secrets
from enum import StrEnum


class Trace(StrEnum):
    """What is remembered of somebody who was erased."""

    CODE = "code"
    """The code that they had."""
    CONTACT = "contact"
    """A number or an e-mail address that nobody else in the books had."""
    LIKENESS = "likeness"
    """Another code, under which a file told of such a contact: they, or somebody else, which the shop has to say."""


def new_key() -> str:
    """Return a fresh key for a business: 256 random bits, in hex."""
    return secrets.token_hex(32)


def code_hash(key: str, external_id: str) -> str:
    """Return the HMAC-SHA-256 of a customer's code, in hex."""
    return hmac.new(bytes.fromhex(key), external_id.encode(), hashlib.sha256).hexdigest()


def contact_hash(key: str, contact: str) -> str:
    """Return the HMAC-SHA-256 of a number (E.164) or an e-mail address, in hex: never that of a code."""
    return code_hash(key, f"contact\0{contact.strip().lower()}")
