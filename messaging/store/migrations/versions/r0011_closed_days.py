"""Days on which a business is shut besides its week."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("business") as table:
        table.add_column(sa.Column("closed_days", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("business") as table:
        table.drop_column("closed_days")
