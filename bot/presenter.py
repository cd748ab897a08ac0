"""Sees to it that each bot shows its present commands and texts: set anew when they have changed, and only then."""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Final

from aiogram.exceptions import AiogramError
from aiogram.utils.token import TokenValidationError

from bot.bots import Bots
from bot.provision import looks_of
from bot.refusals import verdict
from bot.session import phase_of
from messaging.actions import presenting
from messaging.actions.doors import Store
from messaging.actions.presenting import Standing
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.sender import RetryLater

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 15.0
"""How soon a bot shows what has changed: two short questions to the store."""

AGAIN_SECONDS: Final = 300.0
"""Until Telegram is asked once more that could not be reached, or refused; nobody waits for a list of commands."""


class Presenter:
    """`ours`: the bots that this process attends to, as of now."""

    def __init__(
        self, store: Store, bots: Bots, clock: Clock, *, ours: Callable[[], Collection[SenderId]]
    ) -> None:
        self._store = store
        self._bots = bots
        self._clock = clock
        self._ours = ours
        self._seen: dict[SenderId, str] = {}
        self._not_before: dict[SenderId, float] = {}

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await self.work()
            await asyncio.sleep(EVERY_SECONDS)

    async def work(self) -> int:
        """Let every bot of ours show what it should; return how many had to be told anew."""
        ours = frozenset(self._ours())
        changed = 0
        for sender_id, standing in (await presenting.standings(self._store, ours)).items():
            if self._seen.get(sender_id) == standing.depends_on:
                continue
            if self._clock.monotonic() >= self._not_before.get(sender_id, 0):
                changed += await self._present(sender_id, standing)
        return changed

    async def _present(self, sender_id: SenderId, standing: Standing) -> bool:
        wanted = await presenting.presentation_of(self._store, sender_id)
        bot = None if wanted is None else await self._bots.of(sender_id)
        if wanted is None or bot is None:
            return False
        looks = looks_of(wanted)
        anew = looks.fingerprint != standing.presented
        if anew:
            try:
                await looks.put_on(bot)
            except (AiogramError, TokenValidationError) as error:
                self._wait(sender_id, error)
                return False
            await presenting.note_presented(self._store, sender_id, looks.fingerprint)
            log.info("bot.presented sender=%s", sender_id)
        self._seen[sender_id] = standing.depends_on
        return anew

    def _wait(self, sender_id: SenderId, error: AiogramError | TokenValidationError) -> None:
        log.warning("bot.unpresented sender=%s error=%s", sender_id, type(error).__name__)
        pause = AGAIN_SECONDS
        outcome = verdict(error, phase_of(error))
        if isinstance(outcome, RetryLater) and outcome.after is not None:
            pause = max(pause, outcome.after.total_seconds())
        self._not_before[sender_id] = self._clock.monotonic() + pause
