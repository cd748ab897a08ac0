"""The HTTP service: what apps call. Assembled here, with everything handed in."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from api import problems
from api.routes import app_users, health
from messaging.actions.doors import Store
from messaging.clock import Clock
from messaging.errors import AvvisaError


def create_api(store: Store, clock: Clock) -> FastAPI:
    """Return the ASGI application; the store stays its opener's to close."""
    api = FastAPI(
        title="avvisa",
        version="1",
        summary="Reminders, notices and wishes over channels that customers have agreed to",
        docs_url=None,
        redoc_url=None,
    )
    api.state.store = store
    api.state.clock = clock
    api.include_router(health.router)
    api.include_router(app_users.router)

    @api.exception_handler(AvvisaError)
    async def refused(_request: Request, error: AvvisaError) -> JSONResponse:
        return problems.of_error(error)

    @api.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        return problems.of_validation(error)

    return api
