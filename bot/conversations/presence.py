"""The bot is blocked or let in again: the only signals that Telegram gives of it."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from bot.conversations.visit import Visit
from messaging.actions.inviting import chat_blocked, chat_returned


def presence() -> Router:
    """Return the router of blocking and unblocking."""
    router = Router(name="presence")
    router.my_chat_member.register(changed)
    return router


async def changed(event: ChatMemberUpdated, visit: Visit) -> None:
    """Keep whether the chat can be written to. Being let in again is no consent to anything."""
    note = chat_returned
    if event.new_chat_member.status in (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT):
        note = chat_blocked
    await note(visit.store, sender_id=visit.sender_id, chat_id=visit.chat_id, now=visit.now)
