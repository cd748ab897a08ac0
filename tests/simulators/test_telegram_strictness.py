"""What simulated Telegram does not let through: names, entities, buttons, lengths, second answers."""

from typing import Any

import pytest

from simulators.telegram.flood import Limits, Newcomers
from tests.simulators.playing import BOT, Answer, Play

KEYBOARD = {"inline_keyboard": [[{"text": "Confermo", "callback_data": "yes"}]]}


async def send(play: Play, text: str = "Anna 😀", **params: Any) -> Answer:
    await play.bot()
    return await play.call("sendMessage", chat_id=await play.person(), text=text, **params)


def said(answer: Answer) -> str | None:
    """Why it was refused, without the prefix; None if it was not."""
    description: str | None = answer.body.get("description")
    return description and description.removeprefix("Bad Request: ")


async def test_what_the_api_does_not_know_is_refused_and_noted(play: Play):
    await play.bot()

    assert (await play.call("getMe")).result["username"] == BOT
    assert (await play.call("getMe", token="123456:other")).refusal == (401, "Unauthorized")
    assert (await play.call("getMe", token="nonsense")).refusal == (404, "Not Found")
    method = await play.call("sendPigeon")
    parameter = await play.call("getMe", colour="red")
    polled = await play.call("getUpdates", colour="red")

    assert method.refusal == (404, "Not Found: method not found")
    assert parameter.refusal == polled.refusal == (400, "Bad Request: unknown parameter colour")
    violations = (await play.look("/telegram/violations"))["data"]
    assert [(v["kind"], v["method"]) for v in violations] == [
        ("unknown_method", "sendPigeon"),
        ("unknown_parameter", "getMe"),
        ("unknown_parameter", "getUpdates"),
    ]


@pytest.mark.parametrize(
    ("entity", "refusal"),
    [
        ({"type": "bold", "offset": 0, "length": 7}, None),
        (
            {"type": "bold", "offset": 0, "length": 8},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 8",
        ),
        (
            {"type": "bold", "offset": 7, "length": 1},
            "entity begins after the end of the text at UTF-16 offset 7",
        ),
        (
            {"type": "bold", "offset": 6, "length": 1},
            "entity begins in a middle of a UTF-16 symbol at byte offset 9",
        ),
        (
            {"type": "bold", "offset": 0, "length": 6},
            (
                "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol "
                "at byte offset 9"
            ),
        ),
        (
            {"type": "bold", "offset": -1, "length": 2},
            "receive an entity with incorrect offset -1 and length 2",
        ),
        ({"type": "bold", "length": 2}, "can't parse MessageEntity: Can't find field \"offset\""),
        (
            {"type": "text_link", "offset": 0, "length": 2},
            "can't parse MessageEntity: Can't find field \"url\"",
        ),
        (
            {"type": "shiny", "offset": 0, "length": 2},
            "can't parse MessageEntity: Unsupported type specified",
        ),
        ("bold", "can't parse MessageEntity: expected an Object"),
        ({"type": "date_time", "offset": 0, "length": 4, "unix_time": 1_800_000_000}, None),
        (
            {
                "type": "date_time",
                "offset": 0,
                "length": 4,
                "unix_time": 1,
                "date_time_format": "wDT",
            },
            None,
        ),
        (
            {
                "type": "date_time",
                "offset": 0,
                "length": 4,
                "unix_time": 1,
                "date_time_format": "Tw",
            },
            "can't parse MessageEntity: Invalid date-time format specified",
        ),
        (
            {"type": "date_time", "offset": 0, "length": 4},
            "can't parse MessageEntity: Can't find field \"unix_time\"",
        ),
    ],
)
async def test_an_entity_has_a_known_kind_and_lies_inside_the_text(
    play: Play, entity: object, refusal: str | None
):
    answer = await send(play, entities=[entity])

    assert said(answer) == refusal
    if refusal is None:
        assert answer.result["entities"] == [entity]


