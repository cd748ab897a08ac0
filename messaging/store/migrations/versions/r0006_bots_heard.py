"""Why a bot hears nothing, which process attends to it, and where Telegram brings its updates."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sender", sa.Column("unheard", sa.String(length=32), nullable=True))
    op.add_column("sender", sa.Column("unheard_at", columns.UtcDateTime(), nullable=True))
    op.add_column("sender", sa.Column("unheard_detail", sa.Text(), nullable=True))
    op.create_table(
        "attendance",
        sa.Column("sender_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("lease_until", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_attendance_sender_id")),
        sa.PrimaryKeyConstraint("sender_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "bot_webhook",
        sa.Column("sender_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_bot_webhook_sender_id")
        ),
        sa.PrimaryKeyConstraint("sender_id", name=op.f("pk_bot_webhook")),
        sa.UniqueConstraint("key", name=op.f("uq_bot_webhook_key")),
    )


def downgrade() -> None:
    op.drop_table("bot_webhook")
    op.drop_table("attendance")
    for name in ("unheard", "unheard_at", "unheard_detail"):
        op.drop_column("sender", name)
