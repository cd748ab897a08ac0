"""What the rooms above need of the store without reaching into it: its type, and how it is opened."""

from messaging.store.database import Store, open_store, sqlite_path
from messaging.store.revision import migrate
from messaging.store.senders import secret_of
from messaging.store.sqlite import FileInUse
from messaging.store.vault import Vault, fingerprint_of, new_key

__all__ = [
    "FileInUse",
    "Store",
    "Vault",
    "fingerprint_of",
    "migrate",
    "new_key",
    "open_store",
    "secret_of",
    "sqlite_path",
]
