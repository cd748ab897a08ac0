"""A code that the shop has told is typed into the chat: the same as an invitation that is opened."""

from dataclasses import replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.guessing import right_one, wait_for_guesses, wrong_one
from messaging.actions.inviting import OpenedInvitation, opened_by, usable
from messaging.business import SenderId
from messaging.conversation import Meeting
from messaging.errors import InvitationRefused
from messaging.spoken import code_hash
from messaging.store import businesses, conversations, invitations


async def open_by_code(
    store: Store, *, sender_id: SenderId, chat_id: int, code: str, now: datetime
) -> OpenedInvitation | None:
    """Tie the invitation with this code to the chat and say whom it is for, masked; None: there is none
    that can be used here.

    Whether the code was never given, is used, is over or belongs to another bot is not told, and each
    counts as a wrong guess. Raises InvitationRefused("wait") after too many, whatever the code.
    """
    async with store.begin() as conn:
        if await wait_for_guesses(conn, sender_id, chat_id, now):
            raise InvitationRefused("wait")
        served = await businesses.served_by(conn, sender_id)
        found = await invitations.lock_by_code(conn, served, code_hash(code))
        try:
            row = await usable(conn, sender_id, found, chat_id, now)
        except InvitationRefused:
            await wrong_one(conn, sender_id, chat_id, now)
            return None
        await right_one(conn, sender_id, chat_id)
        return await opened_by(conn, sender_id, row, chat_id)


async def expect_code(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> None:
    """Note that the chat was asked for a code; to which shop they have come is not forgotten."""
    async with store.begin() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        met = asked if isinstance(asked, Meeting) else Meeting(business_id=None)
        expects = replace(met, asks=None, code=True)
        await conversations.begin(conn, sender_id, chat_id, expects, now)


async def awaits_code(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> bool:
    """Return whether the chat was asked for a code, so that what is typed now is meant as one."""
    async with store.read() as conn:
        asked = await conversations.current(conn, sender_id, chat_id, now)
        return isinstance(asked, Meeting) and asked.code
