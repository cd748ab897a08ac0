"""The single-use link that ties a chat or an app to a customer."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.business import BusinessId
from messaging.customer import CustomerId

LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A new invitation, with the token and the code to be spoken, which only its maker ever sees.
    `expires_at` is UTC.
    """

    id: int
    business_id: BusinessId
    customer_id: CustomerId
    token: str
    code: str
    expires_at: datetime


def new_token() -> str:
    """Return 128 random bits as 22 characters that fit a Telegram start link (64 of
    `[A-Za-z0-9_-]`).
    """
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    """Return what the store keeps of a token. It holds 128 random bits, so a plain hash cannot be
    searched.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def masked(name: str | None) -> str | None:
    """Return a name that its owner recognises and nobody else learns: `Mario Rossi` becomes `M***o
    R***i`.

    The number of stars says nothing of the length; a word of one or two letters shows its first
    alone.
    """
    words = [] if name is None else name.split()
    shown = [f"{word[0]}***{word[-1]}" if len(word) > 2 else f"{word[0]}***" for word in words]
    return " ".join(shown) or None
