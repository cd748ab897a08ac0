"""What Telegram may answer, over real HTTP from the simulator, and what each answer means.

Every row of the table of refusals is met, and so is the other side of its line: the same words with
another status, the same status with other words, the same break one moment earlier.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiohttp import ClientTimeout, web

from bot.refusals import REFUSALS, is_benign
from bot.session import PATIENCE, PhasedSession
from messaging.sender import (
    Accepted,
    AddressGone,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    SenderDown,
    Unknown,
)
from tests.bot.answering_server import answering
from tests.bot.speaking import (
    BOT,
    TOKEN,
    UNANSWERED,
    UNCONNECTED,
    KnownSecrets,
    StillClock,
    a_message,
    sender_at,
)
from tests.bot.telegram_town import Person, Town, telegram_town

FORBIDDEN, BAD = "Forbidden: ", "Bad Request: "
MALFORMED_TOKEN = "4200001:no.token"
STRANGER = "42"
ACCEPTED = Accepted(provider_id="2")
CONTENT = Rejected(reason="content_refused", code="400")
TOO_LARGE = Rejected(reason="content_too_large", code="413")
UNREACHED = RetryLater(reason="unreachable", code="network", scope=Scope.SENDER, counts=False)
NO_ANSWER = Unknown(reason="no_answer", code="network")

Fault = dict[str, Any]


def flood(seconds: int | None) -> RetryLater:
    after = None if seconds is None else timedelta(seconds=seconds)
    return RetryLater(reason="flood", code="429", after=after, scope=Scope.SENDER, counts=False)


def unrecognised(status: int) -> RetryLater:
    return RetryLater(reason="unrecognised_refusal", code=str(status))


def says(status: int, body: str | None = None, **more: Any) -> Fault:
    given = {} if body is None else {"body": body}
    return {"kind": "status", "status": status, **given, **more}


def envelope(description: str, **parameters: int) -> str:
    return json.dumps({"ok": False, "description": description, "parameters": parameters})


@dataclass(frozen=True, slots=True)
class Case:
    """A message to Anna, who has started the bot, on a day when something is the matter."""

    outcome: Outcome
    fault: Fault = field(default_factory=dict)
    act: str = ""
    address: str = ""
    token: str = TOKEN

    def name(self) -> str:
        given = [str(value) for value in self.fault.values()]
        matter = " ".join([self.act, self.address, *given]).strip() or self.token
        return f"{matter[:60]} is {type(self.outcome).__name__}"

    def patience(self) -> ClientTimeout:
        return {"hang": UNANSWERED, "deaf": UNCONNECTED}.get(self.fault.get("kind", ""), PATIENCE)


CASES = [
    Case(ACCEPTED, act="start"),
    # 429 is patience, and only 429.
    Case(flood(7), says(429, retry_after=7)),
    Case(flood(None), says(429, retry_after=0)),
    Case(flood(None), says(429, "<html>")),
    Case(flood(5), {"kind": "restart"}),
    Case(unrecognised(400), says(400, BAD + "too Many Requests: retry after 7")),
    Case(
        Unknown(reason="server_error", code="503"),
        says(503, envelope("Service Unavailable", retry_after=7)),
    ),
    # A group that moved.
    Case(
        AddressGone(reason="became_group", code="400"),
        says(
            400,
            envelope(
                BAD + "group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100123
            ),
        ),
    ),
    Case(
        AddressGone(reason="became_group", code="400"),
        says(400, BAD + "group chat was upgraded to a supergroup chat"),
    ),
    Case(unrecognised(400), says(400, BAD + "group chat was deactivated")),
    # The bot itself.
    Case(SenderDown(reason="token_refused", code="401"), act="revoke"),
    Case(SenderDown(reason="token_refused", code="401"), {"kind": "unauthorized"}),
    Case(SenderDown(reason="token_refused", code="404"), token=MALFORMED_TOKEN),
    Case(SenderDown(reason="token_refused", code="token"), token="no token at all"),
    Case(unrecognised(403), says(403, FORBIDDEN + "unauthorized")),
    Case(unrecognised(401), says(401, "<html>")),
    Case(unrecognised(404), says(404, "Not Found: method not found")),
    Case(unrecognised(404), says(404, "<html>")),
    # The person.
    Case(AddressGone(reason="blocked_by_user", code="403", blocked=True), act="block"),
    Case(AddressGone(reason="user_deactivated", code="403"), act="deactivate"),
    Case(AddressGone(reason="never_started", code="403", blocked=True), act="meet"),
    Case(
        AddressGone(reason="kicked", code="403"),
        says(403, FORBIDDEN + "bot was kicked from the group chat"),
    ),
    Case(AddressGone(reason="chat_not_found", code="400"), address=STRANGER),
    Case(
        AddressGone(reason="chat_not_found", code="400"),
        says(400, BAD + "private chat not found"),
    ),
    Case(AddressGone(reason="chat_not_found", code="400"), says(400, BAD + "PEER_ID_INVALID")),
    Case(unrecognised(403), address=TOKEN.partition(":")[0]),
    Case(unrecognised(403), says(403, FORBIDDEN + "something that nobody has read yet")),
    Case(unrecognised(403), says(403, FORBIDDEN + "chat not found")),
    Case(unrecognised(400), says(400, BAD + "bot was blocked by the user")),
    Case(unrecognised(400), says(400, BAD + "message thread not found")),
    # The content.
    *(
        Case(CONTENT, says(400, BAD + words))
        for words in (
            "can't parse entities: unexpected end tag at byte offset 7",
            "can't parse MessageEntity: Unsupported type specified",
            "can't parse inline keyboard button: Text buttons are unallowed",
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
            "entity begins in a middle of a UTF-16 symbol at byte offset 9",
            "message is too long",
            "text is too long",
            "message text is empty",
            "text must be non-empty",
            "reply markup is too long",
            'inline keyboard button URL "x" is invalid: Wrong HTTP URL',
            "BUTTON_DATA_INVALID",
        )
    ),
    Case(TOO_LARGE, {"kind": "too_large"}),
    Case(TOO_LARGE, says(413, "Request Entity Too Large")),
    Case(TOO_LARGE, says(413, '{"ok": false}')),
    Case(unrecognised(400), says(400, BAD + "something that nobody has read yet")),
    Case(unrecognised(403), says(403, FORBIDDEN + "message is too long")),
    Case(unrecognised(418), says(418, "I'm a teapot")),
    Case(Unknown(reason="server_error", code="500"), says(500, "message is too long")),
    # Another poller.
    Case(
        RetryLater(reason="conflict", code="409"),
        says(409, "Conflict: terminated by other getUpdates request"),
    ),
    Case(unrecognised(409), says(409, "<html>")),
    # Nothing was written; or it was, and then nobody knows, whether or not it arrived.
    Case(UNREACHED, {"kind": "refuse"}),
    Case(UNREACHED, {"kind": "deaf"}),
    *(
        Case(NO_ANSWER, {"kind": kind, **more})
        for kind, more in (
            ("close_before", {}),
            ("deliver_then_close", {}),
            ("reset", {}),
            ("reset", {"deliver": True}),
            ("hang", {"seconds": 20}),
            ("hang", {"seconds": 20, "deliver": True}),
            ("half_body", {}),
            ("half_body", {"deliver": True}),
        )
    ),
    # Something between here and Telegram: a 5xx may have passed it on, a 4xx has not.
    Case(Unknown(reason="unreadable_answer", code="502"), {"kind": "bad_gateway"}),
    Case(Unknown(reason="unreadable_answer", code="502"), {"kind": "bad_gateway", "deliver": True}),
    Case(Unknown(reason="unreadable_answer", code="504"), {"kind": "gateway_timeout"}),
    Case(Unknown(reason="unreadable_answer", code="200"), says(200, "<html>", deliver=True)),
    Case(unrecognised(407), says(407, "<html>")),
    Case(unrecognised(499), says(499, "<html>")),
    # Telegram's own trouble.
    Case(Unknown(reason="server_error", code="500"), {"kind": "internal_error"}),
    Case(Unknown(reason="server_error", code="500"), {"kind": "internal_error", "deliver": True}),
    Case(Unknown(reason="server_error", code="500"), says(500, '{"ok": false}')),
    # A 200 that says ok was accepted, whatever else it says; one that says no was not.
    Case(ACCEPTED, {"kind": "unparsable"}),
    Case(Accepted(provider_id=""), says(200, '{"ok": true}', deliver=True)),
    Case(Accepted(provider_id=""), says(200, '{"ok": true, "result": "done"}', deliver=True)),
    Case(unrecognised(200), says(200, '{"ok": false, "description": "no, with a smile"}')),
    Case(unrecognised(200), says(200, '{"ok": false, "result": "done"}')),
    Case(Unknown(reason="unreadable_answer", code="200"), says(200, "{}")),
]


@asynccontextmanager
async def on_a_day_of(case: Case) -> AsyncIterator[tuple[Town, str, Person]]:
    """Give the town with the case's trouble, the address to call it at, and Anna."""
    async with telegram_town() as town:
        await town.add_bot(TOKEN, "delta_bot")
        anna = await town.person("Anna", "delta_bot")
        line = (await town.look("telegram/line"))["url"]
        if case.act == "meet":
            await town.act(f"people/{anna.id}/meet", bot=anna.bot)
        else:
            await anna.start()
        if case.act == "block":
            await anna.block()
        elif case.act == "deactivate":
            await town.act(f"people/{anna.id}/deactivate")
        elif case.act == "revoke":
            await town.act("bots/delta_bot/revoke")
        if case.fault:
            await town.act("telegram/faults", **case.fault)
        yield town, line, anna


