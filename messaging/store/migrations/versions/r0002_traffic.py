"""What goes out and comes back: senders, lanes, deliveries, consents, replies."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sender",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("burst", sa.Float(), nullable=False),
        sa.Column("address_gap_ms", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("refilled_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ready_at", columns.UtcDateTime(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_sender_channel_external_id")),
    )
    op.create_table(
        "address",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=512), nullable=False),
        sa.Column("install_key", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("next_at", columns.UtcDateTime(), nullable=False),
        sa.Column("registered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_address_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint(
            "sender_id", "kind", "value", name=op.f("uq_address_sender_id_kind_value")
        ),
    )
    op.create_table(
        "business_sender",
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_business_sender_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_business_sender_sender_id")
        ),
        sa.PrimaryKeyConstraint("business_id", "channel", name=op.f("pk_business_sender")),
    )
    op.create_index(
        op.f("ix_business_sender_sender_id"), "business_sender", ["sender_id"], unique=False
    )
    op.create_table(
        "inbox",
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.Column("update_id", columns.Id, autoincrement=False, nullable=False),
        sa.Column("chat_id", columns.Id, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", columns.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_inbox_sender_id")),
        sa.PrimaryKeyConstraint("sender_id", "update_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_undone",
        "inbox",
        ["sender_id", "update_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "lane",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("sender_id", columns.Id, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("next_due", columns.UtcDateTime(), nullable=True),
        sa.Column("served_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_lane_business_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_lane_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint(
            "sender_id",
            "priority",
            "business_id",
            "stream",
            name=op.f("uq_lane_sender_id_priority_business_id_stream"),
        ),
    )
    op.create_index(
        "ix_lane_due",
        "lane",
        ["sender_id", "next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
    op.create_table(
        "address_customer",
        sa.Column("address_id", columns.Id, nullable=False),
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("linked_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_address_customer_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_address_customer_customer_id")
        ),
        sa.PrimaryKeyConstraint("address_id", "customer_id", name=op.f("pk_address_customer")),
    )
    op.create_index(
        op.f("ix_address_customer_customer_id"), "address_customer", ["customer_id"], unique=False
    )
    op.create_table(
        "consent",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("message_class", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=True),
        sa.Column("text_version", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("address_id", columns.Id, nullable=True),
        sa.Column("message_id", columns.Id, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_consent_address_id")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_consent_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_customer_id"), "consent", ["customer_id"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("anchor", sa.String(length=64), nullable=False),
        sa.Column("message_class", sa.String(length=16), nullable=False),
        sa.Column("rule_id", columns.Id, nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=True),
        sa.Column("template_id", columns.Id, nullable=False),
        sa.Column("record_id", columns.Id, nullable=True),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("route_at", columns.UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("tried", sa.Boolean(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_notification_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_notification_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_notification_record_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_notification_rule_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template.id"], name=op.f("fk_notification_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint(
            "business_id",
            "source",
            "customer_id",
            "subject",
            "rung",
            "anchor",
            name=op.f("uq_notification_business_id_source_customer_id_subject_rung_anchor"),
        ),
    )
    op.create_index(
        "ix_notification_customer",
        "notification",
        ["customer_id", "message_class", "updated_at"],
        unique=False,
    )
    op.create_index(op.f("ix_notification_record_id"), "notification", ["record_id"], unique=False)
    op.create_index(
        "ix_notification_report",
        "notification",
        ["business_id", "state", "updated_at"],
        unique=False,
    )
    op.create_index(
        "ix_notification_route",
        "notification",
        ["route_at"],
        unique=False,
        sqlite_where=sa.text("route_at IS NOT NULL"),
        postgresql_where=sa.text("route_at IS NOT NULL"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("notification_id", columns.Id, nullable=False),
        sa.Column("lane_id", columns.Id, nullable=False),
        sa.Column("address_id", columns.Id, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", columns.UtcDateTime(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_delivery_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_delivery_business_id")
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_delivery_lane_id")),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_delivery_notification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notification_id", "address_id", name=op.f("uq_delivery_notification_id_address_id")
        ),
    )
    op.create_index(
        "ix_delivery_sending",
        "delivery",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["lane_id", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "reply",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("record_id", columns.Id, nullable=True),
        sa.Column("anchor", sa.String(length=64), nullable=True),
        sa.Column("notification_id", columns.Id, nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("done_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_reply_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_reply_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_reply_notification_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_reply_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint(
            "notification_id",
            "customer_id",
            "action",
            "value",
            name=op.f("uq_reply_notification_id_customer_id_action_value"),
        ),
    )
    op.create_index("ix_reply_open", "reply", ["business_id", "done_at", "id"], unique=False)
    op.create_index(op.f("ix_reply_record_id"), "reply", ["record_id"], unique=False)
    op.create_table(
        "transition",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("notification_id", columns.Id, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_transition_notification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
    )
    op.create_index(
        op.f("ix_transition_notification_id"), "transition", ["notification_id"], unique=False
    )
    op.create_table(
        "attempt",
        sa.Column("delivery_id", columns.Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("begun_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempt")),
    )


def downgrade() -> None:
    op.drop_table("attempt")
    op.drop_table("transition")
    op.drop_table("reply")
    op.drop_table("delivery")
    op.drop_table("notification")
    op.drop_table("consent")
    op.drop_table("address_customer")
    op.drop_table("lane")
    op.drop_table("inbox")
    op.drop_table("business_sender")
    op.drop_table("address")
    op.drop_table("sender")
