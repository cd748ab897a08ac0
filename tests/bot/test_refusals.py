"""Every row of the table of refusals, and the other side of each line."""

import socket

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetMe

from bot.refusals import REFUSALS, is_benign, verdict
from bot.session import Phase, phase_of
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
from tests.bot.answering_server import (
    Reply,
    accepted,
    answering,
    breaks_off,
    hangs,
    page,
    refused,
    says,
    stops_midway,
)
from tests.bot.speaking import IMPATIENT, KnownSecrets, StillClock, a_message, sender_at

FORBIDDEN = "Forbidden: "
BAD = "Bad Request: "


async def outcome_of(*replies: Reply) -> Outcome:
    async with answering(*replies) as telegram, sender_at(telegram.url, patience=IMPATIENT) as bot:
        return await bot.send(a_message())


@pytest.mark.parametrize(
    ("description", "reason", "blocked"),
    [
        (FORBIDDEN + "bot was blocked by the user", "blocked_by_user", True),
        (FORBIDDEN + "user is deactivated", "user_deactivated", False),
        (FORBIDDEN + "bot was kicked from the group chat", "kicked", False),
        (FORBIDDEN + "bot can't initiate conversation with a user", "never_started", True),
        (BAD + "chat not found", "chat_not_found", False),
        (BAD + "private chat not found", "chat_not_found", False),
        (BAD + "PEER_ID_INVALID", "chat_not_found", False),
        (BAD + "group chat was upgraded to a supergroup chat", "became_group", False),
    ],
)
async def test_a_person_out_of_reach_is_an_address_gone(
    description: str, reason: str, *, blocked: bool
) -> None:
    status = 403 if description.startswith(FORBIDDEN) else 400

    outcome = await outcome_of(refused(status, description))

    assert outcome == AddressGone(reason=reason, code=str(status), blocked=blocked)


async def test_a_group_that_moved_is_given_up() -> None:
    moved = refused(
        400,
        BAD + "group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1001234567890,
    )

    assert await outcome_of(moved) == AddressGone(reason="became_group", code="400")


@pytest.mark.parametrize(
    "description",
    [
        "can't parse entities: unexpected end tag at byte offset 7",
        "message is too long",
        "message text is empty",
        "BUTTON_DATA_INVALID",
        "BUTTON_URL_INVALID",
    ],
)
async def test_a_text_that_is_refused_leaves_the_address_alone(description: str) -> None:
    outcome = await outcome_of(refused(400, BAD + description))

    assert outcome == Rejected(reason="content_refused", code="400")


@pytest.mark.parametrize("reply", [page(413), refused(413, "Request Entity Too Large")])
async def test_what_is_too_large_is_refused_for_good(reply: Reply) -> None:
    assert await outcome_of(reply) == Rejected(reason="content_too_large", code="413")


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, FORBIDDEN + "something new that nobody has read yet"),
        (400, BAD + "something new that nobody has read yet"),
        (418, "I'm a teapot"),
        (200, "no, but with a smile"),
    ],
)
async def test_a_refusal_that_nobody_knows_is_temporary_and_blames_nobody(
    status: int, description: str
) -> None:
    outcome = await outcome_of(refused(status, description))

    assert outcome == RetryLater(reason="unrecognised_refusal", code=str(status))


async def test_a_page_that_refuses_did_not_reach_telegram() -> None:
    assert await outcome_of(page(407)) == RetryLater(reason="unrecognised_refusal", code="407")


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), 7),
        (refused(429, "Too Many Requests: retry after 0", retry_after=0), None),
        (page(429), None),
    ],
)
async def test_a_flood_is_waited_for_and_spends_no_attempt(
    reply: Reply, seconds: int | None
) -> None:
    outcome = await outcome_of(reply)

    assert isinstance(outcome, RetryLater)
    assert (outcome.reason, outcome.code, outcome.counts) == ("flood", "429", False)
    assert outcome.scope is Scope.SENDER
    assert (outcome.after.total_seconds() if outcome.after else None) == seconds


async def test_another_poller_does_not_stop_what_is_sent() -> None:
    reply = refused(409, "Conflict: terminated by other getUpdates request")

    assert await outcome_of(reply) == RetryLater(reason="conflict", code="409")


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_refused_token_takes_the_whole_bot_down(status: int, description: str) -> None:
    outcome = await outcome_of(refused(status, description))

    assert outcome == SenderDown(reason="token_refused", code=str(status))


