"""Files that were not imported because of what they would do, and that nobody has decided about."""

from datetime import datetime, timedelta

from messaging.business import Business
from messaging.finding import Finding, needs_you
from messaging.store import audit, imports
from messaging.store.connection import Connection

BRAKED = "import.brake"
IMPORTED_ANYWAY = "import.anyway"
"""What the audit calls a file that waits for a person, and one that a person has let in; its subject is the profile."""

FORGOTTEN = timedelta(days=14)
"""A file that old is none that anybody imports any more; that no newer one came is told on its own."""


async def braked_files(conn: Connection, business: Business, now: datetime) -> list[Finding]:
    """Return a finding for each kind of file of which the last one waits for a person."""
    braked = await audit.last(conn, business.id, act=BRAKED)
    stored = await imports.last_stored(conn, business.id)
    return [
        needs_you(
            "import_waits",
            f"a file ({profile}) was not imported on {at.astimezone(business.zone):%d %b %Y}: it would cancel, "
            "move or set off most of the notices that wait",
            f"avvisa import {business.slug} FILE --dry-run shows which; import one that is right, "
            "or this one with --anyway",
            about=business.slug,
        )
        for profile, at in sorted(braked.items())
        if now - at < FORGOTTEN and (profile not in stored or stored[profile] < at)
    ]
