"""A message goes to a phone, and what is known of its end comes back."""

import asyncio
import logging
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from aiohttp import ClientError, ClientSession
from typing_extensions import override

from messaging.business import SenderId
from messaging.clock import Clock
from messaging.sender import (
    Message,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SecretSource,
    Sender,
    SenderDown,
    Unknown,
)
from push.answers import Answer, read
from push.firebase import load
from push.payload import encode
from push.pool import Phase, marks_phase
from push.projects import Project, Projects
from push.refusals import PROBE_AFTER, blames_token, broken_off, classify
from push.tokens import PAUSE, NoToken

logger = logging.getLogger(__name__)

_PATIENCE: Final = timedelta(seconds=30)
"""What `messaging.sender.Sender` promises: for the token, the message and its one repeat."""


class PushSender(Sender):
    """Speaks for every Firebase project of the installation, over one pool of connections."""

    def __init__(
        self,
        pool: ClientSession,
        *,
        fcm_url: str,
        secrets: SecretSource,
        clock: Clock,
        patience: timedelta = _PATIENCE,
    ) -> None:
        """Take a pool made by `push.pool.open_pool`, which stays its opener's to close.

        Raises:
            ValueError: the pool does not mark how far a call came.
        """
        if not marks_phase(pool):
            raise ValueError("the pool must come from push.pool.open_pool")
        self._pool = pool
        self._fcm_url = fcm_url.rstrip("/")
        self._clock = clock
        self._patience = patience.total_seconds()
        self._projects = Projects(secrets, clock, fcm_url=fcm_url)

    @override
    async def send(self, message: Message) -> Outcome:
        """Try once, within 30 seconds, and say what is known of the end.

        Raises nothing but cancellation. A refused access token is replaced, and the message then
        tried again: the refusal says that it was not delivered.
        """
        phase = Phase()
        try:
            async with asyncio.timeout(self._patience):
                return await self._send(message, phase)
        except (ClientError, OSError):  # TimeoutError is an OSError
            return broken_off(written=phase.written)
        except Exception as error:  # noqa: BLE001 - an outcome is promised, whatever went wrong
            # The type alone: what the error says may quote a text, a name or a key.
            logger.error(  # noqa: TRY400 - for the same reason, no traceback
                "push.surprise sender=%d delivery=%d attempt=%d error=%s",
                message.sender_id,
                message.delivery_id,
                message.attempt,
                type(error).__name__,
            )
            if phase.written:
                return Unknown(reason="broke_off", code="local")
            return RetryLater(reason="internal_error", code=type(error).__name__)

    async def prepare(self) -> None:
        """Load what sending takes, so that the first message does not wait for it."""
        await load()

    def forget(self, sender_id: SenderId) -> None:
        """Drop what is kept of a sender whose service account was replaced."""
        self._projects.forget(sender_id)

    def close(self) -> None:
        """Let go of the threads. Call it when no `send` is under way any more."""
        self._projects.close()

    async def _send(self, message: Message, phase: Phase) -> Outcome:
        body = encode(message, now=self._clock.now())
        if isinstance(body, Rejected):
            return body
        project = await self._projects.of(message.sender_id)
        if isinstance(project, SenderDown):
            return project
        outcome = await self._deliver(project, body, phase)
        if isinstance(outcome, SenderDown) and not outcome.platform_only:
            # Whoever mends the account writes it in the store, maybe from another process.
            self._projects.forget(message.sender_id, only=project)
        return outcome

    async def _deliver(self, project: Project, body: bytes, phase: Phase) -> Outcome:
        header = await project.tokens.header()
        if isinstance(header, NoToken):
            return _without_token(header)
        answer = await self._post(project, body, header, phase)
        if blames_token(answer):
            phase.written = False
            header = await project.tokens.header(rejected=header)
            if isinstance(header, NoToken):
                return _without_token(header)
            answer = await self._post(project, body, header, phase)
        return classify(answer)

    async def _post(self, project: Project, body: bytes, header: str, phase: Phase) -> Answer:
        async with self._pool.post(
            f"{self._fcm_url}/v1/projects/{quote(project.id, safe='')}/messages:send",
            data=body,
            headers={"Authorization": header, "Content-Type": "application/json"},
            allow_redirects=False,
            trace_request_ctx=phase,
        ) as response:
            return read(
                response.status,
                await response.read(),
                retry_after=response.headers.get("Retry-After"),
                now=self._clock.now(),
            )


def _without_token(none: NoToken) -> Outcome:
    # The message never left: the account is refused, or everything of the sender waits a little.
    if none.refused:
        return SenderDown(reason=none.reason, code=none.code, after=PROBE_AFTER)
    return RetryLater(
        reason=none.reason, code=none.code, after=PAUSE, scope=Scope.SENDER, counts=False
    )
