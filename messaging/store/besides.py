"""What only some rules ask of the books besides their subject: silences, crossings, newer records,
what was told before, who is meant. Rules that do not ask cost no query.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import select

from messaging.asset import AssetId
from messaging.business import Business, BusinessId
from messaging.customer import CustomerId
from messaging.notification import Notification
from messaging.record import Record, RecordId
from messaging.rule import NONE, Circumstances, Crossing, Inactivity, Newer, Rule, RuleId, Threshold
from messaging.store import audiences, crossings, newest, silences
from messaging.store.connection import Connection
from messaging.store.tables import notification

_NO_DAYS: Mapping[str, date] = MappingProxyType({})


@dataclass(slots=True)
class Besides:
    """What was found, by rule and subject."""

    last: dict[tuple[RuleId, CustomerId], datetime] = field(default_factory=dict)
    crossings: dict[tuple[RuleId, str], Crossing] = field(default_factory=dict)
    of_things: dict[int, dict[str, date]] = field(default_factory=dict)
    of_people: dict[int, dict[str, date]] = field(default_factory=dict)
    outside: set[tuple[RuleId, CustomerId]] = field(default_factory=set)
    tried: dict[tuple[str, int, str], list[tuple[int, str]]] = field(default_factory=dict)

    def circumstances(self, asked: Notification) -> Circumstances:
        """Return what the notification's rule has to know besides its subject."""
        if asked.rule_id is None:
            return NONE
        return Circumstances(
            last=self.last.get((asked.rule_id, asked.key.customer_id)),
            crossing=self.crossings.get((asked.rule_id, asked.key.subject)),
        )

    def newest(self, asked: Notification, asset_id: AssetId | None) -> Mapping[str, date]:
        """Return the day of the newest record of each type that may stop the notification."""
        if asset_id is None:
            return self.of_people.get(asked.key.customer_id, _NO_DAYS)
        return self.of_things.get(asset_id, _NO_DAYS)

    def in_audience(self, asked: Notification) -> bool:
        """Return whether its customer is one of those whom its rule is meant for."""
        return asked.rule_id is None or (asked.rule_id, asked.key.customer_id) not in self.outside

    def told(self, asked: Notification) -> Sequence[str]:
        """Return the anchors of all else that its customer was told of its subject by its rule."""
        if not self.tried:
            return ()
        key = asked.key
        others = self.tried.get((key.source, key.customer_id, key.subject), [])
        return [anchor for other, anchor in others if other != asked.id]


async def besides_of(
    conn: Connection,
    asked: Sequence[Notification],
    rules: Mapping[RuleId, Rule],
    records: Mapping[RecordId, Record],
    businesses: Mapping[BusinessId, Business],
    now: datetime,
) -> Besides:
    """Return what the rules of the notifications have to know besides: one query for each rule that
    asks, none for the others.
    """
    found = Besides()
    for rule in rules.values():
        mine = [each for each in asked if each.rule_id == rule.id]
        people = {each.key.customer_id for each in mine}
        match rule.trigger:
            case Inactivity(record_type=record_type, status=status):
                last = await silences.last_of(conn, people, record_type, status)
                found.last |= {(rule.id, each): at for each, at in last.items()}
            case Threshold():
                about = {each.key.subject for each in mine}
                stands = await crossings.of_subjects(conn, rule.id, about)
                found.crossings |= {(rule.id, each): stand for each, stand in stands.items()}
            case _:
                pass
        await _add_newest(conn, found, rule, mine, records, businesses[rule.business_id])
        if rule.repeat is not None:
            await _add_tried(conn, found, rule, people)
        if rule.audience is not None:
            setting = audiences.setting_of(businesses[rule.business_id], now)
            meant = await audiences.among(conn, rule.audience, people, setting)
            found.outside |= {(rule.id, each) for each in people - meant}
    return found


async def _add_newest(
    conn: Connection,
    found: Besides,
    rule: Rule,
    asked: Sequence[Notification],
    records: Mapping[RecordId, Record],
    business: Business,
) -> None:
    types = {stop.record_type for stop in rule.stops if isinstance(stop, Newer)}
    if not types:
        return
    things: set[AssetId] = set()
    people: set[CustomerId] = set()
    for each in asked:
        record = None if each.record_id is None else records.get(each.record_id)
        asset_id = each.asset_id if record is None else record.asset_id
        if asset_id is None:
            people.add(each.key.customer_id)
        else:
            things.add(asset_id)
    for whose, more in (
        (found.of_things, await newest.of_assets(conn, things, types, business.zone)),
        (found.of_people, await newest.of_customers(conn, people, types, business.zone)),
    ):
        for owner, days in more.items():
            whose[owner] = {**whose.get(owner, {}), **days}


async def _add_tried(
    conn: Connection, found: Besides, rule: Rule, people: Collection[CustomerId]
) -> None:
    asked = select(
        notification.c.id,
        notification.c.customer_id,
        notification.c.subject,
        notification.c.anchor,
    ).where(
        notification.c.business_id == rule.business_id,
        notification.c.source == rule.source,
        notification.c.customer_id.in_(people),
        notification.c.tried.is_(True),
    )
    for row in await conn.execute(asked):
        key = (rule.source, row.customer_id, row.subject)
        found.tried.setdefault(key, []).append((row.id, row.anchor))
