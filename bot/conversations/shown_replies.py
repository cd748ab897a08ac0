"""One reply as the people of the shop see it: who, what, and the picture itself where this bot can show it."""

from typing import Any, Final

from aiogram import Bot
from aiogram.types import Message as TelegramMessage

from bot.buttons import keyboard
from bot.staff_buttons import AboutReply
from bot.words import later, words
from messaging.actions.staffing import Desk
from messaging.reply import Action, FileKind
from messaging.staff import Duty
from messaging.store.replies import Told
from messaging.wording import locale_of, say_day, say_time

_CAPTION: Final = 1024
"""Characters of the words under a file (https://core.telegram.org/bots/api#sendphoto, read in November 2026)."""

_ACTIONS: Final = {
    Action.BOOK: later("would like to book"),
    Action.CALL_ME: later("would like to be called"),
    Action.DONE: later("says that it is done"),
    Action.NOT_NOW: later("says: not now"),
    Action.ASSET_GONE: later("does not have it any more"),
    Action.ERASED: later("asked to be erased, and was"),
    Action.NOT_ME: later("got an invitation that was not theirs"),
    Action.LINK_BLOCKED: later("has blocked another Telegram account that was linked as theirs"),
    Action.CONFIRM: later("confirms the appointment"),
    Action.MOVE: later("would like to move the appointment"),
    Action.CANCEL: later("cancels the appointment"),
}

_FILES: Final = {
    FileKind.PHOTO: later("a picture"),
    FileKind.DOCUMENT: later("a file"),
    FileKind.VOICE: later("a voice message"),
    FileKind.AUDIO: later("a recording"),
    FileKind.VIDEO: later("a video"),
    FileKind.VIDEO_NOTE: later("a video message"),
}


async def show_reply(bot: Bot, told: Told, desk: Desk, *, head: str | None = None) -> None:
    """Send it into the chat of the desk, with what can be done. `head`: a line above it.

    Raises what Telegram answers.
    """
    member = desk.member
    language = member.language or desk.business.language
    text = "\n".join(filter(None, (head, reply_text(told, desk, language))))
    markup = keyboard(*_buttons(told, desk, language))
    chat = member.chat_id
    if chat is None:
        raise ValueError(f"staff {member.id} is in no chat")
    if told.file is None or told.heard_by != member.sender_id:
        await bot.send_message(chat, text, reply_markup=markup)
        return
    send: dict[FileKind, Any] = {
        FileKind.PHOTO: bot.send_photo,
        FileKind.DOCUMENT: bot.send_document,
        FileKind.VOICE: bot.send_voice,
        FileKind.AUDIO: bot.send_audio,
        FileKind.VIDEO: bot.send_video,
    }
    if told.file.kind is FileKind.VIDEO_NOTE:  # it has no words under it
        await bot.send_video_note(chat, told.file.id)
        await bot.send_message(chat, text, reply_markup=markup)
        return
    # A short caption stands under the picture; a long one becomes a message of its own.
    if len(text) <= _CAPTION:
        await send[told.file.kind](chat, told.file.id, caption=text, reply_markup=markup)
    else:
        await send[told.file.kind](chat, told.file.id)
        await bot.send_message(chat, text, reply_markup=markup)


def reply_text(told: Told, desk: Desk, language: str) -> str:
    """Return who wrote or pressed what, when, and where it stands."""
    say, zone, locale = words(language), desk.business.zone, locale_of(language)
    who = f"{told.name} ({told.customer})" if told.name else told.customer
    when = say("{day} at {time}").format(
        day=say_day(told.at, locale, zone), time=say_time(told.at, locale, zone)
    )
    lines = [f"{who} · {when}"]
    if told.action in _ACTIONS:
        lines.append(say(_ACTIONS[Action(told.action)]))
    elif told.action != Action.TEXT:
        lines.append(" ".join(filter(None, (told.action, told.value))))
    if told.file is not None and told.heard_by != desk.member.sender_id:
        lost = say("({file}: it came to another bot, and cannot be shown here)")
        lines.append(lost.format(file=say(_FILES[told.file.kind])))
    if told.text:
        lines.append(f"«{told.text}»")
    if told.answer is not None and told.open:
        lines.append(say("Your answer did not arrive."))
    elif not told.open:
        lines.append(say("Handled."))
    return "\n".join(lines)


def _buttons(told: Told, desk: Desk, language: str) -> list[tuple[str, AboutReply]]:
    if not told.open or not desk.member.may(Duty.ANSWER):
        return []
    say, staff = words(language), desk.member.id
    done = (say("Handled"), AboutReply(staff=staff, reply=told.id, act="done"))
    if told.answer is not None:
        return []
    return [(say("Answer"), AboutReply(staff=staff, reply=told.id, act="answer")), done]


def reply_of_message(message: TelegramMessage | None) -> AboutReply | None:
    """Return what a message of the bot's was about, by the buttons under it; None: no reply."""
    if message is None or message.reply_markup is None:
        return None
    for row in message.reply_markup.inline_keyboard:
        for button in row:
            try:
                return AboutReply.unpack(button.callback_data or "")
            except (TypeError, ValueError):
                continue
    return None
