"""What customers ask for: where a shop is, which packs it has, and how fresh what is known of a type is."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("business", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("business", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("business", sa.Column("longitude", sa.Float(), nullable=True))
    op.add_column("business", sa.Column("packs", columns.Json(), nullable=True))
    op.create_table(
        "freshness",
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("subject_type", sa.String(80), nullable=False),
        sa.Column("told_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_freshness_business_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "subject_type", name=op.f("pk_freshness")),
    )
    # What is known already is as fresh as the last change that the software told; a customer's answer is none.
    op.execute(
        "INSERT INTO freshness (business_id, subject_type, told_at) "
        "SELECT business_id, type, max(updated_at) FROM record WHERE status_told IS NULL "
        "GROUP BY business_id, type"
    )
    op.execute(
        "INSERT INTO freshness (business_id, subject_type, told_at) "
        "SELECT business_id, 'asset:' || type, max(updated_at) FROM asset GROUP BY business_id, type"
    )


def downgrade() -> None:
    op.drop_table("freshness")
    for name in ("packs", "longitude", "latitude", "address"):
        op.drop_column("business", name)
