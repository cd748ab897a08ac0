"""The people of a business in its bot, what they are told, and how soon a call is to be handled."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TO_TELL = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with altered("business") as business:
        business.add_column(sa.Column("answer_hours", sa.Integer, nullable=True))
    op.create_table(
        "staff",
        sa.Column("id", columns.Id, primary_key=True),
        sa.Column("business_id", columns.Id, sa.ForeignKey("business.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", columns.UtcDateTime, nullable=False),
        sa.Column("expires_at", columns.UtcDateTime, nullable=False),
        sa.Column("opened_by", columns.Id),
        sa.Column("sender_id", columns.Id, sa.ForeignKey("sender.id")),
        sa.Column("chat_id", columns.Id),
        sa.Column("language", sa.String(8)),
        sa.Column("topics", columns.Json),
        sa.Column("digest_at", sa.String(5), nullable=False),
        sa.Column("digest_on", sa.Date),
        sa.Column("linked_at", columns.UtcDateTime),
        sa.Column("removed_at", columns.UtcDateTime),
    )
    op.create_index("ix_staff_chat", "staff", ["sender_id", "chat_id"])
    op.create_index("ix_staff_business", "staff", ["business_id"])
    op.create_table(
        "staff_notice",
        sa.Column("id", columns.Id, primary_key=True),
        sa.Column("staff_id", columns.Id, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("data", columns.Json),
        sa.Column("due_at", columns.UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime),
        sa.Column("error", sa.Text),
        sa.Column("created_at", columns.UtcDateTime, nullable=False),
        sa.UniqueConstraint("staff_id", "subject"),
    )
    op.create_index(
        "ix_staff_notice_due",
        "staff_notice",
        ["due_at"],
        sqlite_where=_TO_TELL,
        postgresql_where=_TO_TELL,
    )


def downgrade() -> None:
    op.drop_table("staff_notice")
    op.drop_table("staff")
    with altered("business") as business:
        business.drop_column("answer_hours")
