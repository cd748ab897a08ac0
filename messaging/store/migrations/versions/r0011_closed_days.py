"""Days on which a business is shut besides its week."""

import sqlalchemy as sa

from messaging.store.migrations.altering import altered

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with altered("business") as table:
        table.add_column(sa.Column("closed_days", sa.Text()))


def downgrade() -> None:
    with altered("business") as table:
        table.drop_column("closed_days")
