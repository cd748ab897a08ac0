"""The words of each version of a business's privacy notice."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "privacy_notice",
        sa.Column(
            "business_id",
            columns.Id,
            sa.ForeignKey("business.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("words", columns.Json, nullable=False),
        sa.Column("since", columns.UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    # Which version was shown to whom stays in the audit, with the hash of its words.
    op.drop_table("privacy_notice")
