"""The HTTP service: what apps call. Assembled here, with everything handed in."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api import problems
from api.routes import app_users, health, telegram
from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.clock import Clock
from messaging.errors import AvvisaError


def create_api(store: Store, clock: Clock, *, heard: Callable[[SenderId], None]) -> FastAPI:
    """Return the ASGI application; the store stays its opener's to close.

    `heard` is told of every bot for which an update was kept.
    """
    api = FastAPI(
        title="avvisa",
        version="1",
        summary="Reminders, notices and wishes over channels that customers have agreed to",
        docs_url=None,
        redoc_url=None,
    )
    api.state.store = store
    api.state.clock = clock
    api.state.heard = heard
    api.include_router(health.router)
    api.include_router(app_users.router)
    api.include_router(telegram.router)

    @api.exception_handler(AvvisaError)
    async def refused(_request: Request, error: AvvisaError) -> JSONResponse:
        return problems.of_error(error)

    @api.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return problems.of_validation(error)

    return api
