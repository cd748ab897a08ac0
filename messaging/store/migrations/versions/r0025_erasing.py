"""What is left of somebody who was erased, and who is not brought back by a file."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("erased_at", columns.UtcDateTime, nullable=True))
    op.add_column("business", sa.Column("suppression_key", sa.Text, nullable=True))
    op.create_table(
        "suppression",
        sa.Column(
            "business_id",
            columns.Id,
            sa.ForeignKey("business.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("customer_id", columns.Id, sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("erased_at", columns.UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    # Whoever was erased stays so; that a file may not bring them back is forgotten.
    op.drop_table("suppression")
    op.drop_column("business", "suppression_key")
    op.drop_column("customer", "erased_at")
