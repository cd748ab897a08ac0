"""How many notices a rule made for each local day."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_day",
        sa.Column("rule_id", columns.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("braked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_day_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "day", name=op.f("pk_rule_day")),
    )


def downgrade() -> None:
    op.drop_table("rule_day")
