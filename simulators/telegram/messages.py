"""sendMessage, the edits, chat actions and answers to pressed buttons."""

from collections.abc import Callable
from typing import Any

from simulators import clock
from simulators.telegram import flood
from simulators.telegram.bots import Bot
from simulators.telegram.chats import Chat, ChatMessage
from simulators.telegram.entities import read_text, utf16_length
from simulators.telegram.keyboards import read_keyboards
from simulators.telegram.parameters import Parameters
from simulators.telegram.refusal import (
    CANNOT_INITIATE,
    MESSAGE_NOT_MODIFIED,
    QUERY_TOO_OLD,
    RefusedError,
    bad_request,
    too_many,
)
from simulators.telegram.world import Telegram

LONGEST_TOAST = 200
LONGEST_CAPTION = 1024
LONGEST_FILE = 50 * 2**20
"""Bytes that a bot may send along (https://core.telegram.org/bots/api#sending-files)."""
PREVIEW_OPTIONS = frozenset(
    ["is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"]
)
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: Telegram, bot: Bot, params: Parameters) -> dict[str, Any]:
    """Deliver a text; the Message object."""
    now = clock.seconds()
    chat_id = _chat_id(params)
    _check_flood(world, bot, params, now)
    chat = _reachable(world, bot, chat_id)
    text, entities = read_text(params)
    _check_preview(params)
    keyboards = read_keyboards(params.structure("reply_markup"))
    fact = {
        "at": now,
        "from_bot": True,
        "text": text,
        "entities": entities,
        "buttons": keyboards.inline,
        "silent": params.flag("disable_notification"),
        "protected": params.flag("protect_content"),
        "method": "sendMessage",
    }
    if keyboards.changes_keyboard:
        fact["keyboard"] = keyboards.keyboard
    return world.message_json(chat, world.chats.post(chat, fact))


def sends_file(kind: str) -> Callable[[Telegram, Bot, Parameters], dict[str, Any]]:
    """Return the method that delivers a file: one which Telegram has already, by its file_id, or one that comes along.

    What is shown of it is its kind, its file_id or its name, and its caption; of one that came along, what is in it,
    too, where that is text.
    """

    def send_file(world: Telegram, bot: Bot, params: Parameters) -> dict[str, Any]:
        now = clock.seconds()
        chat_id = _chat_id(params)
        _check_flood(world, bot, params, now)
        chat = _reachable(world, bot, chat_id)
        file_id, caption = params.text(kind), params.text("caption")
        upload, content = params.upload(kind), b""
        if upload is not None:
            content = upload.file.read()
            if not content:
                raise bad_request("file must be non-empty")
            if len(content) > LONGEST_FILE:
                raise RefusedError(413, "Request Entity Too Large")
            file_id = upload.filename
        elif not file_id or ":" in file_id or "/" in file_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if utf16_length(caption) > LONGEST_CAPTION:
            raise bad_request("message caption is too long")
        fact = {
            "at": now,
            "from_bot": True,
            "file": upload and {"name": file_id, "text": content.decode(errors="replace")},
            "text": f"[{kind} {file_id}]" + (f"\n{caption}" if caption else ""),
            "entities": [],
            "buttons": read_keyboards(params.structure("reply_markup"), inline_only=True).inline,
            "silent": params.flag("disable_notification"),
            "protected": params.flag("protect_content"),
            "method": "send" + "".join(part.capitalize() for part in kind.split("_")),
        }
        return world.message_json(chat, world.chats.post(chat, fact))

    return send_file


def send_venue(world: Telegram, bot: Bot, params: Parameters) -> dict[str, Any]:
    """Deliver a place on the map with its name and address (https://core.telegram.org/bots/api#sendvenue)."""
    now = clock.seconds()
    chat_id = _chat_id(params)
    _check_flood(world, bot, params, now)
    chat = _reachable(world, bot, chat_id)
    latitude, longitude = _degrees(params, "latitude", 90), _degrees(params, "longitude", 180)
    title, address = params.text("title"), params.text("address")
    if not (title and address):
        raise bad_request(f"VENUE_{'ADDRESS' if title else 'TITLE'}_EMPTY")
    fact = {
        "at": now,
        "from_bot": True,
        "text": f"[map {latitude:.4f}, {longitude:.4f}]\n{title}\n{address}",
        "entities": [],
        "buttons": read_keyboards(params.structure("reply_markup"), inline_only=True).inline,
        "silent": params.flag("disable_notification"),
        "protected": params.flag("protect_content"),
        "method": "sendVenue",
    }
    return world.message_json(chat, world.chats.post(chat, fact))


