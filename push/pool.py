"""One pool of connections for every business's pushes, which knows how far each call came.

HTTP/1.1 on purpose: a graceful GOAWAY of an HTTP/2 connection fails some fifty messages in flight,
some of which had been served. aiohttp never sends a POST a second time by itself.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    TraceConfig,
    TraceRequestHeadersSentParams,
)

_CONNECTIONS: Final = 300
_IDLE_SECONDS: Final = 50
"""A little less than what servers commonly allow, so that it is this side that closes an idle
connection."""
_PATIENCE: Final = ClientTimeout(total=30, sock_connect=5)
"""Google asks for 10 s at the least (https://firebase.google.com/docs/cloud-messaging/scale-fcm,
read in November 2026); 30 is what `messaging.sender.Sender` promises. A connection that was never
made may be tried again."""


@dataclass(slots=True)
class Phase:
    """How far one call came.

    `written`: its head was handed to a connection, so Firebase may have received it. The type of an
    exception cannot tell: waiting for a free connection ends in the same `TimeoutError` as waiting
    for an answer.
    """

    written: bool = False


async def _mark_written(
    _session: ClientSession, context: SimpleNamespace, _params: TraceRequestHeadersSentParams
) -> None:
    if isinstance(phase := context.trace_request_ctx, Phase):
        phase.written = True


def open_pool(*, connections: int = _CONNECTIONS) -> ClientSession:
    """Return a session that marks the `Phase` given as `trace_request_ctx`.

    It must be opened inside the running loop, and whoever opens it closes it.
    """
    trace = TraceConfig()
    trace.on_request_headers_sent.append(_mark_written)
    return ClientSession(
        connector=TCPConnector(limit=connections, keepalive_timeout=_IDLE_SECONDS),
        cookie_jar=DummyCookieJar(),
        timeout=_PATIENCE,
        trace_configs=[trace],
    )


def marks_phase(session: ClientSession) -> bool:
    """Return whether calls mark their phase: without it, "never written" would be a guess."""
    return any(_mark_written in trace.on_request_headers_sent for trace in session.trace_configs)
