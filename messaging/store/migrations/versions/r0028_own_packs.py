"""Packs that businesses bring themselves, as they wrote them."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_pack",
        sa.Column("id", columns.Id, primary_key=True),
        sa.Column("business_id", columns.Id, sa.ForeignKey("business.id"), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("updated_at", columns.UtcDateTime, nullable=False),
        sa.UniqueConstraint("business_id", "name"),
    )


def downgrade() -> None:
    op.drop_table("own_pack")
