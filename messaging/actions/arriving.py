"""Who comes to the bot when something is written or tapped in a chat."""

from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.actions.inviting import Linked
from messaging.business import SenderId
from messaging.calendar import local_day
from messaging.gate import is_minor
from messaging.invitation import masked
from messaging.store import arrivals, conversations
from messaging.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The customers whom the chat reaches, in the order of linking; `asked`: the bot has asked something in it."""

    known: tuple[Linked, ...]
    asked: bool


async def arrive(store: Store, *, sender_id: SenderId, chat_id: int, now: datetime) -> Arrival:
    """Return who comes: nobody that is known, if the chat is linked to nobody."""

    async def work(conn: Connection) -> Arrival:
        return Arrival(
            known=await _known(conn, sender_id, chat_id, now),
            asked=await conversations.current(conn, sender_id, chat_id, now) is not None,
        )

    return await store.in_reading(work)


async def who_is(
    store: Store, *, sender_id: SenderId, chat_id: int, now: datetime
) -> tuple[Linked, ...]:
    """Return the customers whom the chat reaches; none if it is linked to nobody."""
    return await store.in_reading(lambda conn: _known(conn, sender_id, chat_id, now))


async def _known(
    conn: Connection, sender_id: SenderId, chat_id: int, now: datetime
) -> tuple[Linked, ...]:
    return tuple(
        Linked(
            customer_id=each.customer_id,
            business_name=each.business_name,
            business_contact=each.business_contact,
            language=each.language,
            already=True,
            business_id=each.business_id,
            minor=is_minor(each.born_on, local_day(now, each.zone)),
            doubted=each.doubted,
            mask=masked(each.name),
        )
        for each in await arrivals.known_in(conn, sender_id, chat_id)
    )
