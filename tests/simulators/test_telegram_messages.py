"""sendMessage and the edits: what Telegram takes, and how it says no."""

import json
from typing import Any

import pytest
from aiohttp import MultipartWriter

from tests.simulators.playing import BOT, TOKEN, Play


async def test_a_message_reaches_the_person_and_the_ledger(play: Play):
    bot = await play.bot()
    anna = await play.person()

    buttons = [[{"text": "Confermo", "callback_data": "yes"}]]
    answer = await play.call(
        "sendMessage",
        chat_id=anna,
        text="Buongiorno",
        disable_notification=True,
        reply_markup={"inline_keyboard": buttons},
    )

    message = answer.result
    assert message["chat"] == {"id": anna, "type": "private", "first_name": "Anna"}
    assert message["from"]["username"] == BOT
    assert message["reply_markup"]["inline_keyboard"] == buttons
    (line,) = (await play.look("/telegram/ledger"))["data"]
    assert (line["bot_id"], line["chat_id"], line["text"]) == (bot, anna, "Buongiorno")
    assert line["buttons"] == buttons
    assert line["silent"] is True
    start, seen = (await play.look(f"/people/{anna}/chat?bot={BOT}"))["data"]
    assert (start["from"], start["text"]) == ("person", "/start")
    assert (seen["from"], seen["message_id"]) == ("bot", message["message_id"])
    assert seen["buttons"] == [
        [{"text": "Confermo", "data": "yes", "url": None, "disabled": False, "style": None}]
    ]


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart", "query"])
async def test_parameters_may_come_as_a_form_or_in_the_query(play: Play, encoding: str):
    await play.bot()
    anna = await play.person()
    fields = {
        "chat_id": str(anna),
        "text": "perché sì & no",
        "entities": json.dumps([{"type": "bold", "offset": 0, "length": 6}]),
    }
    url = f"{play.url}/bot{TOKEN}/sendMessage"

    if encoding == "query":
        request = play.http.get(url, params=fields)
    elif encoding == "urlencoded":
        request = play.http.post(url, data=fields)
    else:
        form = MultipartWriter("form-data")
        for name, value in fields.items():
            form.append(value).set_content_disposition("form-data", name=name)
        request = play.http.post(url, data=form)
    async with request as response:
        message = (await response.json())["result"]

    assert message["text"] == "perché sì & no"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 6}]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("x" * 4096, None),
        ("x" * 4097, "Bad Request: message is too long"),
        ("😀" * 2048, None),
        ("😀" * 2049, "Bad Request: message is too long"),
        ("", "Bad Request: message text is empty"),
        ("  \n", "Bad Request: text must be non-empty"),
        ("<b></b>", "Bad Request: text must be non-empty"),
        ("<b>" * 11_000, "Bad Request: text is too long"),
        ("<b>" + "x" * 4096 + "</b>", None),
    ],
)
async def test_a_text_has_1_to_4096_utf16_units_after_its_tags(
    play: Play, text: str, refusal: str | None
):
    await play.bot()
    anna = await play.person()

    answer = await play.call("sendMessage", chat_id=anna, text=text, parse_mode="HTML")

    assert (answer.status == 200) is (refusal is None)
    assert answer.body.get("description") == refusal


async def test_html_becomes_text_and_entities_that_count_utf16_units(play: Play):
    await play.bot()
    anna = await play.person()

    source = (
        '😀 <b>Anna <i>&amp;</i></b> <a href="https://example.org?a=1&amp;b=2">qui</a> '
        '<tg-time unix="1800000000" format="wDT">&#171;ieri&nbsp;</tg-time> '
        '<span class="tg-spoiler">?</span><blockquote expandable>!</blockquote>'
    )
    answer = await play.call("sendMessage", chat_id=anna, text=source, parse_mode="HTML")

    assert answer.result["text"] == "😀 Anna & qui «ieri&nbsp; ?!"
    assert answer.result["entities"] == [
        {"type": "bold", "offset": 3, "length": 6},
        {"type": "italic", "offset": 8, "length": 1},
        {"type": "text_link", "offset": 10, "length": 3, "url": "https://example.org?a=1&b=2"},
        {
            "type": "date_time",
            "offset": 14,
            "length": 11,
            "unix_time": 1_800_000_000,
            "date_time_format": "wDT",
        },
        {"type": "spoiler", "offset": 26, "length": 1},
        {"type": "expandable_blockquote", "offset": 27, "length": 1},
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>Anna", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<blink>Anna</blink>", 'Unsupported start tag "blink" at byte offset 0'),
        ("è <b>Anna</i>", 'Unmatched end tag at byte offset 10, expected "</b>", found "</i>"'),
        ("Anna</b>", "Unexpected end tag at byte offset 4"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ('<span class="big">x</span>', 'Unsupported start tag "span" at byte offset 0'),
        ('<tg-time unix="x">ore 9</tg-time>', "Invalid unix time at byte offset 0"),
        ('<tg-time unix="1" format="x">x</tg-time>', "Invalid time format at byte offset 0"),
    ],
)
async def test_html_that_telegram_cannot_parse_is_refused(play: Play, source: str, reason: str):
    await play.bot()
    anna = await play.person()

    answer = await play.call("sendMessage", chat_id=anna, text=source, parse_mode="HTML")

    assert answer.refusal == (400, f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    "params",
    [
        {"text": "\ud800"},
        {"text": "x", "entities": '[{"type": "\\ud800"}]'},
        {"text": "x", "reply_markup": "{"},
    ],
)
async def test_what_is_no_utf8_or_no_json_is_refused(play: Play, params: dict[str, str]):
    await play.bot()
    anna = await play.person()

    assert (await play.call("sendMessage", chat_id=anna, **params)).refusal[0] == 400


