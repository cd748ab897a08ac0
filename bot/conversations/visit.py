"""Whose chat it is: what every handler is told about the person it talks to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import AiogramError
from aiogram.types import Chat, TelegramObject, Update
from typing_extensions import override

from bot.buttons import Menu, which_shop
from bot.words import Words, language_of, words
from messaging.actions.arriving import arrive
from messaging.actions.conversing import change_subject
from messaging.actions.doors import Store
from messaging.actions.inviting import Linked
from messaging.business import BusinessId, SenderId
from messaging.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One update, seen as a person's visit to their private chat with the bot.

    `known` are the customers that the chat is linked to, most often one. `language` is the first
    one's, else what Telegram says of the person. `attempt` counts from 0.

    Where several businesses share the bot, and the chat is linked to customers of more than one, `shop`
    is the one that the visit is about and `known` are its customers; `everybody` are all of them. So it is where the
    visit is about a shop that has no customer in this chat: nothing of it reaches another one.
    """

    store: Store = field(repr=False)
    sender_id: SenderId
    chat_id: int
    now: datetime
    language: str
    known: tuple[Linked, ...] = field(default=(), repr=False)
    attempt: int = 0
    update_id: int = 0
    shop: BusinessId | None = None
    everybody: tuple[Linked, ...] = field(default=(), repr=False)

    @property
    def shops(self) -> dict[BusinessId, str]:
        """Return the names of the shops to whose customers the chat is linked, in the order of linking."""
        return {each.business_id: each.business_name for each in self.everybody or self.known}

    def at(self, shop: BusinessId) -> "Visit":
        """Return the visit as one to this shop alone."""
        known = tuple(each for each in self.everybody or self.known if each.business_id == shop)
        several = len(self.shops) > 1
        language = known[0].language if known else None
        return replace(
            self,
            known=known,
            shop=shop if several or not known else None,
            everybody=self.everybody or self.known,
            language=language_of(language, self.language),
        )

    def of_customer(self, customer: int) -> "Visit":
        """Return the visit as one to the shop that this customer of the chat belongs to; itself if there is none."""
        mine = [each.business_id for each in self.known if each.customer_id == customer]
        return self.at(mine[0]) if mine else self

    def everywhere(self) -> "Visit":
        """Return the visit as one to no shop in particular."""
        return replace(self, known=self.everybody or self.known, shop=None)

    @property
    def say(self) -> Words:
        """Return the function that puts an English text into the visitor's language."""
        return words(self.language)

    @property
    def again(self) -> bool:
        """Return whether this update may have been handled in part before.

        What is found done already was then perhaps its own doing.
        """
        return self.attempt > 0


class Doorkeeper(BaseMiddleware):
    """Hands every handler its `visit`. Only private chats come in: any other is left."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @override
    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        context: EventContext = data[EVENT_CONTEXT_KEY]
        if context.chat is not None and context.chat.type != ChatType.PRIVATE:
            if not _has_left(event):
                await _leave(data["bot"], context.chat)
            return None
        chat_id = context.chat_id or context.user_id
        if chat_id is None:
            return None
        now = self._clock.now()
        came = await arrive(self._store, sender_id=data["sender_id"], chat_id=chat_id, now=now)
        known = came.known
        spoken = context.user.language_code if context.user else None
        data["visit"] = Visit(
            store=self._store,
            sender_id=data["sender_id"],
            chat_id=chat_id,
            now=now,
            language=language_of(known[0].language if known else None, spoken),
            known=known,
            attempt=data["attempt"],
            update_id=event.update_id if isinstance(event, Update) else 0,
        )
        if came.asked and _turns_elsewhere(event):
            await change_subject(
                self._store,
                sender_id=data["sender_id"],
                chat_id=chat_id,
                now=now,
            )
        return await handler(event, data)


def _turns_elsewhere(event: TelegramObject) -> bool:
    """Return whether the person gives a command, written or as a button: what was asked before is over."""
    if not isinstance(event, Update):
        return False
    if event.callback_query is not None:
        _, data = which_shop(event.callback_query.data or "")
        return data.startswith(f"{Menu.__prefix__}{Menu.__separator__}")
    return event.message is not None and (event.message.text or "").startswith("/")


def _has_left(event: TelegramObject) -> bool:
    """Return whether the update says itself that the bot is no longer in the chat."""
    if not isinstance(event, Update) or event.my_chat_member is None:
        return False
    status = event.my_chat_member.new_chat_member.status
    return status in (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)


async def _leave(bot: Bot, chat: Chat) -> None:
    """Leave without a word: what a business tells a customer is not for a group to read."""
    try:
        await bot.leave_chat(chat.id)
    except AiogramError:
        return  # Sent away meanwhile, or a channel that cannot be left: nothing to add.
