"""What a person of a chat receives, class by class and channel by channel, and switching it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.actions.doors import Store
from messaging.business import SenderId
from messaging.calendar import MessageClass
from messaging.consent import Method, ShownText, allows
from messaging.customer import Channel, CustomerId
from messaging.store import addresses, consents, customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is on, for all of the customers asked about. The channels are those that lead to them: Telegram, and the
    app if anybody has linked one.
    """

    on: Mapping[tuple[MessageClass, Channel], bool]

    @property
    def channels(self) -> list[Channel]:
        """Return the channels, Telegram first."""
        found = {channel for _, channel in self.on}
        return [each for each in (Channel.TELEGRAM, Channel.PUSH) if each in found]


async def standing(
    store: Store, *, sender_id: SenderId, chat_id: int, customer_ids: Sequence[CustomerId]
) -> Standing | None:
    """Return what those of the customers whom this chat reaches receive; None: it reaches none of them."""
    async with store.read() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        mine = [each.customer_id for each in reached if each.customer_id in customer_ids]
        if not mine:
            return None
        ledger = await consents.of_customers(conn, mine)
        known = await addresses.of_customers(conn, mine)
    app = any(each.channel is Channel.PUSH for found in known.values() for each in found)
    channels = (Channel.TELEGRAM, Channel.PUSH) if app else (Channel.TELEGRAM,)
    return Standing(
        on={
            (about, channel): all(allows(ledger.get(each, ()), about, channel) for each in mine)
            for about in MessageClass
            for channel in channels
        }
    )


async def switch_off(
    store: Store,
    *,
    sender_id: SenderId,
    chat_id: int,
    customer_ids: Sequence[CustomerId],
    message_class: MessageClass,
    channel: Channel,
    shown: ShownText,
    message_id: int | None,
    now: datetime,
) -> int:
    """Withdraw a class on a channel for those of the customers whom this chat reaches; return for how many it was on.

    What is off already gets no second entry.
    """
    async with store.begin() as conn:
        address = await addresses.chat(conn, sender_id, chat_id)
        reached = [] if address is None else await addresses.reached_by(conn, address.id)
        mine = [each for each in reached if each.customer_id in customer_ids]
        if address is None or not mine:
            return 0
        ids = [each.customer_id for each in mine]
        await customers.of_ids(conn, ids, lock=True)
        ledger = await consents.of_customers(conn, ids)
        on = [
            each
            for each in mine
            if allows(ledger.get(each.customer_id, ()), message_class, channel)
        ]
        await consents.append(
            conn,
            [
                {
                    "business_id": each.business_id,
                    "customer_id": each.customer_id,
                    "message_class": message_class,
                    "channel": channel,
                    "given": False,
                    "method": Method.CHAT,
                    "at": now,
                    **consents.words(shown),
                    "address_id": address.id,
                    "message_id": message_id,
                }
                for each in on
            ],
        )
        return len(on)