async def test_whoever_has_not_started_has_blocked_or_is_gone_gets_nothing(play: Play):
    await play.bot()
    stranger = await play.person("Bruno", starts=False)
    blocker = await play.person("Carla")
    gone = await play.person("Dario")
    await play.lever(f"/people/{blocker}/block", bot=BOT)
    await play.lever(f"/people/{gone}/deactivate")
    seen = await play.person("Elena", starts=False)
    await play.lever(f"/people/{seen}/meet", bot=BOT)
    other_bot = await play.bot("777:other", "other_bot")

    answers = [
        (await play.call("sendMessage", chat_id=chat, text="Buongiorno")).refusal
        for chat in (stranger, 42, "@someone", blocker, gone, seen, other_bot)
    ]

    assert answers == [
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: chat not found"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (403, "Forbidden: bot can't send messages to bots"),
    ]
    assert (await play.look("/telegram/ledger"))["data"] == []


async def test_an_edit_changes_the_message_once_and_is_marked_in_the_ledger(play: Play):
    await play.bot()
    anna = await play.person()
    keyboard = {"inline_keyboard": [[{"text": "ok", "callback_data": "ok"}]]}
    sent = await play.call("sendMessage", chat_id=anna, text="uno", reply_markup=keyboard)
    place = {"chat_id": anna, "message_id": sent.result["message_id"]}

    first = await play.call("editMessageText", **place, text="due", reply_markup=keyboard)
    again = await play.call("editMessageText", **place, text="due", reply_markup=keyboard)
    bare = await play.call("editMessageReplyMarkup", **place)

    assert first.result["text"] == "due"
    assert again.refusal[1].startswith("Bad Request: message is not modified: ")
    assert "reply_markup" not in bare.result
    methods = [line["method"] for line in (await play.look("/telegram/ledger"))["data"]]
    assert methods == ["sendMessage", "editMessageText", "editMessageReplyMarkup"]
    seen = (await play.look(f"/people/{anna}/chat?bot={BOT}"))["data"][-1]
    assert (seen["text"], seen["buttons"], seen["edited"]) == ("due", [], True)


async def test_only_a_message_of_its_own_can_be_edited(play: Play):
    await play.bot()
    anna = await play.person()

    theirs = await play.call("editMessageText", chat_id=anna, message_id=1, text="x")
    missing = await play.call("editMessageText", chat_id=anna, message_id=99, text="x")

    assert theirs.refusal == (400, "Bad Request: message can't be edited")
    assert missing.refusal == (400, "Bad Request: message to edit not found")


async def test_bots_see_their_own_chats_only(play: Play):
    await play.bot()
    await play.bot("777:other", "other_bot")
    anna = await play.person()

    answer = await play.call("sendMessage", token="777:other", chat_id=anna, text="Buongiorno")

    assert answer.refusal == (400, "Bad Request: chat not found")


async def test_a_revoked_token_is_unauthorized(play: Play):
    bot = await play.bot()

    await play.lever(f"/bots/{bot}/revoke")

    assert (await play.call("getMe")).refusal == (401, "Unauthorized")


PLACE: dict[str, Any] = {
    "latitude": 45.05,
    "longitude": 12.06,
    "title": "Officina",
    "address": "Via Garibaldi 12",
}


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({}, None),
        ({"latitude": "north"}, "invalid latitude specified"),
        ({"longitude": 180.1}, "wrong longitude specified"),
        ({"title": ""}, "VENUE_TITLE_EMPTY"),
        ({"address": ""}, "VENUE_ADDRESS_EMPTY"),
    ],
)
async def test_a_place_on_the_map_has_a_position_a_name_and_an_address(
    play: Play, wrong: dict[str, Any], refusal: str | None
):
    await play.bot()
    anna = await play.person()

    params: dict[str, Any] = {"chat_id": anna} | PLACE | wrong
    answer = await play.call("sendVenue", **params)

    if refusal is None:
        assert answer.result["text"] == "[map 45.0500, 12.0600]\nOfficina\nVia Garibaldi 12"
    else:
        assert answer.refusal[1] == f"Bad Request: {refusal}"
