"""How the levers read a request and answer: JSON, and a sentence when something is wrong."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from simulators.telegram.acts import CannotError

Lever = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Body(BaseModel):
    """What a lever takes: unknown fields are refused, so that a typing error shows at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")


BodyT = TypeVar("BodyT", bound=Body)


class NotThereError(Exception):
    """No such bot, person or phone."""


async def read_body(request: web.Request, model: type[BodyT]) -> BodyT:
    """The body as this model; an empty one counts as ``{}``."""
    return model.model_validate_json(await request.read() or b"{}")


def answer(content: Any, status: int = 200) -> web.Response:
    """A JSON response."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json")


def after(request: web.Request) -> int:
    """The ``after`` of the query: 0 if absent."""
    value = request.query.get("after", "0")
    if not value.isdigit():
        raise NotThereError(f"after must be a whole number, not {value!r}.")
    return int(value)


@web.middleware
async def sentences(request: web.Request, handler: Lever) -> web.StreamResponse:
    """Turn what a lever raises into an answer with a sentence under "error"."""
    try:
        return await handler(request)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        return answer({"error": f"{field or 'body'}: {first['msg']}", "field": field}, 400)
    except NotThereError as error:
        return answer({"error": str(error)}, 404)
    except CannotError as error:
        return answer({"error": str(error)}, error.status)
