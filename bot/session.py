"""The one HTTP session of all bots, which knows how far a failed call had come.

Telegram has no idempotency key and cannot be asked what it received. So the only thing that tells a
call that may be repeated from one that may not is whether anything had been written when it broke.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from types import SimpleNamespace
from typing import Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import MessageId
from aiohttp import (
    BytesPayload,
    ClientSession,
    ClientTimeout,
    FormData,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestHeadersSentParams,
)
from typing_extensions import override

from bot.saying import SendText, Taken, taken

PATIENCE: Final = ClientTimeout(total=30, sock_connect=5, sock_read=25)
"""30 seconds is what `messaging.sender.Sender` promises. A connect timeout of its own, because a
connection that was never made is a call that may be repeated; and a long read, because a read
timeout is one that may not."""


@dataclass(slots=True)
class Phase:
    """How far one call came: was its head written, and the status if an answer was read whole.

    `head` is the status of an answer that began, whether or not it was read to its end.
    """

    written: bool = False
    status: int | None = None
    head: int | None = None


_KEPT: Final = Response[MessageId]
"""Held on purpose. aiogram asks for this model at every sendMessage, and pydantic keeps what it makes of generics only
weakly: it was made anew 34 times in 1,000 messages, 11 ms of a blocked loop each (measured)."""


@dataclass(frozen=True, slots=True)
class _Yes:
    """As much of an answer as aiogram's session looks at once it is a yes."""

    result: Taken


_current: ContextVar[Phase | None] = ContextVar("telegram_call", default=None)
_NOTE: Final = "avvisa_phase"


def phase_of(error: BaseException) -> Phase:
    """Return how far the call that raised the error had come; unmarked ones count as written."""
    phase = vars(error).get(_NOTE)
    return phase if isinstance(phase, Phase) else Phase(written=True)


class PhasedSession(AiohttpSession):
    """A session for any number of bots, whose errors carry their `Phase` (see `phase_of`).

    `limit=0`: with aiohttp's default of 100 connections the long polls of 150 bots starve every
    send (measured: a send timed out after 20 s; without the limit it took 6 ms).
    """

    def __init__(self, api_url: str, *, patience: ClientTimeout = PATIENCE) -> None:
        # aiogram annotates a number and hands whatever it is to aiohttp; only
        # `Dispatcher.start_polling`, which is never called here, adds to it.
        super().__init__(
            limit=0,
            api=TelegramAPIServer.from_base(api_url),
            timeout=cast("float", patience),
        )
        self._trace = TraceConfig()
        self._trace.on_request_headers_sent.append(_mark_written)
        self._trace.on_request_end.append(_mark_answered)
        self._trace.freeze()

    @override
    async def create_session(self) -> ClientSession:
        session = await super().create_session()
        if self._trace not in session.trace_configs:
            session.trace_configs.append(self._trace)
        return session

    @override
    async def close(self) -> None:
        # Not the parent's: it sleeps for 250 ms, which only an aiohttp before 3.12 needed to let
        # TLS connections end.
        if self._session is not None and not self._session.closed:
            await self._session.close()

    @override
    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        if isinstance(method, SendText):
            # Whatever aiohttp posts will do: aiogram only hands it on.
            return cast("FormData", BytesPayload(method.body, content_type="application/json"))
        return super().build_form_data(bot, method)

    @override
    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if phase := _current.get():
            phase.status = status_code
        if (
            isinstance(method, SendText)
            and status_code == HTTPStatus.OK
            and (sent := taken(content))
        ):
            return cast("Response[TelegramType]", _Yes(sent))
        return super().check_response(bot, method, status_code, content)

    @override
    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        phase = Phase()
        token = _current.set(phase)
        try:
            return await super().make_request(bot, method, timeout)
        except Exception as error:
            if isinstance(error, UnicodeDecodeError):
                # The answer was read whole: a page in an encoding that it does not name.
                phase.status = phase.head
            vars(error)[_NOTE] = phase
            raise
        finally:
            _current.reset(token)


async def _mark_written(
    _session: ClientSession, _context: SimpleNamespace, _params: TraceRequestHeadersSentParams
) -> None:
    if phase := _current.get():
        phase.written = True


async def _mark_answered(
    _session: ClientSession, _context: SimpleNamespace, params: TraceRequestEndParams
) -> None:
    if phase := _current.get():
        phase.head = params.response.status