@pytest.mark.parametrize("case", CASES, ids=Case.name)
async def test_what_telegram_answers_means_one_thing(case: Case) -> None:
    secrets = KnownSecrets({BOT: case.token})
    async with (
        on_a_day_of(case) as (_, url, anna),
        sender_at(url, secrets=secrets, patience=case.patience()) as sender,
    ):
        outcome = await sender.send(a_message(address=case.address or str(anna.id)))

    assert outcome == case.outcome


def test_every_row_of_the_table_has_its_day_above() -> None:
    met = [case.outcome for case in CASES]
    words = [str(case.fault.get("body", "")).lower() for case in CASES]

    for row in REFUSALS:
        assert row.means in met, row
        assert not row.says or row.means != CONTENT or any(row.says in said for said in words), row
        assert row.source.startswith("https://")
        assert row.says == row.says.lower()
        assert not isinstance(row.means, Accepted | Unknown)


async def test_a_connection_that_went_stale_leaves_its_message_in_doubt() -> None:
    async with (
        on_a_day_of(Case(ACCEPTED, {"kind": "stale", "times": 1})) as (town, url, anna),
        sender_at(url) as sender,
    ):
        outcomes = [await sender.send(a_message(address=str(anna.id))) for _ in range(3)]
        arrived = (await town.look("telegram/ledger"))["data"]

    assert outcomes == [ACCEPTED, NO_ANSWER, Accepted(provider_id="3")]
    assert len(arrived) == 2


