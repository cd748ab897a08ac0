"""Secrets at rest: encrypted with keys that live elsewhere."""

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from messaging.errors import Misconfigured


class Vault:
    """Encrypts with the first key, decrypts with any: so keys are rotated by putting a new one in
    front.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None
            self._newest = Fernet(keys[0]) if keys else None
        except ValueError as error:
            raise Misconfigured(
                "AVVISA_SECRET_KEYS holds something that is not a key",
                hint="make one with `avvisa secrets new`; several are separated by commas",
            ) from error
        self.fingerprint = fingerprint_of(keys)

    @property
    def has_keys(self) -> bool:
        """Return whether there is any key."""
        return self._fernet is not None

    def require_key(self) -> None:
        """Raise Misconfigured if there is no key: whoever is to store a secret asks first."""
        self._open_fernet()

    def seal(self, secret: str) -> str:
        """Return the secret encrypted, as text for a column. Raises Misconfigured if there is no
        key.
        """
        return self._open_fernet().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the secret. Raises Misconfigured if there is no key, or none of them fits."""
        try:
            return self._open_fernet().decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Misconfigured(
                "a stored secret does not open with any key of AVVISA_SECRET_KEYS",
                hint="put the key that it was stored with back into the list, after the new one",
            ) from error

    def is_newest(self, sealed: str) -> bool:
        """Return whether the first key opens it."""
        try:
            return self._newest is not None and bool(self._newest.decrypt(sealed.encode()))
        except InvalidToken:
            return False

    def seal_anew(self, sealed: str) -> str:
        """Return the same secret sealed with the first key. Raises as `open` does."""
        return self.seal(self.open(sealed))

    def _open_fernet(self) -> MultiFernet:
        if self._fernet is None:
            raise Misconfigured(
                "AVVISA_SECRET_KEYS is empty: bot tokens and service accounts are never stored in the clear",
                hint="make a key with `avvisa secrets new` and keep it apart from the database",
            )
        return self._fernet


def fingerprint_of(keys: Sequence[str]) -> str:
    """Return the SHA-256 of the first key, in hex: it tells keys apart and opens nothing. "" if there is none."""
    return hashlib.sha256(keys[0].encode()).hexdigest() if keys else ""


def new_key() -> str:
    """Return a fresh key for AVVISA_SECRET_KEYS."""
    return Fernet.generate_key().decode()
