"""How things stand to the limits of rules: how often each has crossed, and whether it is beyond."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select, update

from messaging.rule import Crossing, RuleId
from messaging.store.connection import Connection
from messaging.store.database import insert_new
from messaging.store.tables import crossing


async def of_subjects(
    conn: Connection, rule_id: RuleId, subjects: Collection[str], *, lock: bool = False
) -> dict[str, Crossing]:
    """Return how the subjects stood when they were last looked at; who never was is left out.

    With `lock`, ours alone until the transaction ends, in the order of their names.
    """
    if not subjects:
        return {}
    asked = (
        select(crossing)
        .where(crossing.c.rule_id == rule_id, crossing.c.subject.in_(subjects))
        .order_by(crossing.c.subject)
    )
    rows = await conn.execute(asked.with_for_update() if lock else asked)
    return {
        row.subject: Crossing(number=row.number, beyond=row.beyond, since=row.since) for row in rows
    }


async def note(conn: Connection, rule_id: RuleId, stands: Mapping[str, Crossing]) -> None:
    """Write down how the subjects stand now."""
    if not stands:
        return
    rows = [
        {
            "rule_id": rule_id,
            "subject": subject,
            "number": each.number,
            "beyond": each.beyond,
            "since": each.since,
        }
        for subject, each in stands.items()
    ]
    if await insert_new(conn, crossing, rows) < len(rows):
        await conn.execute(
            _CHANGE, [{f"_{name}": value for name, value in row.items()} for row in rows]
        )


_CHANGE = (
    update(crossing)
    .where(crossing.c.rule_id == bindparam("_rule_id"), crossing.c.subject == bindparam("_subject"))
    .values(number=bindparam("_number"), beyond=bindparam("_beyond"), since=bindparam("_since"))
)
