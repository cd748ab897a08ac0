"""Tells the people of the shops what they want to hear of: each thing once, at the pace of the bot that tells it.

What is to be told lies in the store until it has been. A crash between the call and the note of it tells it a second
time: to hear of a customer twice is better than never.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from bot.bots import Bots
from bot.conversations.shop_notices import NothingToTell, tell_notice
from bot.refusals import verdict
from bot.session import phase_of
from messaging.actions import notifying
from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.sender import AddressGone, Rejected
from messaging.store.staff_notices import StaffNotice

log = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=2)
"""How soon somebody hears of it: the look is one question of an index."""


class Courier:
    """`ours`: the bots that this process attends to, as of now."""

    def __init__(
        self, store: Store, bots: Bots, clock: Clock, *, ours: Callable[[], Collection[SenderId]]
    ) -> None:
        self._store = store
        self._bots = bots
        self._clock = clock
        self._ours = ours

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await self.work()
            await asyncio.sleep(EVERY.total_seconds())

    async def work(self) -> int:
        """Tell everything that may be told now; return how much that was."""
        told = 0
        while ours := frozenset(self._ours()):
            notices = await notifying.claim(self._store, ours, now=self._clock.now())
            for each in notices:
                told += await self._tell(each)
            if not notices:
                break
        return told

    async def _tell(self, notice: StaffNotice) -> bool:
        error = None
        try:
            bot = None
            if notice.to.sender_id is not None:
                bot = await self._bots.of(notice.to.sender_id)
            if bot is None:
                error = "sender_removed"
            else:
                await tell_notice(bot, self._store, notice, now=self._clock.now())
        except NothingToTell:
            error = "over"
        except Exception as failure:  # noqa: BLE001 - a call may fail in any way; the row remembers
            outcome = verdict(failure, phase_of(failure))
            log.warning("staff.untold notice=%s error=%s", notice.id, type(failure).__name__)
            if not isinstance(outcome, AddressGone | Rejected):
                return False  # it is tried again
            error = outcome.reason
        await notifying.finish(self._store, notice, now=self._clock.now(), error=error)
        return error is None
