"""Where Telegram brings what customers write and press: kept here, handled by whoever attends to the bot.

Nothing is answered inside the webhook: no result of it would come back, and a repeated update would repeat it.
"""

import json
import logging
import re
import secrets
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response

from bot.incoming import incoming
from messaging.actions.receiving import IncomingUpdate, keep_updates
from messaging.actions.webhooks import webhook_by_key

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

SECRET_HEADER: Final = b"x-telegram-bot-api-secret-token"

LONGEST_BODY: Final = 1_000_000
"""Bytes. A message has 4096 characters at the most (https://core.telegram.org/bots/api#message, November
2026), and comes with the one that it answers: this is twenty times as much."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@router.post("/tg/{key}")
async def receive(request: Request, key: str) -> Response:
    """Keep one update, durably, then say so: until then Telegram brings it again."""
    state = request.app.state
    try:
        webhook = await webhook_by_key(state.store, key) if _KEY.fullmatch(key) else None
        if webhook is None:
            return _answer(HTTPStatus.NOT_FOUND)
        if not secrets.compare_digest(_shown(request), webhook.secret.encode()):
            return _answer(HTTPStatus.UNAUTHORIZED)
        body = await _body(request)
        if body is None:
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        update = _update(body)
        if update is None:
            return _answer(HTTPStatus.BAD_REQUEST)
        now = state.clock.now()
        await keep_updates(state.store, sender_id=webhook.sender_id, updates=[update], now=now)
    except Exception as error:  # noqa: BLE001 - the store is away: Telegram brings it again in a moment
        # No traceback: the store's errors may quote what a customer wrote.
        log.error("webhook.unkept error=%s", type(error).__name__)  # noqa: TRY400 - see above
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    state.heard(webhook.sender_id)
    return _answer(HTTPStatus.OK)


def _answer(status: HTTPStatus) -> Response:
    return Response(status_code=status)


def _shown(request: Request) -> bytes:
    """Return the secret that came along, as bytes: what is not ASCII could not be compared otherwise."""
    headers: list[tuple[bytes, bytes]] = request.scope["headers"]
    return next((value for name, value in headers if name.lower() == SECRET_HEADER), b"")


async def _body(request: Request) -> bytes | None:
    """Return what was sent, or None as soon as it is too much."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    return bytes(body)


def _update(body: bytes) -> IncomingUpdate | None:
    """Return the update, or None if this is none."""
    try:
        item = json.loads(body)
        return incoming(item) if isinstance(item, dict) else None
    except (ValueError, RecursionError):
        return None
