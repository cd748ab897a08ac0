"""Which notice about their data a person was shown, before anything was asked of them."""

import hashlib
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import BusinessId, SenderId
from messaging.consent import ShownText
from messaging.customer import CustomerId
from messaging.store import addresses, audit


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
