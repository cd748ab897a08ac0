"""What the customers of one chat are called in it, where their masked names are too much alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from messaging.actions.chatting import Chat, chat_of
from messaging.actions.doors import Store
from messaging.asset import AssetId
from messaging.business import BusinessId, SenderId
from messaging.customer import CustomerId
from messaging.sheet import is_current
from messaging.store import belongings
from messaging.store.connection import Connection
from messaging.subject import asset_type_in, subject_type
from messaging.whose import Seen, call_apart

_MOST: Final = 50
"""Records that are looked through for a number: the newest."""


async def called_in(
    store: Store, *, sender_id: SenderId, chat_id: int, business_id: BusinessId, now: datetime
) -> Mapping[CustomerId, str]:
    """Return what each of the business's customers in the chat is called; nobody, where that tells them not apart.

    Of a customer whose number the books have changed, and of what is confidential, nothing is looked at.
    """
    chat = await chat_of(store, sender_id=sender_id, chat_id=chat_id, only=business_id)
    if chat is None:
        return {}
    plain = {each: Seen(name=who.name, open=False) for each, who in chat.customers.items()}
    names = call_apart(list(plain.values()))
    if names is None:
        seen = await store.in_reading(lambda conn: _seen(conn, chat, business_id, now))
        names = call_apart([seen[each] for each in plain])
    return {} if names is None else dict(zip(plain, names, strict=True))


async def _seen(
    conn: Connection, chat: Chat, business_id: BusinessId, now: datetime
) -> Mapping[CustomerId, Seen]:
    """Return what the lists of the chat show of each."""
    shop = chat.shops[business_id]
    shown = {name: each for name, each in shop.displays.items() if not each.confidential}
    shares = await belongings.shares_of(conn, chat.ids)
    owners: dict[AssetId, set[CustomerId]] = {}
    for share in shares:
        owners.setdefault(share.asset.id, set()).add(share.customer_id)
    codes: dict[CustomerId, list[str]] = {}
    for share in shares:
        alone = owners[share.asset.id] == {share.customer_id}
        if alone and share.asset.code and subject_type(share.asset) in shown:
            codes.setdefault(share.customer_id, []).append(share.asset.code)
    types = {name: each for name, each in shown.items() if asset_type_in(name) is None}
    statuses = {status for each in types.values() for status in each.open}
    found = await belongings.records_of(conn, chat.ids, (), types.keys(), statuses, limit=_MOST)
    numbers: dict[CustomerId, list[str]] = {}
    for each in found:
        current = is_current(types[each.type], each, now, shop.business.zone)
        if current and each.number and each.customer_id in chat.ids:
            numbers.setdefault(each.customer_id, []).append(each.number)
    return {
        one: Seen(
            name=who.name,
            open=not who.doubted,
            codes=codes.get(one, ()),
            numbers=numbers.get(one, ()),
        )
        for one, who in chat.customers.items()
    }
