"""What a business writes to one customer, and what customers send besides words."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with altered("reply") as reply:
        reply.add_column(sa.Column("escalated_at", columns.UtcDateTime, nullable=True))
        reply.add_column(sa.Column("address_id", columns.Id, nullable=True))
        reply.add_column(sa.Column("file_kind", sa.String(16), nullable=True))
        reply.add_column(sa.Column("file_id", sa.Text, nullable=True))
        reply.create_foreign_key("fk_reply_address_id", "address", ["address_id"], ["id"])
    op.create_table(
        "letter",
        sa.Column("id", columns.Id, primary_key=True),
        sa.Column("business_id", columns.Id, sa.ForeignKey("business.id"), nullable=False),
        sa.Column("customer_id", columns.Id, sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("reply_id", columns.Id, sa.ForeignKey("reply.id"), unique=True),
        sa.Column("address_id", columns.Id, sa.ForeignKey("address.id")),
        sa.Column("notification_id", columns.Id, sa.ForeignKey("notification.id"), unique=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("quoted", sa.Text),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("origin", sa.String(64), unique=True),
        sa.Column("at", columns.UtcDateTime, nullable=False),
    )
    op.create_index("ix_letter_customer", "letter", ["customer_id", "id"])


def downgrade() -> None:
    # The notices of letters stay, as ended as they are: what has not left is cancelled, for its words go.
    op.execute(
        "UPDATE notification SET state = 'cancelled', reason = 'dropped', route_at = NULL "
        "WHERE source = 'letter' AND state IN ('planned', 'held')"
    )
    op.drop_table("letter")
    with altered("reply") as reply:
        reply.drop_constraint("fk_reply_address_id", type_="foreignkey")
        reply.drop_column("file_id")
        reply.drop_column("file_kind")
        reply.drop_column("address_id")
        reply.drop_column("escalated_at")