async def test_a_token_that_cannot_be_one_takes_the_bot_down_without_a_call() -> None:
    secrets = KnownSecrets()
    secrets.tokens = dict.fromkeys(secrets.tokens, "not a token")

    async with answering() as telegram, sender_at(telegram.url, secrets=secrets) as bot:
        outcome = await bot.send(a_message())

    assert outcome == SenderDown(reason="token_refused", code="token")
    assert telegram.asked == []


async def test_a_refused_connection_may_be_repeated_and_spends_no_attempt() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        async with sender_at(f"http://127.0.0.1:{unheard.getsockname()[1]}") as bot:
            outcome = await bot.send(a_message())

    assert outcome == RetryLater(
        reason="unreachable", code="network", scope=Scope.SENDER, counts=False
    )


async def test_a_connection_that_is_never_made_may_be_repeated() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for caller in waiting:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        async with sender_at(f"http://127.0.0.1:{port}", patience=IMPATIENT) as bot:
            outcome = await bot.send(a_message())
        for caller in waiting:
            caller.close()

    assert outcome == RetryLater(
        reason="unreachable", code="network", scope=Scope.SENDER, counts=False
    )


@pytest.mark.parametrize(
    ("reply", "reason", "code"),
    [
        (breaks_off(), "no_answer", "network"),
        (breaks_off(reset=True), "no_answer", "network"),
        (stops_midway(), "no_answer", "network"),
        (hangs(), "no_answer", "network"),
        (page(502), "unreadable_answer", "502"),
        (page(504), "unreadable_answer", "504"),
        (page(200), "unreadable_answer", "200"),
        (refused(500, "Internal Server Error: restart"), "server_error", "500"),
        (refused(500, "Internal Server Error: Request aborted"), "server_error", "500"),
    ],
)
async def test_what_broke_off_after_it_was_written_is_unknown(
    reply: Reply, reason: str, code: str
) -> None:
    assert await outcome_of(reply) == Unknown(reason=reason, code=code)


@pytest.mark.parametrize(
    ("result", "provider_id"),
    [
        ({"message_id": 31, "of_a_kind": "that aiogram is too old for"}, "31"),
        ({"message_id": "thirty-one"}, ""),
        ("done", ""),
    ],
)
async def test_an_answer_that_aiogram_is_too_old_for_was_accepted(
    result: object, provider_id: str
) -> None:
    outcome = await outcome_of(says(200, {"ok": True, "result": result}))

    assert outcome == Accepted(provider_id=provider_id)


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


async def test_a_flood_in_a_chat_just_written_to_spares_the_other_chats() -> None:
    assert await flood_scopes(("555", 0), ("555", 0.4)) == [Scope.ADDRESS]


async def test_a_flood_in_a_chat_left_alone_is_the_bots() -> None:
    assert await flood_scopes(("555", 0), ("555", 1.4)) == [Scope.SENDER]


async def test_a_flood_in_a_group_is_the_groups() -> None:
    assert await flood_scopes(("555", 0), ("-100777", 5)) == [Scope.ADDRESS]


async def test_a_second_chat_that_floods_at_once_makes_it_the_bots() -> None:
    scopes = await flood_scopes(("1", 0), ("1", 0.1), ("-2", 0.1))

    assert scopes == [Scope.ADDRESS, Scope.SENDER]


def test_every_row_names_its_source_and_has_a_word_for_its_reason() -> None:
    for row in REFUSALS:
        assert row.source
        assert row.says == row.says.lower()
        assert not isinstance(row.means, Accepted | Unknown)
        assert row.means.reason.replace("_", "").islower()


def test_an_error_of_ours_before_anything_was_written_is_temporary() -> None:
    outcome = verdict(KeyError("no such thing"), Phase())

    assert outcome == RetryLater(reason="internal_error", code="KeyError")


def test_an_error_of_ours_that_no_call_marked_counts_as_written() -> None:
    error = KeyError("no such thing")

    assert verdict(error, phase_of(error)) == Unknown(reason="broke_off", code="network")


@pytest.mark.parametrize(
    ("description", "benign"),
    [
        ("message is not modified: specified new message content is the same", True),
        ("query is too old and response timeout expired or query ID is invalid", True),
        ("message to edit not found", False),
    ],
)
def test_an_edit_that_changes_nothing_is_no_failure(description: str, *, benign: bool) -> None:
    refusal = TelegramBadRequest(method=GetMe(), message=BAD + description)

    assert is_benign(refusal) is benign
