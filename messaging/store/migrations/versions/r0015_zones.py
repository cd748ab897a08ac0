"""Where a customer lives, and lanes by zone: their hours are told by that clock."""

import sqlalchemy as sa
from alembic import op

from messaging.store.migrations.altering import altered

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = ("sender_id", "priority", "business_id", "stream", "platform")
_OLD = "uq_lane_sender_id_priority_business_id_stream_platform"
_NEW = "uq_lane_sender_id_priority_business_id_stream_platform_zone"

_MOVE_BACK = """
UPDATE delivery SET lane_id = (
    SELECT min(one.id) FROM lane AS one
    JOIN lane AS mine ON one.sender_id = mine.sender_id AND one.priority = mine.priority
        AND one.business_id = mine.business_id AND one.stream = mine.stream
        AND one.platform = mine.platform
    WHERE mine.id = delivery.lane_id
)
"""
_DUE_WITH_THE_FIRST = """
UPDATE lane SET next_due = (
    SELECT min(one.next_due) FROM lane AS one
    WHERE one.sender_id = lane.sender_id AND one.priority = lane.priority
        AND one.business_id = lane.business_id AND one.stream = lane.stream
        AND one.platform = lane.platform
)
"""
_KEEP_ONE = """
DELETE FROM lane WHERE id NOT IN (
    SELECT min(id) FROM lane GROUP BY sender_id, priority, business_id, stream, platform
)
"""


def upgrade() -> None:
    op.add_column("customer", sa.Column("timezone", sa.String(length=64), nullable=True))
    # What waits stays where it is: the gate sends each to its own hours.
    _rekey(sa.Column("zone", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    op.execute(_MOVE_BACK)
    op.execute(_DUE_WITH_THE_FIRST)
    op.execute(_KEEP_ONE)
    _rekey(None)
    op.drop_column("customer", "timezone")


def _rekey(zone: sa.Column[str] | None) -> None:
    """Build `lane` with the zone in its key, or without it (None)."""
    op.drop_index("ix_lane_due", "lane")
    with altered("lane") as lane:
        lane.drop_constraint(_OLD if zone is not None else _NEW, type_="unique")
        if zone is not None:
            lane.add_column(zone)
            lane.create_unique_constraint(_NEW, [*_KEY, "zone"])
        else:
            lane.drop_column("zone")
            lane.create_unique_constraint(_OLD, list(_KEY))
    if zone is not None:
        with altered("lane") as lane:
            lane.alter_column("zone", server_default=None)
    op.create_index(
        "ix_lane_due",
        "lane",
        ["sender_id", "next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
