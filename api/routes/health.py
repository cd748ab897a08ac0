"""For whoever runs it: is it up, and does it reach its database."""

from fastapi import APIRouter, Request

from messaging.actions import founding

router = APIRouter()


@router.get("/healthz")
async def healthy() -> dict[str, str]:
    """Answer that the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request) -> dict[str, str]:
    """Answer that the database answers."""
    await founding.businesses_of(request.app.state.store)
    return {"status": "ok"}