async def test_what_telegram_finds_by_itself_is_taken_and_forgotten(play: Play):
    answer = await send(play, entities=[{"type": "hashtag", "offset": 0, "length": 99}])

    assert "entities" not in answer.result


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"callback_data": "è" * 32}, None),
        ({"callback_data": "è" * 32 + "x"}, "BUTTON_DATA_INVALID"),
        ({"callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"url": "https://example.org/"}, None),
        ({"url": "tg://user?id=1"}, None),
        (
            {"url": "http://localhost/"},
            'inline keyboard button URL "http://localhost/" is invalid: Wrong HTTP URL',
        ),
        ({"copy_text": {"text": "x" * 256}}, None),
        ({"copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"callback_data": "x", "style": "danger", "icon_custom_emoji_id": "1"}, None),
        (
            {"callback_data": "x", "style": "shiny"},
            "can't parse inline keyboard button: invalid style specified",
        ),
        ({"disabled": {}}, None),
        (
            {},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"callback_data": "x", "url": "https://example.org/"},
            "can't parse inline keyboard button: exactly one action expected",
        ),
        (
            {"callback_data": "x", "colour": "red"},
            "can't parse inline keyboard button: unknown field colour",
        ),
        (
            {"callback_data": "x", "text": ""},
            'can\'t parse inline keyboard button: Field "text" must be non-empty',
        ),
    ],
)
async def test_a_button_does_one_thing_within_its_limits(
    play: Play, button: dict[str, Any], refusal: str | None
):
    answer = await send(play, reply_markup={"inline_keyboard": [[{"text": "ok", **button}]]})

    assert said(answer) == refusal


def rows(kind: str, count: int, width: int) -> dict[str, Any]:
    key = {"text": "x", "callback_data": "x"} if kind == "inline_keyboard" else {"text": "x"}
    return {kind: [[key] * width for _ in range(count)]}


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        (rows("inline_keyboard", 12, 8), None),
        (rows("inline_keyboard", 13, 8), "reply markup is too long"),
        (rows("inline_keyboard", 1, 9), "reply markup is too long"),
        (rows("keyboard", 30, 10), None),
        (rows("keyboard", 31, 10), "reply markup is too long"),
        (rows("keyboard", 1, 11), "reply markup is too long"),
        ({**rows("keyboard", 1, 1), "input_field_placeholder": "x" * 64}, None),
        (
            {**rows("keyboard", 1, 1), "input_field_placeholder": "x" * 65},
            "input field placeholder is too long",
        ),
        (
            {**rows("keyboard", 1, 1), "colour": "red"},
            "can't parse reply markup: unknown field colour",
        ),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
        ({"keyboard": ["x"]}, "field of the reply markup must be of type Array of Array"),
        ({"force_reply": True}, None),
        ({}, "can't parse reply markup"),
        ([], "object expected as reply markup"),
    ],
)
async def test_a_keyboard_has_a_known_kind_and_size(
    play: Play, markup: object, refusal: str | None
):
    assert said(await send(play, reply_markup=markup)) == refusal


async def test_an_edit_takes_inline_buttons_only(play: Play):
    sent = await send(play)
    place = {"chat_id": sent.result["chat"]["id"], "message_id": sent.result["message_id"]}

    answer = await play.call("editMessageReplyMarkup", **place, reply_markup={"keyboard": []})

    assert said(answer) == "inline keyboard expected"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"parse_mode": "HTML"}, None),
        ({"parse_mode": "MarkdownV2"}, "markdownv2 is not simulated: use HTML or entities"),
        ({"parse_mode": "Wiki"}, "unsupported parse_mode"),
        ({"entities": "bold"}, "can't parse entities: Can't parse JSON object"),
        ({"entities": {"type": "bold"}}, "can't parse MessageEntity: expected an Array"),
        ({"link_preview_options": {"is_disabled": True}}, None),
        ({"link_preview_options": []}, "object expected as link preview options"),
        (
            {"link_preview_options": {"off": True}},
            "can't parse link preview options: unknown field off",
        ),
    ],
)
async def test_a_message_says_its_wishes_in_a_known_form(
    play: Play, params: dict[str, Any], refusal: str | None
):
    assert said(await send(play, **params)) == refusal


async def test_a_press_that_waited_too_long_can_be_answered_no_more(play: Play):
    sent = await send(play, reply_markup=KEYBOARD)
    anna = sent.result["chat"]["id"]
    await play.lever(f"/people/{anna}/press", bot=BOT, button="yes")
    query = (await play.updates(offset=-1))[0]["callback_query"]

    await play.lever("/telegram/expire-presses")
    answer = await play.call("answerCallbackQuery", callback_query_id=query["id"])

    assert answer.refusal[1].startswith("Bad Request: query is too old and ")


