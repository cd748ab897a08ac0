"""``/token``: access tokens for signed grants, as Google's OAuth endpoint gives them.

The signature is not checked: whoever is registered may come in with any key.
"""

import base64
import binascii
import json
import secrets
from typing import Any

from simulators import clock
from simulators.journal import Fact, Journal

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME_SECONDS = 3600


class GrantError(Exception):
    """No token; ``code`` is OAuth's word for why."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


class Tokens:
    """The service accounts that are known, and the access tokens that are good."""

    def __init__(self, journal: Journal) -> None:
        self.accounts: set[str] = set()
        self._expiry: dict[str, float] = {}
        self._journal = journal
        journal.on("service_account", self._on_account)
        journal.on("granted", self._on_granted)
        journal.on("tokens_expired", self._on_expired)
        journal.on("reset", self._on_reset)

    def register(self, client_email: str) -> None:
        """Know this account; from the first one on, only known ones get tokens."""
        self._journal.record("service_account", {"client_email": client_email})

    def grant(self, grant_type: str, assertion: str) -> dict[str, Any]:
        """A token for the assertion's account; GrantError if it gets none."""
        if grant_type != GRANT_TYPE:
            raise GrantError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        issuer = _issuer(assertion)
        if self.accounts and issuer not in self.accounts:
            raise GrantError("invalid_grant", "Invalid grant: account not found")
        token = f"ya29.sim-{secrets.token_urlsafe(24)}"
        expiry = clock.seconds() + LIFETIME_SECONDS
        self._journal.record("granted", {"token": token, "expiry": expiry})
        return {"access_token": token, "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"}

    def is_good(self, authorization: str) -> bool:
        """Whether the Authorization header carries a token that was granted and has not expired."""
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and self._expiry.get(token, 0.0) > clock.seconds()

    def expire_all(self) -> None:
        """Every token given so far is worthless now."""
        self._journal.record("tokens_expired", {})

    def _on_account(self, fact: Fact) -> None:
        self.accounts.add(fact["client_email"])

    def _on_granted(self, fact: Fact) -> None:
        self._expiry[fact["token"]] = fact["expiry"]

    def _on_expired(self, _: Fact) -> None:
        self._expiry.clear()

    def _on_reset(self, _: Fact) -> None:
        self.accounts.clear()
        self._expiry.clear()


def _issuer(assertion: str) -> str:
    parts = assertion.split(".")
    if len(parts) != 3 or not all(parts):
        raise GrantError("invalid_grant", "Invalid JWT: must have three parts")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
        return str(claims["iss"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise GrantError("invalid_grant", "Invalid JWT: claims without iss") from None
