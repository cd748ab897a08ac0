"""All that the gate looks at, for many notifications at once: one query a table, however many they
are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import bindparam, func, literal_column, select

from messaging.business import Business, BusinessId
from messaging.calendar import MessageClass
from messaging.campaign import TEST
from messaging.customer import Customer, CustomerId
from messaging.gate import Context
from messaging.maker import maker
from messaging.notification import Notification
from messaging.store import (
    addresses,
    assets,
    businesses,
    campaigns,
    consents,
    customers,
    lately,
    letters,
    records,
    replies,
    rules,
)
from messaging.store.among import among
from messaging.store.besides import besides_of
from messaging.store.connection import Connection
from messaging.store.tables import attempt, delivery, notification

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The contexts, in the order asked, and the customers in them, who are locked if that was
    asked.
    """

    contexts: Sequence[Context]
    customers: Mapping[CustomerId, Customer]


async def load(
    conn: Connection,
    asked: Sequence[Notification],
    *,
    now: datetime,
    lock: bool = False,
    known: Mapping[BusinessId, Business] = MappingProxyType({}),
) -> Loaded:
    """Return the context of each notification, as the tables stand now.

    The businesses that are `known` from the same transaction are not read again. With `lock` the
    customers are locked first, and everything about them is read after: whatever was committed
    before counts, and whoever comes later waits.
    """
    # In their order, as every question of the store puts them.
    customer_ids = sorted({each.key.customer_id for each in asked})
    people = await customers.of_ids(conn, customer_ids, lock=lock)
    known_records = await records.of_ids(conn, {r for each in asked if (r := each.record_id)})
    known_assets = await assets.of_ids(
        conn,
        {a for r in known_records.values() if (a := r.asset_id)}
        | {a for each in asked if (a := each.asset_id)},
    )
    known_rules = await rules.of_ids(conn, {found for each in asked if (found := each.rule_id)})
    known_letters = await letters.of_notifications(conn, asked)
    known_campaigns = await campaigns.of_ids(conn, {c for each in asked if (c := each.campaign_id)})
    unknown = {each.business_id for each in asked} - known.keys()
    known_businesses = {**known, **(await businesses.of_ids(conn, unknown))}
    ledgers = await consents.of_customers(conn, customer_ids)
    reachable = await addresses.of_customers(conn, customer_ids)
    said = await replies.of_records(conn, set(known_records))
    marketing = {
        each.key.customer_id
        for each in asked
        if each.message_class is MessageClass.MARKETING and not each.is_test
    }
    longest = max((each.caps.offers_in for each in known_businesses.values()), default=_A_DAY)
    sent = await _marketing_sent(conn, marketing, now - longest - _A_DAY)
    days = await lately.of_customers(conn, asked, known_businesses, now)
    besides = await besides_of(conn, asked, known_rules, known_records, known_businesses, now)
    contexts = []
    for each in asked:
        record = None if each.record_id is None else known_records.get(each.record_id)
        customer_id = each.key.customer_id
        asset_id = each.asset_id if record is None else record.asset_id
        letter = known_letters.get(each.key.subject)
        reached = reachable.get(customer_id, ())
        contexts.append(
            _make_context(
                business=known_businesses[each.business_id],
                customer=people[customer_id],
                rule=None if each.rule_id is None else known_rules.get(each.rule_id),
                record=record,
                asset=None if asset_id is None else known_assets.get(asset_id),
                consents=ledgers.get(customer_id, ()),
                addresses=reached if letter is None else letter.where(reached),
                replies=() if record is None else said.get(record.id, ()),
                marketing_sent=_others_sent(each, sent.get(customer_id)),
                circumstances=besides.circumstances(each),
                newest=besides.newest(each, asset_id),
                told=besides.told(each),
                in_audience=besides.in_audience(each),
                told_lately=days.told_lately(each),
                ahead=days.ahead(each),
                campaign=known_campaigns.get(each.campaign_id) if each.campaign_id else None,
                letter=letter,
            )
        )
    return Loaded(contexts=contexts, customers=people)


_make_context = maker(Context)


def _others_sent(
    asked: Notification, sent: Sequence[tuple[int, datetime]] | None
) -> Sequence[datetime]:
    """Return when each was sent but this one itself; for a test none counts."""
    if not sent or asked.is_test:
        return ()
    return [at for other, at in sent if other != asked.id]


async def _marketing_sent(
    conn: Connection, ids: set[CustomerId], since: datetime
) -> dict[CustomerId, list[tuple[int, datetime]]]:
    if not ids:
        return {}
    found: dict[CustomerId, list[tuple[int, datetime]]] = {}
    for row in await conn.execute(_MARKETING_SENT, {"ids": ids, "since": since}):
        found.setdefault(CustomerId(row[0]), []).append((row[1], row[2]))
    return found


_MARKETING_SENT = (
    # Once for each notice, on however many phones.
    select(notification.c.customer_id, notification.c.id, func.max(attempt.c.begun_at).label("at"))
    .join(delivery, delivery.c.notification_id == notification.c.id)
    .join(attempt, attempt.c.delivery_id == delivery.c.id)
    .where(
        among(notification.c.customer_id),
        notification.c.message_class == MessageClass.MARKETING,
        ~notification.c.source.startswith(TEST),
        attempt.c.begun_at > bindparam("since"),
        attempt.c.outcome.is_(None) | attempt.c.outcome.in_(["accepted", "unknown"]),
    )
    .group_by(notification.c.customer_id, notification.c.id)
    .order_by(literal_column("at").desc())
)
