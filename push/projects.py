"""The Firebase projects that have been spoken for: whose they are, and the tokens to speak with."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from messaging.business import SenderId
from messaging.clock import Clock
from messaging.errors import Misconfigured
from messaging.sender import SecretSource, SenderDown
from push.credentials import open_service_account
from push.tokens import TokenSource

_THREADS: Final = 8
"""Threads of their own: a token endpoint that hangs must not use up asyncio's, which look up every
host name."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project, by the id in the address of its messages, and its tokens."""

    id: str
    tokens: TokenSource


@dataclass(slots=True)
class _Place:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    project: Project | None = None


class Projects:
    """Reads a sender's secret when first needed, once for all who wait, and keeps what it made."""

    def __init__(self, secrets: SecretSource, clock: Clock, *, fcm_url: str) -> None:
        self._secrets = secrets
        self._open_account = partial(open_service_account, fcm_url=fcm_url)
        self._clock = clock
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="push-credentials")
        self._places: dict[SenderId, _Place] = {}

    async def of(self, sender_id: SenderId) -> Project | SenderDown:
        """Return the sender's project, or why it has none: removed, or an unusable service account.

        Such a "why" is not kept. What the secret's source raises passes through.
        """
        place = self._places.setdefault(sender_id, _Place())
        async with place.lock:
            if place.project is None:
                made = await self._open(sender_id)
                if isinstance(made, SenderDown):
                    return made
                place.project = made
            return place.project

    def forget(self, sender_id: SenderId, *, only: Project | None = None) -> None:
        """Drop what was made for the sender, so that the next message reads its secret again.

        With `only`, nothing is dropped if another project has taken its place since.
        """
        place = self._places.get(sender_id)
        if place is not None and (only is None or place.project is only):
            del self._places[sender_id]

    def close(self) -> None:
        """Let the threads go; a refresh that has not begun is given up."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _open(self, sender_id: SenderId) -> Project | SenderDown:
        secret = await self._secrets(sender_id)
        if secret is None:
            return SenderDown(reason="sender_removed", code="local")
        loop = asyncio.get_running_loop()
        try:
            _, credential = await loop.run_in_executor(
                self._executor, self._open_account, secret.secret
            )
        except Misconfigured:
            return SenderDown(reason="service_account_unusable", code="local")
        return Project(
            secret.external_id,
            TokenSource(credential, clock=self._clock, executor=self._executor),
        )
