"""Who asked to be erased stays away: their code is remembered as a keyed hash only.

The key is random, one for each business, and kept encrypted: whoever has the database alone cannot try out codes.
"""

import hashlib
import hmac
import secrets


def new_key() -> str:
    """Return a fresh key for a business: 256 random bits, in hex."""
    return secrets.token_hex(32)


def code_hash(key: str, external_id: str) -> str:
    """Return the HMAC-SHA-256 of a customer's code, in hex."""
    return hmac.new(bytes.fromhex(key), external_id.encode(), hashlib.sha256).hexdigest()