def _degrees(params: Parameters, name: str, most: float) -> float:
    try:
        degrees = float(params.text(name))
    except ValueError:
        raise bad_request(f"invalid {name} specified") from None
    if not -most <= degrees <= most:
        raise bad_request(f"wrong {name} specified")
    return degrees


def edit_message_text(world: Telegram, bot: Bot, params: Parameters) -> dict[str, Any]:
    """Replace text and buttons; a missing reply_markup takes the buttons away."""
    chat, message = _editable(world, bot, params)
    text, entities = read_text(params)
    _check_preview(params)
    buttons = read_keyboards(params.structure("reply_markup"), inline_only=True).inline
    if (text, entities, buttons) == (message.text, message.entities, message.buttons):
        raise RefusedError(400, MESSAGE_NOT_MODIFIED)
    fact = {
        "at": clock.seconds(),
        "method": "editMessageText",
        "text": text,
        "entities": entities,
        "buttons": buttons,
    }
    return world.message_json(chat, world.chats.edit(chat, message.id, fact))


def edit_message_reply_markup(world: Telegram, bot: Bot, params: Parameters) -> dict[str, Any]:
    """Replace the buttons only."""
    chat, message = _editable(world, bot, params)
    buttons = read_keyboards(params.structure("reply_markup"), inline_only=True).inline
    if buttons == message.buttons:
        raise RefusedError(400, MESSAGE_NOT_MODIFIED)
    fact = {
        "at": clock.seconds(),
        "method": "editMessageReplyMarkup",
        "text": message.text,
        "entities": message.entities,
        "buttons": buttons,
    }
    return world.message_json(chat, world.chats.edit(chat, message.id, fact))


def answer_callback_query(world: Telegram, bot: Bot, params: Parameters) -> bool:
    """Stop the button's clock, with a toast or an alert if there is text; once per press."""
    callback_id = params.text("callback_query_id")
    text = params.text("text")
    if utf16_length(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    chat = world.chats.callbacks.get(callback_id)
    if chat is None or chat.bot_id != bot.id:
        raise RefusedError(400, QUERY_TOO_OLD)
    toast = {
        "at": clock.iso(clock.seconds()),
        "callback_id": callback_id,
        "text": text,
        "alert": params.flag("show_alert"),
    }
    world.chats.answer(callback_id, toast)
    return True


def send_chat_action(world: Telegram, bot: Bot, params: Parameters) -> bool:
    """ "Typing…"; nothing is kept."""
    _reachable(world, bot, _chat_id(params))
    if params.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def _chat_id(params: Parameters) -> int:
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    try:
        return int(params.text("chat_id"))
    except ValueError:
        raise bad_request("chat not found") from None


def _check_preview(params: Parameters) -> None:
    options = params.structure("link_preview_options")
    if options is None:
        return
    if not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    if unknown := sorted(options.keys() - PREVIEW_OPTIONS):
        raise bad_request(f"can't parse link preview options: unknown field {', '.join(unknown)}")


def _check_flood(world: Telegram, bot: Bot, params: Parameters, now: float) -> None:
    chat_id = _chat_id(params)
    paid = params.flag("allow_paid_broadcast")
    wait = flood.retry_after(bot.meter, chat_id, world.limits, now, paid=paid)
    if wait is not None:
        world.violate("flood", bot, "sendMessage", f"chat {chat_id}: told to wait {wait} s")
        raise too_many(wait)


def _reachable(world: Telegram, bot: Bot, chat_id: int) -> Chat:
    chat = world.chats.all.get((bot.id, chat_id))
    if chat is None:
        raise _never_started(world, bot, chat_id)
    if world.people.by_id[chat_id].deactivated:
        raise RefusedError(403, "Forbidden: user is deactivated")
    if chat.blocked:
        raise RefusedError(403, "Forbidden: bot was blocked by the user")
    return chat


def _never_started(world: Telegram, bot: Bot, chat_id: int) -> RefusedError:
    if chat_id in world.bots.by_id:
        return RefusedError(403, "Forbidden: bot can't send messages to bots")
    if (bot.id, chat_id) in world.chats.met:
        return RefusedError(403, CANNOT_INITIATE)
    return bad_request("chat not found")


def _editable(world: Telegram, bot: Bot, params: Parameters) -> tuple[Chat, ChatMessage]:
    chat = _reachable(world, bot, _chat_id(params))
    message = chat.messages.get(params.integer("message_id", 0) or 0)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return chat, message
