"""What a message looks like when it reaches Telegram."""

from typing import Any

import pytest

from bot.buttons import Press
from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.sender import Accepted, Button, Rejected, RetryLater, SenderDown, SenderSecret
from tests.bot.answering_server import accepted, answering, refused
from tests.bot.speaking import (
    TOKEN,
    KnownSecrets,
    a_message,
    sender_at,
)


async def said(**changes: object) -> dict[str, Any]:
    async with answering() as telegram, sender_at(telegram.url) as bot:
        assert await bot.send(a_message(**changes)) == Accepted(provider_id="77")
    [(path, call)] = telegram.asked
    assert path == f"/bot{TOKEN}/sendMessage"
    return call


async def test_the_business_is_named_in_bold_and_nothing_needs_escaping() -> None:
    call = await said(text="Bar 🍕 <b>Delta</b>\nBuongiorno *Anna_*, a presto.")

    assert call["text"] == "Bar 🍕 <b>Delta</b>\nBuongiorno *Anna_*, a presto."
    assert call["entities"] == [{"type": "bold", "offset": 0, "length": 19}]
    assert "parse_mode" not in call


async def test_a_text_of_one_line_is_not_bold() -> None:
    assert "entities" not in await said(text="Buongiorno.")


async def test_links_are_not_unfolded() -> None:
    call = await said(text="Officina Delta\nhttps://example.org")

    assert call["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("message_class", "silent"),
    [
        (MessageClass.SERVICE, False),
        (MessageClass.REMINDER, False),
        (MessageClass.MARKETING, True),
    ],
)
async def test_an_offer_makes_no_sound(message_class: MessageClass, silent: bool) -> None:
    call = await said(message_class=message_class)

    assert call["disable_notification"] is silent


@pytest.mark.parametrize(("language", "words"), [("it", "(reinvio)"), ("en", "(sent again)")])
async def test_a_repeat_says_that_it_is_one(language: str, words: str) -> None:
    call = await said(repeat=True, language=language, text="Officina Delta\nÈ pronta.\n")

    assert call["text"] == f"Officina Delta\nÈ pronta.\n{words}"


async def test_short_buttons_share_a_row_and_long_ones_do_not() -> None:
    call = await said(
        buttons=(
            Button(label="Prenota", action="book"),
            Button(label="Già fatta", action="done"),
            Button(label="Preferisco essere richiamato", action="call_me"),
            Button(label="10:30", action="choose", value="10:30"),
        )
    )

    rows = call["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [
        ["Prenota", "Già fatta"],
        ["Preferisco essere richiamato"],
        ["10:30"],
    ]
    assert Press.unpack(rows[2][0]["callback_data"]) == Press(
        delivery=901, action="choose", value="10:30"
    )


YES_OR_NO = (Button(label="Confermo", action="confirm"), Button(label="Sposta", action="move"))
NO_STYLE = "Bad Request: can't parse inline keyboard button: unknown field style"


def colours(call: dict[str, Any]) -> list[str | None]:
    return [each.get("style") for row in call["reply_markup"]["inline_keyboard"] for each in row]


async def test_a_yes_to_an_appointment_is_green() -> None:
    assert colours(await said(buttons=YES_OR_NO)) == ["success", None]
    assert colours(await said(buttons=YES_OR_NO[1:])) == [None]


async def test_a_server_that_knows_no_colours_is_told_the_same_without() -> None:
    no = refused(400, NO_STYLE)
    async with answering(no, accepted()) as telegram, sender_at(telegram.url) as bot:
        assert await bot.send(a_message(buttons=YES_OR_NO)) == Accepted(provider_id="77")

    first, second = (call for _, call in telegram.asked)
    assert (colours(first), colours(second)) == (["success", None], [None, None])
    assert first["text"] == second["text"]


@pytest.mark.parametrize("buttons", [YES_OR_NO, YES_OR_NO[1:]])
async def test_what_is_refused_without_colours_too_is_refused(buttons: tuple[Button, ...]) -> None:
    no = refused(400, "Bad Request: can't parse entities: unsupported start tag")
    async with answering(no) as telegram, sender_at(telegram.url) as bot:
        outcome = await bot.send(a_message(buttons=buttons))

    assert outcome == Rejected(reason="content_refused", code="400")
    assert len(telegram.asked) == (2 if buttons is YES_OR_NO else 1)


async def test_a_chat_that_is_gone_is_not_asked_twice() -> None:
    gone = refused(400, "Bad Request: chat not found")
    async with answering(gone) as telegram, sender_at(telegram.url) as bot:
        await bot.send(a_message(buttons=YES_OR_NO))

    assert len(telegram.asked) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": "à" * 4097}, "text_too_long"),
        ({"text": "🍕" * 2049}, "text_too_long"),
        ({"text": "a" * 4090, "repeat": True}, "text_too_long"),
        ({"text": " \n "}, "text_empty"),
        ({"buttons": (Button(label="Sì", action="choose", value="x" * 60),)}, "button_too_long"),
        ({"buttons": (Button(label="Sì", action="choose", value="a|b"),)}, "button_too_long"),
    ],
)
async def test_what_telegram_would_refuse_for_its_size_does_not_leave(
    changes: dict[str, object], reason: str
) -> None:
    async with answering() as telegram, sender_at(telegram.url) as bot:
        outcome = await bot.send(a_message(**changes))

    assert outcome == Rejected(reason=reason, code="local")
    assert telegram.asked == []


async def test_the_longest_text_leaves() -> None:
    call = await said(text="🍕" * 2048)

    assert len(call["text"]) == 2048


async def test_the_token_is_read_once_and_again_after_it_was_refused() -> None:
    secrets = KnownSecrets()
    replies = (accepted(), accepted(), refused(401, "Unauthorized"), accepted())
    async with answering(*replies) as telegram, sender_at(telegram.url, secrets=secrets) as bot:
        outcomes = [await bot.send(a_message()) for _ in range(4)]

    assert outcomes == [
        Accepted(provider_id="77"),
        Accepted(provider_id="77"),
        SenderDown(reason="token_refused", code="401"),
        Accepted(provider_id="77"),
    ]
    assert secrets.asked == 2


async def test_a_sender_that_was_removed_is_down() -> None:
    async with sender_at("http://127.0.0.1:9", secrets=KnownSecrets(tokens={})) as bot:
        outcome = await bot.send(a_message())

    assert outcome == SenderDown(reason="sender_removed", code="local")


async def test_a_secret_that_cannot_be_read_is_no_ones_fault_but_ours() -> None:
    async def unreadable(sender_id: SenderId) -> SenderSecret | None:
        raise ConnectionError(f"the database is away: {sender_id}")

    async with sender_at("http://127.0.0.1:9", secrets=unreadable) as bot:
        outcome = await bot.send(a_message())

    assert outcome == RetryLater(reason="internal_error", code="ConnectionError")
