"""The bots and projects in use, as the database has them, and the ones this process speaks for: kept the same."""

import asyncio
from datetime import timedelta

from cli.wiring import Channels
from messaging.actions import founding
from messaging.actions.doors import Store
from messaging.actions.founding import InUse
from messaging.business import SenderId
from messaging.customer import Channel

LOOK_EVERY = timedelta(seconds=3)


class Reconciler:
    """Adds bots that were given to a business, lets replaced tokens go, removes what is no more in use.

    It looks every few seconds, because another process may have changed them; `look` makes it look now.
    """

    def __init__(self, store: Store, channels: Channels, *, poll_bots: bool) -> None:
        self._store = store
        self._channels = channels
        self._poll_bots = poll_bots
        self._known: dict[SenderId, InUse] = {}
        self._bell = asyncio.Event()

    def look(self) -> None:
        """Look at once instead of in a few seconds."""
        self._bell.set()

    def stop(self) -> None:
        """Let the bots finish what they are handling and poll no more."""
        self._channels.fleet.stop()

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await self._work()
            try:
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await self._bell.wait()
            except TimeoutError:
                pass
            self._bell.clear()

    async def _work(self) -> None:
        used = {each.id: each for each in await founding.senders_in_use(self._store)}
        for sender_id, known in list(self._known.items()):
            now = used.get(sender_id)
            if now is None or now.fingerprint != known.fingerprint:
                await self._forget(known)
        for sender_id, each in used.items():
            if sender_id not in self._known:
                self._known[sender_id] = each
                if self._poll_bots and each.channel is Channel.TELEGRAM:
                    await self._channels.fleet.add(sender_id)
                elif each.channel is Channel.PUSH:
                    await self._channels.push.prepare()

    async def _forget(self, gone: InUse) -> None:
        del self._known[gone.id]
        if gone.channel is Channel.TELEGRAM:
            if self._poll_bots:
                await self._channels.fleet.remove(gone.id)
            self._channels.bots.forget(gone.id)
        else:
            self._channels.push.forget(gone.id)
