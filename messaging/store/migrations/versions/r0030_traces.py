"""Whoever was erased is recognized by what only they could be reached at, too."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE suppression RENAME COLUMN code_hash TO hash")
    with op.batch_alter_table("suppression") as suppression:
        suppression.add_column(
            sa.Column("kind", sa.String(16), nullable=False, server_default="code")
        )
    with op.batch_alter_table("suppression") as suppression:
        suppression.alter_column("kind", server_default=None)


def downgrade() -> None:
    # Of another code than the one that was erased, and of numbers, nothing was known before.
    op.execute("DELETE FROM suppression WHERE kind <> 'code'")
    with op.batch_alter_table("suppression") as suppression:
        suppression.drop_column("kind")
    op.execute("ALTER TABLE suppression RENAME COLUMN hash TO code_hash")
