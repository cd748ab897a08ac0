"""Whom nobody has called back and who is expected on a day, found at once; up to when somebody was told what failed."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_AT_AN_HOUR = sa.text("starts_at IS NOT NULL")
_OWED = sa.text("done_at IS NULL AND escalated_at IS NULL")


def upgrade() -> None:
    op.add_column("staff", sa.Column("failed_until", columns.UtcDateTime, nullable=True))
    op.create_index("ix_reply_owed", "reply", ["at"], sqlite_where=_OWED, postgresql_where=_OWED)
    op.create_index(
        "ix_record_day",
        "record",
        ["business_id", "starts_at"],
        sqlite_where=_AT_AN_HOUR,
        postgresql_where=_AT_AN_HOUR,
    )


def downgrade() -> None:
    op.drop_index("ix_record_day", table_name="record")
    op.drop_index("ix_reply_owed", table_name="reply")
    op.drop_column("staff", "failed_until")
