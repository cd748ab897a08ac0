"""Why one bot hears nothing, kept in the store when it changes and told in the log once."""

import logging
from typing import Final

from messaging.actions.doors import Store
from messaging.actions.troubles import heard_again, note_unheard, why_unheard
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.trouble import Unheard

log = logging.getLogger(__name__)

CALM_SECONDS: Final = 60.0
"""How long nobody may have cut in before a conflict counts as over. Two programs that take turns hear something now and
then, and their business must not be told twice a minute that all is well."""


class Condition:
    """What the store knows of one bot's hearing. The same news twice costs nothing.

    Its methods raise what the store raises; the next call tries again.
    """

    def __init__(self, store: Store, clock: Clock, *, sender_id: SenderId) -> None:
        self._store = store
        self._clock = clock
        self._sender_id = sender_id
        self._reason: Unheard | None = None
        self._detail: str | None = None
        self._met_at = clock.monotonic()
        self._read = False

    async def ails(self, reason: Unheard, detail: str | None = None) -> None:
        """Keep why the bot hears nothing."""
        self._met_at = self._clock.monotonic()
        if self._read and (self._reason, self._detail) == (reason, detail):
            return
        changed = await note_unheard(
            self._store,
            sender_id=self._sender_id,
            reason=reason,
            detail=detail,
            now=self._clock.now(),
        )
        self._reason, self._detail, self._read = reason, detail, True
        if changed:
            log.warning("bot.unheard sender=%s reason=%s", self._sender_id, reason)

    async def works(self) -> None:
        """Keep that the bot hears: at once, or after a while of calm where somebody had cut in."""
        if not self._read:
            # What a process before this one left; whether it is over shows from now on.
            self._reason = await why_unheard(self._store, sender_id=self._sender_id)
            self._met_at = self._clock.monotonic()
            self._read = True
        elif self._reason is None:
            return
        if (
            self._reason is Unheard.OTHER_POLLER
            and self._clock.monotonic() - self._met_at < CALM_SECONDS
        ):
            return
        if await heard_again(self._store, sender_id=self._sender_id, now=self._clock.now()):
            log.info("bot.heard_again sender=%s", self._sender_id)
        self._reason = self._detail = None
