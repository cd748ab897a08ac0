"""Secrets at rest: encrypted with keys that live elsewhere."""

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
        except ValueError as error:
            raise Misconfigured(
                "AVVISA_SECRET_KEYS holds something that is not a key",
                hint="make one with `avvisa secrets new`; several are separated by commas",
            ) from error

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

    def _open_fernet(self) -> MultiFernet:
        if self._fernet is None:
            raise Misconfigured(
                "AVVISA_SECRET_KEYS is empty: bot tokens and service accounts are never stored in the clear",
                hint="make a key with `avvisa secrets new` and keep it apart from the database",
            )
        return self._fernet


def new_key() -> str:
    """Return a fresh key for AVVISA_SECRET_KEYS."""
    return Fernet.generate_key().decode()
