"""People come in by themselves: by the number they share, by a spoken code, by asking the shop."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("code_hash", sa.String(length=64), nullable=True))
    op.add_column("invitation", sa.Column("phone", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_invitation_code_hash"), "invitation", ["code_hash"])
    op.add_column("address_customer", sa.Column("phone", sa.String(length=32), nullable=True))
    op.add_column("address_customer", sa.Column("doubted_at", columns.UtcDateTime(), nullable=True))
    op.create_table(
        "link_request",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.Column("chat_id", columns.Id, nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("customer_id", columns.Id, nullable=True),
        sa.Column("asked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("told_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_link_request_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_link_request_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_link_request_sender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
        sa.UniqueConstraint(
            "business_id",
            "sender_id",
            "chat_id",
            name=op.f("uq_link_request_business_id_sender_id_chat_id"),
        ),
    )
    op.create_index("ix_link_request_state", "link_request", ["business_id", "state", "id"])
    op.create_index(op.f("ix_link_request_customer_id"), "link_request", ["customer_id"])
    op.create_table(
        "guess",
        sa.Column("sender_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("chat_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_guess_sender_id")),
        sa.PrimaryKeyConstraint("sender_id", "chat_id", name=op.f("pk_guess")),
    )


def downgrade() -> None:
    op.drop_table("guess")
    op.drop_table("link_request")
    op.drop_column("address_customer", "doubted_at")
    op.drop_column("address_customer", "phone")
    op.drop_index(op.f("ix_invitation_code_hash"), table_name="invitation")
    op.drop_column("invitation", "phone")
    op.drop_column("invitation", "code_hash")
