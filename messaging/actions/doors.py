"""What the rooms above need of the store without reaching into it: its type, and how it is opened."""

from messaging.store.database import FileInUse, Store, open_store, sqlite_path
from messaging.store.vault import Vault, new_key

__all__ = ["FileInUse", "Store", "Vault", "new_key", "open_store", "sqlite_path"]
