"""A message goes to a Telegram chat, and what is known of its end comes back."""

from dataclasses import replace

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup, MessageEntity
from typing_extensions import override

from bot.bots import Bots
from bot.buttons import keyboard, pressed
from bot.refusals import verdict
from bot.session import Phase, phase_of
from bot.spacing import Spacing
from bot.words import words
from messaging.calendar import MessageClass
from messaging.clock import Clock
from messaging.sender import (
    Accepted,
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


class TelegramSender(Sender):
    """Speaks for every bot of the installation; holds no more than a second's worth of chats."""

    def __init__(self, bots: Bots, clock: Clock) -> None:
        self._bots = bots
        self._spacing = Spacing(clock)

    @override
    async def send(self, message: Message) -> Outcome:
        """Try once, within 30 seconds. Raises nothing but cancellation."""
        text = _text(message)
        if not text or units(text) > TEXT_LIMIT:
            return Rejected(reason="text_too_long" if text else "text_empty", code="local")
        try:
            markup = _markup(message)
        except ValueError:
            return Rejected(reason="button_too_long", code="local")
        try:
            bot = await self._bots.of(message.sender_id)
        except Exception as error:  # noqa: BLE001 - the secret's store may fail in ways only it knows
            return self._judge(error, Phase(), message)
        if bot is None:
            return SenderDown(reason="sender_removed", code="local")
        try:
            return await self._call(bot, message, text, markup)
        except Exception as error:  # noqa: BLE001 - an outcome is promised, whatever went wrong
            return self._judge(error, phase_of(error), message)
        finally:
            self._spacing.sent(message.sender_id, message.address)

    async def _call(
        self, bot: Bot, message: Message, text: str, markup: InlineKeyboardMarkup | None
    ) -> Accepted:
        sent = await bot.send_message(
            chat_id=message.address,
            text=text,
            entities=_bold_first_line(text),
            reply_markup=markup,
            disable_notification=message.message_class is MessageClass.MARKETING,
        )
        # An "ok" without a result passes aiogram as None, whatever its types promise.
        return Accepted(provider_id=str(getattr(sent, "message_id", "")))

    def _judge(self, error: Exception, phase: Phase, message: Message) -> Outcome:
        outcome = verdict(error, phase)
        if isinstance(outcome, SenderDown):
            # Whoever mends the token writes it in the store: the next try must read it from there.
            self._bots.forget(message.sender_id)
        if isinstance(outcome, RetryLater) and outcome.code == "429":
            blames_chat = self._spacing.blames_chat(message.sender_id, message.address)
            return replace(outcome, scope=Scope.ADDRESS if blames_chat else Scope.SENDER)
        return outcome


def units(text: str) -> int:
    """Return the length of the text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(message: Message) -> str:
    text = message.text.strip()
    if text and message.repeat:
        say = words(message.language)
        text += "\n" + say("(sent again)")
    return text


def _bold_first_line(text: str) -> list[MessageEntity] | None:
    """Entities instead of a parse mode: a customer called "<b>" breaks nothing."""
    first, more, _ = text.partition("\n")
    return [MessageEntity(type="bold", offset=0, length=units(first.rstrip()))] if more else None


def _markup(message: Message) -> InlineKeyboardMarkup | None:
    return keyboard(
        *(
            (button.label, pressed(message.delivery_id, button.action, button.value))
            for button in message.buttons
        )
    )
