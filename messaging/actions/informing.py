"""What a person is told of their data before anything is asked of them, and which version of it they have seen."""

import hashlib
from dataclasses import replace
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import BusinessId, SenderId
from messaging.consent import ShownText
from messaging.conversation import Meeting
from messaging.customer import CustomerId
from messaging.privacy_notice import PrivacyNotice, Write
from messaging.store import addresses, audit, businesses, conversations, privacy_notices


async def notice_of(
    store: Store, *, business_id: BusinessId, write: Write, now: datetime
) -> PrivacyNotice:
    """Return the business's privacy notice as it is now: a new version, kept with its words, if `write` words it in
    another way than the last one was.
    """
    async with store.read() as conn:
        business = (await businesses.of_ids(conn, [business_id]))[business_id]
        shown = await privacy_notices.newest(conn, business)
    words = write(business)
    if shown is not None and shown.words == words:
        return shown
    async with store.begin() as conn:
        version = 1 if shown is None else shown.version + 1
        await privacy_notices.add(conn, business, version, words, now)
        # Whoever was first with this number: in another process, the same words.
        kept = await privacy_notices.newest(conn, business)
    return kept or PrivacyNotice(business=business, version=version, since=now, words=words)


async def seen_by(
    store: Store, *, sender_id: SenderId, chat_id: int, business_id: BusinessId, now: datetime
) -> int | None:
    """Return which version of the business's notice this chat was shown lately; None: none within a day."""
    async with store.read() as conn:
        met = await conversations.current(conn, sender_id, chat_id, now)
    return met.notice if isinstance(met, Meeting) and met.business_id == business_id else None


async def note_seen(
    store: Store, notice: PrivacyNotice, *, sender_id: SenderId, chat_id: int, now: datetime
) -> None:
    """Remember that this chat has come to the business, and was shown this version of its notice."""
    business_id = notice.business.id
    async with store.begin() as conn:
        met = await conversations.current(conn, sender_id, chat_id, now)
        if met is not None and not isinstance(met, Meeting):
            return  # Somebody of the shop is in the middle of something: that goes on.
        came = met if met and met.business_id in (None, business_id) else Meeting(business_id=None)
        came = replace(came, business_id=business_id, notice=notice.version)
        if came != met:
            await conversations.begin(conn, sender_id, chat_id, came, now)


async def note_notice(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    business_id: BusinessId,
    customer_id: CustomerId,
    shown: ShownText,
    now: datetime,
) -> None:
    """Keep in the audit that the notice was shown in this chat: version, language, and the SHA-256 of its words.
    Nothing is kept for a chat that nobody knows.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        if address is None:
            return
        await audit.note(
            conn,
            business_id,
            actor=f"chat:{address.id}",
            act="notice",
            subject=f"customer:{customer_id}",
            now=now,
            detail={
                "text_id": shown.id,
                "version": shown.version,
                "language": shown.language,
                "sha256": hashlib.sha256(shown.text.encode()).hexdigest(),
            },
        )