@pytest.mark.parametrize(("length", "status"), [(200, 200), (201, 400)])
async def test_a_toast_has_200_characters(play: Play, length: int, status: int):
    sent = await send(play, reply_markup=KEYBOARD)
    anna = sent.result["chat"]["id"]
    await play.lever(f"/people/{anna}/press", bot=BOT, button="yes")
    query = (await play.updates(offset=-1))[0]["callback_query"]

    answer = await play.call(
        "answerCallbackQuery", callback_query_id=query["id"], text="x" * length
    )

    assert answer.status == status


def commands(count: int, name: str = "menu", description: str = "x") -> dict[str, Any]:
    return {"commands": [{"command": name, "description": description}] * count}


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("setMyCommands", commands(100), None),
        ("setMyCommands", commands(101), "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", commands(1, "a" * 32), None),
        ("setMyCommands", commands(1, "a" * 33), "BOT_COMMAND_INVALID"),
        ("setMyCommands", commands(1, "Menù"), "BOT_COMMAND_INVALID"),
        ("setMyCommands", commands(1, "menu", "x" * 256), None),
        ("setMyCommands", commands(1, "menu", "x" * 257), "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", commands(1, "menu", ""), "BOT_COMMAND_DESCRIPTION_INVALID"),
        (
            "setMyCommands",
            {**commands(1), "language_code": "ita"},
            "invalid language code specified",
        ),
        ("setMyName", {"name": "x" * 64, "language_code": "it"}, None),
        ("setMyName", {"name": "x" * 65}, "name is too long"),
        ("setMyDescription", {"description": "x" * 512}, None),
        ("setMyDescription", {"description": "x" * 513}, "description is too long"),
        ("setMyShortDescription", {"short_description": "x" * 120}, None),
        (
            "setMyShortDescription",
            {"short_description": "x" * 121},
            "short_description is too long",
        ),
    ],
)
async def test_what_a_bot_says_of_itself_has_a_length(
    play: Play, method: str, params: dict[str, Any], refusal: str | None
):
    await play.bot()

    assert said(await play.call(method, **params)) == refusal


async def test_commands_and_profile_are_kept_by_language(play: Play):
    bot = await play.bot()
    menu = commands(1)

    await play.call("setMyCommands", **menu, language_code="it")
    await play.call("setMyName", name="Officina", language_code="it")

    assert (await play.call("getMyCommands", language_code="it")).result == menu["commands"]
    assert (await play.call("getMyCommands")).result == []
    (shown,) = (await play.look("/bots"))["data"]
    assert (shown["id"], shown["profile"]["name:it"]) == (bot, "Officina")


async def test_a_paid_broadcast_may_send_more(play: Play):
    await play.bot()
    await play.lever("/telegram/limits", per_bot_per_second=1)
    people = [await play.person(f"Anna {number}") for number in range(3)]

    statuses = [
        (await play.call("sendMessage", chat_id=p, text="x", allow_paid_broadcast=paid)).status
        for p, paid in zip(people, (False, False, True), strict=True)
    ]

    assert statuses == [200, 429, 200]


async def test_a_crowd_of_new_tokens_is_asked_to_wait(play: Play):
    await play.bot("1:a", "one_bot")
    await play.bot("2:b", "two_bot")
    await play.lever("/telegram/limits", new_tokens_per_minute=1)

    first, second = await play.call("getMe", "1:a"), await play.call("getMe", "2:b")
    again = await play.call("getMe", "1:a")

    assert (first.status, again.status) == (200, 200)
    assert second.refusal == (429, "Too Many Requests: retry after 60")
    assert second.headers["Retry-After"] == "60"


def test_a_token_that_was_refused_is_new_until_its_minute_has_passed():
    newcomers, limits = Newcomers(), Limits(new_tokens_per_minute=1)
    newcomers.retry_after("1:a", limits, 100.0)

    assert newcomers.retry_after("2:b", limits, 130.0) == 30
    assert newcomers.retry_after("2:b", limits, 160.0) is None
    assert newcomers.retry_after("1:a", limits, 160.0) is None
