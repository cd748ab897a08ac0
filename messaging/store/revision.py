"""Whether the database has the schema that this code speaks: asked without Alembic, which is needed if it has not.

To import Alembic takes a tenth of the start of a command, and to let it look 35 ms of each (measured).
"""

from importlib import resources

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from messaging.store.database import Store


def newest() -> str:
    """Return the revision that this code speaks: revisions are one line, in the order of their numbers."""
    found = (resources.files("messaging.store") / "migrations" / "versions").iterdir()
    return max(each.name for each in found if each.name.endswith(".py"))[1:5]


async def is_current(store: Store) -> bool:
    """Return whether the database is known to have the newest revision. One that is not there, cannot be read, or is
    none, has not.
    """
    try:
        async with store.read() as conn:
            found = (await conn.execute(text("SELECT version_num FROM alembic_version"))).all()
    except (OSError, DBAPIError):
        return False
    return [tuple(each) for each in found] == [(newest(),)]


async def migrate(store: Store) -> None:
    """Bring the schema up to the newest revision, in one transaction; several processes may start at once.

    Raises Misconfigured if the database cannot be reached.
    """
    if await is_current(store):
        return
    # Here, and not above: this is all for which a command needs Alembic.
    from messaging.store import migrating

    await migrating.migrate(store)