async def test_a_page_in_an_encoding_of_its_own_refuses_all_the_same() -> None:
    async def latin(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=413, body=b"<h1>\xe0", content_type="text/html", charset="utf-8")

    async with answering(latin) as telegram, sender_at(telegram.url) as sender:
        assert await sender.send(a_message()) == TOO_LARGE


async def test_a_host_that_nobody_knows_was_told_nothing() -> None:
    async with sender_at("http://telegram.invalid") as sender:
        assert await sender.send(a_message()) == UNREACHED


async def test_a_text_that_cannot_be_written_never_left() -> None:
    async with (
        on_a_day_of(Case(ACCEPTED)) as (town, url, anna),
        sender_at(url) as sender,
    ):
        outcome = await sender.send(a_message(address=str(anna.id), text="half a pair: \ud83d"))
        calls = (await town.look("telegram/requests"))["data"]

    assert outcome == RetryLater(reason="internal_error", code="UnicodeEncodeError")
    assert calls == []


async def limited(limits: dict[str, int], *addresses: str, pause: float) -> list[Outcome]:
    """Send to each person in turn, with a pause between, where Telegram lets through so much."""
    clock = StillClock()
    async with telegram_town() as town, sender_at(town.url, clock=clock) as sender:
        await town.add_bot(TOKEN, "delta_bot")
        people: dict[str, str] = {}
        for name in dict.fromkeys(addresses):
            person = await town.person(name, "delta_bot")
            await person.start()
            people[name] = str(person.id)
        await town.act("telegram/limits", **limits)
        outcomes = []
        for name in addresses:
            outcomes.append(await sender.send(a_message(address=people[name])))
            clock.pass_by(pause)
        return outcomes


async def test_the_limit_of_one_chat_spares_the_others() -> None:
    _, refused = await limited({"per_chat_burst": 1}, "Anna", "Anna", pause=0.1)

    assert isinstance(refused, RetryLater)
    assert (refused.scope, refused.after) == (Scope.ADDRESS, timedelta(seconds=1))


async def test_the_limit_of_the_bot_is_everybodys() -> None:
    _, refused = await limited({"per_bot_per_second": 1}, "Anna", "Bruno", pause=0.1)

    assert isinstance(refused, RetryLater)
    assert (refused.scope, refused.after) == (Scope.SENDER, timedelta(seconds=1))


async def refusal_of(call: Callable[[], Awaitable[Any]]) -> TelegramAPIError:
    with pytest.raises(TelegramAPIError) as refused:
        await call()
    return refused.value


async def test_an_edit_that_changes_nothing_and_a_press_answered_twice_are_no_failures() -> None:
    async with on_a_day_of(Case(ACCEPTED)) as (_, url, anna):
        session = PhasedSession(url)
        bot = Bot(TOKEN, session=session)
        sent = await bot.send_message(anna.id, "ciao")
        same = await refusal_of(lambda: sent.edit_text("ciao"))
        twice = await refusal_of(lambda: bot.answer_callback_query("77"))
        gone = await refusal_of(lambda: bot.edit_message_text("x", chat_id=anna.id, message_id=99))
        await session.close()

    assert [is_benign(error) for error in (same, twice, gone)] == [True, True, False]
