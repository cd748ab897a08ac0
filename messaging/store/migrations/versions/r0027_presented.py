"""What a bot was given of commands and descriptions last, so that a change is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sender", sa.Column("presented", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("sender", "presented")
