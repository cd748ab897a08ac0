"""What the file said of a record's state, where a customer's answer stands over it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record", sa.Column("status_told", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("record", "status_told")
