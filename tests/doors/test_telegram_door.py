"""Where Telegram brings updates: only Telegram gets in, and what it brings is kept before it is told so."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.routes.telegram import LONGEST_BODY
from api.service import create_api
from cli.house import House
from cli.run import Part, serve
from cli.settings import Settings
from messaging.actions.webhooks import Webhook, webhook_of
from messaging.business import SenderId
from messaging.errors import Misconfigured
from messaging.store import tables
from tests.given import Workshop

SECRET = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 7, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}}}


class Door:
    """The door, and the bots that it rang for."""

    def __init__(self, workshop: Workshop, webhook: Webhook) -> None:
        self.rang: list[SenderId] = []
        self.webhook = webhook
        self._workshop = workshop
        self._app = create_api(workshop.store, workshop.clock, heard=self.rang.append)

    async def bring(
        self, body: bytes | None = None, *, key: str | None = None, **headers: bytes
    ) -> httpx.Response:
        shown = headers.get("secret", self.webhook.secret.encode())
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app), base_url="http://avvisa"
        ) as http:
            return await http.post(
                f"/tg/{self.webhook.key if key is None else key}",
                content=json.dumps(UPDATE).encode() if body is None else body,
                headers=[(SECRET.encode(), shown)] if shown else [],
            )

    async def kept(self) -> list[Any]:
        async with self._workshop.store.read() as conn:
            rows = await conn.execute(select(tables.inbox.c.sender_id, tables.inbox.c.update_id))
            return [tuple(row) for row in rows]


@pytest.fixture
async def door(workshop: Workshop) -> Door:
    webhook = await webhook_of(workshop.store, sender_id=workshop.bot, now=workshop.clock.now())
    return Door(workshop, webhook)


async def test_an_update_is_kept_once_and_the_answer_says_nothing_else(
    workshop: Workshop, door: Door
) -> None:
    first, again = await door.bring(), await door.bring()

    assert [(each.status_code, each.content) for each in (first, again)] == [(200, b"")] * 2
    assert await door.kept() == [(workshop.bot, 7)]
    assert door.rang == [workshop.bot] * 2


async def test_the_address_stays_the_same_and_its_secret_is_stored_encrypted(
    workshop: Workshop, door: Door
) -> None:
    again = await webhook_of(workshop.store, sender_id=workshop.bot, now=workshop.clock.now())

    assert again == door.webhook
    assert len(again.key) == 22  # 128 bits
    async with workshop.store.read() as conn:
        stored = (await conn.execute(select(tables.bot_webhook))).mappings().one()
    assert again.secret not in str(dict(stored))
    assert again.secret not in repr(again)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"key": "A" * 22}, 404),
        ({"key": "not%00a%20key"}, 404),
        ({"secret": b""}, 401),
        ({"secret": b"wrong"}, 401),
        ({"secret": "però".encode()}, 401),
        ({"secret": b"\xff\xfe"}, 401),
        ({"body": b" " * (LONGEST_BODY + 1)}, 413),
        ({"body": b""}, 400),
        ({"body": b"{"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b"{}"}, 400),
        ({"body": b'{"update_id": "7"}'}, 400),
        ({"body": b'{"update_id": true}'}, 400),
        ({"body": b'{"update_id": 9999999999999999999999}'}, 400),
        ({"body": b'{"update_id":' + b"[" * 100_000}, 400),
        ({"body": b"\xff\xfe"}, 400),
    ],
    ids=lambda told: str(told)[:40],
)
async def test_whoever_is_not_telegram_or_brings_no_update_is_turned_away(
    door: Door, told: dict[str, Any], status: int
) -> None:
    answer = await door.bring(**told)

    assert answer.status_code == status
    assert await door.kept() == []
    assert door.rang == []


async def test_an_update_that_aiogram_could_not_read_is_kept_all_the_same(door: Door) -> None:
    strange = b'{"update_id": 8, "message": {"chat": {"id": 123456789012345678901}, "text": "\\ud83d\\u0000"}}'

    assert (await door.bring(strange)).status_code == 200
    assert len(await door.kept()) == 1


async def test_telegram_is_told_to_come_again_while_the_store_is_away(
    workshop: Workshop, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async with workshop.store.begin() as conn:
        await conn.run_sync(tables.inbox.drop)

    answer = await door.bring(json.dumps(UPDATE | {"words": "Mario Rossi"}).encode())

    assert (answer.status_code, answer.content) == (503, b"")
    assert "Rossi" not in caplog.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_on_sqlite_bots_that_are_brought_their_updates_need_the_api_beside_them(
    workshop: Workshop,
) -> None:
    settings = Settings(
        _env_file=None, telegram_mode="webhook", public_url="https://avvisa.example.org"
    )
    house = House(settings=settings, store=workshop.store, clock=workshop.clock)

    with pytest.raises(Misconfigured, match="the api of the same process"):
        await serve(house, frozenset({Part.BOT}))
