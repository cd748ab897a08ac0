"""A platform can be refused while its project works: lanes by platform, and since when a refusal lasts."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = ("sender_id", "priority", "business_id", "stream")
_OLD = "uq_lane_sender_id_priority_business_id_stream"
_NEW = "uq_lane_sender_id_priority_business_id_stream_platform"

# Within one of the old lanes, by sender, priority, business and stream.
_SPLIT = """
INSERT INTO lane (sender_id, priority, business_id, stream, platform, next_due, served_at)
SELECT DISTINCT old.sender_id, old.priority, old.business_id, old.stream,
                address.platform, old.next_due, old.served_at
FROM lane AS old
JOIN delivery ON delivery.lane_id = old.id
JOIN address ON address.id = delivery.address_id
WHERE address.platform IS NOT NULL AND delivery.state IN ('waiting', 'sending')
"""
_MOVE_OVER = """
UPDATE delivery SET lane_id = (
    SELECT new.id FROM lane AS old
    JOIN lane AS new ON new.sender_id = old.sender_id AND new.priority = old.priority
        AND new.business_id = old.business_id AND new.stream = old.stream
    JOIN address ON address.platform = new.platform
    WHERE old.id = delivery.lane_id AND address.id = delivery.address_id
)
WHERE state IN ('waiting', 'sending') AND EXISTS (
    SELECT 1 FROM address WHERE address.id = delivery.address_id AND address.platform IS NOT NULL
)
"""
_MOVE_BACK = """
UPDATE delivery SET lane_id = (
    SELECT min(one.id) FROM lane AS one
    JOIN lane AS mine ON one.sender_id = mine.sender_id AND one.priority = mine.priority
        AND one.business_id = mine.business_id AND one.stream = mine.stream
    WHERE mine.id = delivery.lane_id
)
"""
_DUE_WITH_THE_FIRST = """
UPDATE lane SET next_due = (
    SELECT min(one.next_due) FROM lane AS one
    WHERE one.sender_id = lane.sender_id AND one.priority = lane.priority
        AND one.business_id = lane.business_id AND one.stream = lane.stream
)
"""
_KEEP_ONE = """
DELETE FROM lane WHERE id NOT IN (
    SELECT min(id) FROM lane GROUP BY sender_id, priority, business_id, stream
)
"""


def upgrade() -> None:
    op.add_column("sender", sa.Column("refused_at", columns.UtcDateTime(), nullable=True))
    op.create_table(
        "platform_refusal",
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.Column("probe_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_platform_refusal_sender_id")
        ),
        sa.PrimaryKeyConstraint("sender_id", "platform", name=op.f("pk_platform_refusal")),
    )
    _rekey(sa.Column("platform", sa.String(length=16), nullable=False, server_default=""))
    # What waits moves into a lane of its platform; the old one stays for what has ended in it.
    op.execute(_SPLIT)
    op.execute(_MOVE_OVER)


def downgrade() -> None:
    op.execute(_MOVE_BACK)
    op.execute(_DUE_WITH_THE_FIRST)
    op.execute(_KEEP_ONE)
    _rekey(None)
    op.drop_table("platform_refusal")
    with altered("sender") as sender:
        sender.drop_column("refused_at")


def _rekey(platform: sa.Column[str] | None) -> None:
    """Build `lane` with the platform in its key, or without it (None)."""
    op.drop_index("ix_lane_due", "lane")
    with altered("lane") as lane:
        lane.drop_constraint(_OLD if platform is not None else _NEW, type_="unique")
        if platform is not None:
            lane.add_column(platform)
            lane.create_unique_constraint(_NEW, [*_KEY, "platform"])
        else:
            lane.drop_column("platform")
            lane.create_unique_constraint(_OLD, list(_KEY))
    if platform is not None:
        with altered("lane") as lane:
            lane.alter_column("platform", server_default=None)
    op.create_index(
        "ix_lane_due",
        "lane",
        ["sender_id", "next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
