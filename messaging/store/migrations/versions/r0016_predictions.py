"""What forecasts told, kept to be compared with what happened."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prediction",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=False),
        sa.Column("until", columns.UtcDateTime(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_prediction_business_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
    )
    op.create_index("ix_prediction_taken", "prediction", ["business_id", "taken_at"])
    op.create_table(
        "foretold",
        sa.Column("prediction_id", columns.Id, nullable=False),
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("goes", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["prediction_id"], ["prediction.id"], name=op.f("fk_foretold_prediction_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_foretold_customer_id")
        ),
        sa.PrimaryKeyConstraint(
            "prediction_id",
            "customer_id",
            "source",
            "subject",
            "rung",
            "anchor",
            name=op.f("pk_foretold"),
        ),
    )
    op.create_index(op.f("ix_foretold_customer_id"), "foretold", ["customer_id"])


def downgrade() -> None:
    op.drop_table("foretold")
    op.drop_table("prediction")
