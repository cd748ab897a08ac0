"""A message goes to a Telegram chat, and what is known of its end comes back."""

from dataclasses import replace
from typing import Any, cast

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import MessageId
from typing_extensions import override

from bot.bots import Bots
from bot.buttons import in_rows, pressed
from bot.refusals import verdict
from bot.saying import SendText, send_file, send_text
from bot.session import Phase, phase_of
from bot.spacing import Spacing
from bot.words import words
from messaging.calendar import MessageClass
from messaging.clock import Clock
from messaging.reply import Action
from messaging.sender import (
    Accepted,
    Button,
    Message,
    Outcome,
    Rejected,
    RetryLater,
    Scope,
    Sender,
    SenderDown,
)

TEXT_LIMIT = 4096
"""UTF-16 code units of one text (https://core.telegram.org/bots/api#sendmessage, read in November
2026)."""


CAPTION_LIMIT = 1024
"""The same under a file (https://core.telegram.org/bots/api#sendphoto, read in November 2026)."""


class TelegramSender(Sender):
    """Speaks for every bot of the installation; holds no more than a second's worth of chats."""

    def __init__(self, bots: Bots, clock: Clock) -> None:
        self._bots = bots
        self._spacing = Spacing(clock)

    @override
    async def send(self, message: Message) -> Outcome:
        """Try once, within 30 seconds. Raises nothing but cancellation."""
        text = _text(message)
        if not text or units(text) > (TEXT_LIMIT if message.file is None else CAPTION_LIMIT):
            return Rejected(reason="text_too_long" if text else "text_empty", code="local")
        try:
            buttons = _buttons(message)
        except ValueError:
            return Rejected(reason="button_too_long", code="local")
        try:
            call = _call(message, text, buttons)
            bot = await self._bots.of(message.sender_id)
        except Exception as error:  # noqa: BLE001 - a text that is none, or the secret's store, which may fail in ways only it knows
            return self._judge(error, Phase(), message)
        if bot is None:
            return SenderDown(reason="sender_removed", code="local")
        try:
            try:
                sent = await bot(call)
            except TelegramBadRequest as error:
                # Refused, so nothing has left: a server that knows no colours is told without.
                plain = _in_no_colour(message, text, buttons, error)
                if plain is None:
                    raise
                sent = await bot(plain)
            # An "ok" without a result passes aiogram as None, whatever its types promise.
            return Accepted(provider_id=str(getattr(sent, "message_id", "")))
        except Exception as error:  # noqa: BLE001 - an outcome is promised, whatever went wrong
            return self._judge(error, phase_of(error), message)
        finally:
            self._spacing.sent(message.sender_id, message.address)

    def _judge(self, error: Exception, phase: Phase, message: Message) -> Outcome:
        outcome = verdict(error, phase)
        if isinstance(outcome, SenderDown):
            # Whoever mends the token writes it in the store: the next try must read it from there.
            self._bots.forget(message.sender_id)
        if isinstance(outcome, RetryLater) and outcome.code == "429":
            blames_chat = self._spacing.blames_chat(message.sender_id, message.address)
            return replace(outcome, scope=Scope.ADDRESS if blames_chat else Scope.SENDER)
        return outcome


def body_of(message: Message) -> bytes:
    """Return the call that sends the message as JSON, as `send` makes it. Raises ValueError for a button
    that does not fit, or a text that is none.
    """
    return cast("SendText", _call(message, _text(message), _buttons(message))).body


def _call(
    message: Message, text: str, buttons: list[list[tuple[str, str]]], *, plain: bool = False
) -> TelegramMethod[Any]:
    silent = message.message_class is MessageClass.MARKETING
    if message.file is not None:
        return send_file(message.address, message.file, text, bold=_first_line(text), silent=silent)
    return send_text(
        message.address,
        text,
        bold=_first_line(text),
        buttons=buttons,
        silent=silent,
        green=() if plain else _yeses(message),
    )


def _in_no_colour(
    message: Message, text: str, buttons: list[list[tuple[str, str]]], error: TelegramBadRequest
) -> TelegramMethod[MessageId] | None:
    """Return the call without colours; None: it had none, or it was refused for something else than what it says."""
    if not _yeses(message) or not isinstance(verdict(error, phase_of(error)), Rejected):
        return None
    return _call(message, text, buttons, plain=True)


def _yeses(message: Message) -> list[str]:
    """Return the data of the buttons that say yes to an appointment."""
    return [_data(message, each) for each in message.buttons if each.action == Action.CONFIRM]


def units(text: str) -> int:
    """Return the length of the text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(message: Message) -> str:
    text = message.text.strip()
    if text and message.repeat:
        say = words(message.language)
        text += "\n" + say("(sent again)")
    return text


def _first_line(text: str) -> int:
    """Return the length of the first line; 0 if it is the only one."""
    first, more, _ = text.partition("\n")
    return units(first.rstrip()) if more else 0


def _buttons(message: Message) -> list[list[tuple[str, str]]]:
    return in_rows([(each.label, _data(message, each)) for each in message.buttons])


def _data(message: Message, button: Button) -> str:
    return pressed(button.delivery_id or message.delivery_id, button.action, button.value)
