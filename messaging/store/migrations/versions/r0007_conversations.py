"""What the bot has asked in a chat, and which update a reply came from."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("sender_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("chat_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("data", columns.Json(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_conversation_sender_id")
        ),
        sa.PrimaryKeyConstraint("sender_id", "chat_id", name=op.f("pk_conversation")),
    )
    op.add_column("reply", sa.Column("origin", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_reply_origin"), "reply", ["origin"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_reply_origin"), table_name="reply")
    op.drop_column("reply", "origin")
    op.drop_table("conversation")
