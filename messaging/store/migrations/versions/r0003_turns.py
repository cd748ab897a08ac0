"""Indexes that find whose turn it is without passing by everything that the others have."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_notification_turn",
        "notification",
        ["business_id", "message_class", "route_at", "id"],
        unique=False,
        sqlite_where=sa.text("route_at IS NOT NULL"),
        postgresql_where=sa.text("route_at IS NOT NULL"),
    )
    op.create_index("ix_change_turn", "change", ["business_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_change_turn", table_name="change")
    op.drop_index("ix_notification_turn", table_name="notification")
