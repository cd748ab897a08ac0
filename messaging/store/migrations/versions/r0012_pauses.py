"""Pauses: where nothing leaves until somebody lifts it. On the way down they end: the code before knows none."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pause",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=True),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_pause_business_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_business", "pause", ["business_id", "stream"], unique=True)
    op.create_index(
        "ix_pause_installation",
        "pause",
        ["stream"],
        unique=True,
        sqlite_where=sa.text("business_id IS NULL"),
        postgresql_where=sa.text("business_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("pause")
