"""Rules: what is automated, and up to when each has been planned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, insert, select, update

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.errors import NotFound
from messaging.rule import Rule, RuleId
from messaging.rule_json import rule_body_from_json, rule_body_to_json
from messaging.store.among import among
from messaging.store.connection import Connection
from messaging.store.tables import rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a rule is called for people."""

    it: str
    en: str


def _rule(row: RowMapping) -> Rule:
    body = rule_body_from_json(row["body"])
    return Rule(
        id=RuleId(row["id"]),
        business_id=BusinessId(row["business_id"]),
        name=row["name"],
        version=row["version"],
        on=row["is_on"],
        message_class=MessageClass(row["message_class"]),
        template=row["template"],
        channels=body.channels,
        trigger=body.trigger,
        expiry=body.expiry,
        stop_statuses=body.stop_statuses,
        stops=body.stops,
        on_move=body.on_move,
        late=body.late,
        repeat=body.repeat,
        audience=body.audience,
        who=body.who,
        coalesces=body.coalesces,
        watermark=row["watermark"],
    )


async def add(conn: Connection, new: Rule, label: Label) -> RuleId:
    """Insert a rule, switched off, and return its id (the one of `new` is not looked at)."""
    values = {
        "business_id": new.business_id,
        "name": new.name,
        "version": new.version,
        "is_on": False,
        "message_class": new.message_class,
        "template": new.template,
        "subject_type": new.heard_type,
        "body": rule_body_to_json(new),
        "watermark": None,
        "label_it": label.it,
        "label_en": label.en,
    }
    result = await conn.execute(insert(rule).values(values).returning(rule.c.id))
    return RuleId(result.scalar_one())


async def of_business(conn: Connection, business_id: BusinessId) -> list[tuple[Rule, Label]]:
    """Return the rules of the business in the order of its pack, with what they are called."""
    asked = select(rule).where(rule.c.business_id == business_id).order_by(rule.c.id)
    return [
        (_rule(row), Label(it=row["label_it"], en=row["label_en"]))
        for row in (await conn.execute(asked)).mappings().all()
    ]


async def by_name(conn: Connection, business_id: BusinessId, name: str) -> Rule:
    """Return the rule. Raises NotFound."""
    asked = select(rule).where(rule.c.business_id == business_id, rule.c.name == name)
    row = (await conn.execute(asked)).mappings().first()
    if row is None:
        raise NotFound(f"this business has no rule {name!r}", hint="avvisa rule list SLUG")
    return _rule(row)


async def of_ids(conn: Connection, ids: Collection[RuleId]) -> dict[RuleId, Rule]:
    """Return the rules with these ids."""
    if not ids:
        return {}
    rows = (await conn.execute(_OF_IDS, {"ids": ids})).mappings().all()
    return {RuleId(row["id"]): _rule(row) for row in rows}


_OF_IDS = select(rule).where(among(rule.c.id))


async def lock(conn: Connection, rule_id: RuleId) -> Rule | None:
    """Return the rule, ours alone until the transaction ends; waits for whoever has it. None: it is
    gone.
    """
    row = (await conn.execute(_LOCK, {"rule": rule_id})).mappings().first()
    return None if row is None else _rule(row)


_LOCK = select(rule).where(rule.c.id == bindparam("rule")).with_for_update(key_share=True)


async def lock_shared(
    conn: Connection, business_id: BusinessId, heard_types: Collection[str]
) -> list[Rule]:
    """Return the rules that are on and hear of these types, held so that none is planned or changed
    meanwhile.
    """
    asked = (
        select(rule)
        .where(
            rule.c.business_id == business_id,
            rule.c.subject_type.in_(heard_types),
            rule.c.is_on.is_(True),
        )
        .order_by(rule.c.id)
        .with_for_update(read=True)
    )
    return [_rule(row) for row in (await conn.execute(asked)).mappings().all()]


async def behind(conn: Connection, moment: datetime, limit: int) -> list[RuleId]:
    """Return rules that are on and have not been planned up to `moment`, the furthest behind first."""
    found = await conn.scalars(_BEHIND, {"moment": moment, "limit": limit})
    return [RuleId(each) for each in found]


_BEHIND = (
    select(rule.c.id)
    .where(rule.c.is_on.is_(True), rule.c.watermark < bindparam("moment"))
    .order_by(rule.c.watermark, rule.c.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a rule has been planned, where a window takes several transactions.

    `window_until` and `window_cursor`: up to that moment for records (or customers) up to that id.
    `backlog_cursor`: what had passed when the rule was switched on has been held for records up to
    that id; None: for all. `on_since`: when the present version was switched on (UTC).
    """

    window_until: datetime | None
    window_cursor: int | None
    backlog_cursor: int | None
    on_since: datetime | None


async def progress(conn: Connection, ids: Collection[RuleId]) -> dict[RuleId, Progress]:
    """Return how far the rules have been planned."""
    return {
        RuleId(row.id): Progress(
            window_until=row.window_until,
            window_cursor=row.window_cursor,
            backlog_cursor=row.backlog_cursor,
            on_since=row.on_since,
        )
        for row in await conn.execute(_PROGRESS, {"ids": ids})
    }


_PROGRESS = select(
    rule.c.id, rule.c.window_until, rule.c.window_cursor, rule.c.backlog_cursor, rule.c.on_since
).where(among(rule.c.id))


async def advance(conn: Connection, rule_id: RuleId, watermark: datetime) -> None:
    """Note that the rule has been planned up to the moment, for every record or customer."""
    await conn.execute(_ADVANCE, {"rule": rule_id, "planned_to": watermark})


_ADVANCE = (
    update(rule)
    .where(rule.c.id == bindparam("rule"))
    .values(watermark=bindparam("planned_to"), window_until=None, window_cursor=None)
)


async def pause_window(conn: Connection, rule_id: RuleId, *, until: datetime, cursor: int) -> None:
    """Note that a window is half done: planned up to `until` for ids up to `cursor`."""
    await conn.execute(
        update(rule).where(rule.c.id == rule_id).values(window_until=until, window_cursor=cursor)
    )


async def set_backlog(conn: Connection, rule_id: RuleId, cursor: int | None) -> None:
    """Note how far the backlog of a rule that was switched on has been held; None: to its end."""
    await conn.execute(update(rule).where(rule.c.id == rule_id).values(backlog_cursor=cursor))


async def with_backlog(conn: Connection) -> list[RuleId]:
    """Return the rules whose backlog is not held to its end."""
    return [RuleId(found) for found in await conn.scalars(_WITH_BACKLOG)]


_WITH_BACKLOG = select(rule.c.id).where(rule.c.is_on.is_(True), rule.c.backlog_cursor.is_not(None))


async def change(conn: Connection, changed: Rule) -> None:
    """Write a new version of the rule, on (from its watermark on) or off as it says."""
    values: Mapping[str, object] = {
        "version": changed.version,
        "is_on": changed.on,
        "message_class": changed.message_class,
        "template": changed.template,
        "subject_type": changed.heard_type,
        "body": rule_body_to_json(changed),
        "watermark": changed.watermark,
        "on_since": changed.watermark,
        "window_until": None,
        "window_cursor": None,
    }
    await conn.execute(update(rule).where(rule.c.id == changed.id).values(dict(values)))


async def rename(conn: Connection, rule_id: RuleId, label: Label) -> None:
    """Write what the rule is called."""
    values = {"label_it": label.it, "label_en": label.en}
    await conn.execute(update(rule).where(rule.c.id == rule_id).values(values))
