"""How many notices one customer gets of a business."""

import sqlalchemy as sa

from messaging.store.migrations.altering import altered

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with altered("business") as table:
        table.add_column(sa.Column("caps", sa.Text()))


def downgrade() -> None:
    with altered("business") as table:
        table.drop_column("caps")
