"""Refusals as RFC 9457 problems: a stable code, the field where there is one, and what to do."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from messaging.errors import (
    AlreadyExists,
    AvvisaError,
    InvitationRefused,
    Misconfigured,
    NotFound,
    Refused,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: Mapping[type[AvvisaError], tuple[HTTPStatus, str]] = {
    InvitationRefused: (HTTPStatus.GONE, "invitation_refused"),
    NotFound: (HTTPStatus.NOT_FOUND, "not_found"),
    AlreadyExists: (HTTPStatus.CONFLICT, "already_exists"),
    Refused: (HTTPStatus.CONFLICT, "refused"),
    Misconfigured: (HTTPStatus.SERVICE_UNAVAILABLE, "misconfigured"),
}


class Unauthorized(AvvisaError):
    """No token, or one that is nobody's."""


def problem(
    status: HTTPStatus, code: str, detail: str, *, hint: str = "", field: str | None = None
) -> JSONResponse:
    """Return the problem as a response; empty members are left out."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    if hint:
        body["hint"] = hint
    if field:
        body["field"] = field
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def of_error(error: AvvisaError) -> JSONResponse:
    """Return what an error of the product looks like over HTTP."""
    if isinstance(error, Unauthorized):
        return problem(HTTPStatus.UNAUTHORIZED, "unauthorized", str(error), hint=error.hint)
    for kind, (status, code) in _STATUS.items():
        if isinstance(error, kind):
            return problem(status, code, str(error), hint=error.hint)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "error", str(error), hint=error.hint)


def of_validation(error: RequestValidationError) -> JSONResponse:
    """Return what is wrong with a request: the first field, and what it should be."""
    first = error.errors()[0]
    _where, *parts = first["loc"]  # body, path, query or header
    field = ".".join(str(part) for part in parts)
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        f"{field}: {first['msg']}" if field else str(first["msg"]),
        field=field or None,
    )
