"""What can become of a connection while a call is answered."""

import socket
import struct

from aiohttp import web

# Closing with this kernel option answers with a reset instead of an orderly end.
NO_LINGERING = struct.pack("ii", 1, 0)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection; the response that is given back reaches nobody."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def reset(request: web.Request) -> web.Response:
    """End the connection with a TCP reset; the response that is given back reaches nobody."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
        request.transport.abort()
    return web.Response()


async def half(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """The head of the answer and half of its body."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(status=whole.status)
    response.content_type = "application/json"
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    hang_up(request)
    return response
