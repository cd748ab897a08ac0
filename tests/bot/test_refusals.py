"""Whom a 429 blames, what becomes of our own errors, and that nothing but the ambiguous is unknown.

What each answer of Telegram means is in `test_refusal_table.py`.
"""

import json
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import GetMe, SendMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.refusals import verdict
from bot.session import Phase, PhasedSession, phase_of
from messaging.sender import Accepted, RetryLater, Scope, SenderDown, Unknown
from tests.bot.answering_server import accepted, answering, refused
from tests.bot.speaking import TOKEN, KnownSecrets, StillClock, a_message, sender_at


async def test_a_token_that_cannot_be_one_takes_the_bot_down_without_a_call() -> None:
    secrets = KnownSecrets()
    secrets.tokens = dict.fromkeys(secrets.tokens, "not a token")

    async with answering() as telegram, sender_at(telegram.url, secrets=secrets) as bot:
        outcome = await bot.send(a_message())

    assert outcome == SenderDown(reason="token_refused", code="token")
    assert telegram.asked == []


async def test_after_a_flood_the_same_message_goes_through() -> None:
    flood = refused(429, "Too Many Requests: retry after 1", retry_after=1)
    async with answering(flood, accepted()) as telegram, sender_at(telegram.url) as bot:
        first = await bot.send(a_message())
        second = await bot.send(a_message())

    assert isinstance(first, RetryLater)
    assert second == Accepted(provider_id="77")


async def flood_scopes(*messages: tuple[str, float]) -> list[Scope]:
    """Send to each address after the pause; the first is taken, the others meet a 429."""
    flood = refused(429, "Too Many Requests: retry after 1", retry_after=1)
    clock = StillClock()
    async with (
        answering(accepted(), flood) as telegram,
        sender_at(telegram.url, clock=clock) as bot,
    ):
        scopes = []
        for address, pause in messages:
            clock.pass_by(pause)
            outcome = await bot.send(a_message(address=address))
            if isinstance(outcome, RetryLater):
                scopes.append(outcome.scope)
    return scopes


@pytest.mark.parametrize(
    ("messages", "scopes"),
    [
        ([("555", 0), ("555", 0.9)], [Scope.ADDRESS]),
        ([("555", 0), ("555", 1.0)], [Scope.SENDER]),
        ([("555", 0), ("556", 0.1)], [Scope.SENDER]),
        ([("555", 0), ("-100777", 5)], [Scope.ADDRESS]),
        ([("1", 0), ("1", 0.1), ("-2", 0.1)], [Scope.ADDRESS, Scope.SENDER]),
        ([("1", 0), ("1", 0.1), ("-2", 1.0)], [Scope.ADDRESS, Scope.ADDRESS]),
    ],
    ids=[
        "a chat just written to spares the others",
        "a chat left alone for a second is not to blame",
        "nor is one never written to",
        "a group is",
        "a second chat that floods at once makes it the bots",
        "a second chat that floods later does not",
    ],
)
async def test_a_flood_blames_the_chat_or_the_bot(
    messages: list[tuple[str, float]], scopes: list[Scope]
) -> None:
    assert await flood_scopes(*messages) == scopes


def test_an_error_of_ours_before_anything_was_written_is_temporary() -> None:
    outcome = verdict(KeyError("no such thing"), Phase())

    assert outcome == RetryLater(reason="internal_error", code="KeyError")


def test_an_error_of_ours_that_no_call_marked_counts_as_written() -> None:
    error = KeyError("no such thing")

    assert verdict(error, phase_of(error)) == Unknown(reason="broke_off", code="network")


@dataclass(frozen=True, slots=True)
class End:
    """How a call ended: nothing written, cut off after that, or answered with a status and body."""

    written: bool
    status: int = 0
    body: str = ""


DESCRIPTIONS = st.none() | st.sampled_from(
    [
        "Bad Request: chat not found",
        "Bad Request: message is too long",
        "Forbidden: bot was blocked by the user",
        "Internal Server Error: restart",
        "Too Many Requests: retry after 3",
        "Unauthorized",
        "Not Found",
    ]
)
PARAMETERS = st.none() | st.sampled_from([{"retry_after": 3}, {"migrate_to_chat_id": -100}])
RESULTS = st.none() | st.sampled_from([{"message_id": 5}, {"message_id": "five"}, "done", [1], 7])
JSON = st.fixed_dictionaries(
    {},
    optional={
        "ok": st.booleans(),
        "description": DESCRIPTIONS,
        "parameters": PARAMETERS,
        "result": RESULTS,
    },
).map(json.dumps)
BODIES = JSON | st.sampled_from(["", "<html>nginx</html>", "{", "[]", "null", '"ok"'])
STATUSES = st.sampled_from([200, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504])
ENDS = st.sampled_from([End(written=False), End(written=True)]) | st.builds(
    End, written=st.just(True), status=STATUSES | st.integers(400, 599), body=BODIES
)


def ok_of(body: str) -> bool | None:
    """What the answer says under "ok"; None if it says nothing that can be read."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said.get("ok") if isinstance(said, dict) else None


def is_ambiguous(end: End) -> bool:
    """The rule in other words than the code's: it left, and no answer says what became of it.

    4xx refuses, whoever says it. 5xx says nothing, whoever says it. 200 says what its "ok" says.
    """
    if not end.written or 400 <= end.status <= 499:
        return False
    return end.status != 200 or ok_of(end.body) is None


# Made once: each session reads the machine's certificates.
SESSION = PhasedSession("http://telegram.invalid")
AIOGRAM = Bot(TOKEN, session=SESSION)


def raised_by(end: End) -> Exception | None:
    """The error that aiogram makes of it; None where it makes none."""
    if end.status == 0:
        return TelegramNetworkError(method=GetMe(), message="broken off")
    call = SendMessage(chat_id=1, text="x")
    try:
        SESSION.check_response(AIOGRAM, call, end.status, end.body)
    except (AiogramError, TypeError) as error:
        return error
    return None


@settings(max_examples=200, deadline=None)
@given(end=ENDS)
def test_the_ambiguous_becomes_unknown_and_nothing_else_does(end: End) -> None:
    phase = Phase(written=end.written, status=end.status or None)
    error = raised_by(end)

    outcome = Accepted(provider_id="") if error is None else verdict(error, phase)

    assert isinstance(outcome, Unknown) is is_ambiguous(end)
    was_accepted = end.status == 200 and ok_of(end.body) is True
    assert isinstance(outcome, Accepted) is was_accepted
