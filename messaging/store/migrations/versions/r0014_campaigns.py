"""Campaigns, and which of them a notification is of.

On the way down they end, with what they had planned and nobody had tried: the code before could not send it.
"""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", columns.Id, nullable=False),
        sa.Column("business_id", columns.Id, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("halt", sa.String(length=32), nullable=True),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("template_id", columns.Id, nullable=True),
        sa.Column("message_class", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_customer", columns.Id, nullable=True),
        sa.Column("cursor", columns.Id, nullable=False),
        sa.Column("released_to", columns.Id, nullable=False),
        sa.Column("released_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ready_at", columns.UtcDateTime(), nullable=True),
        sa.Column("watching", sa.Boolean(), nullable=False),
        sa.Column("look_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_campaign_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template.id"], name=op.f("fk_campaign_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("business_id", "name", name=op.f("uq_campaign_business_id_name")),
    )
    op.create_index(
        "ix_campaign_look",
        "campaign",
        ["look_at"],
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    # In place: a table that others refer to cannot be made anew on SQLite.
    kind = _ID[op.get_bind().dialect.name]
    key = "CONSTRAINT fk_notification_campaign_id REFERENCES campaign (id)"
    op.execute(f"ALTER TABLE notification ADD COLUMN campaign_id {kind} {key}")
    op.create_index(
        "ix_notification_campaign",
        "notification",
        ["campaign_id", "state", "id"],
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute(
        "UPDATE notification SET state = 'cancelled', reason = 'rule_off', route_at = NULL "
        "WHERE campaign_id IS NOT NULL AND state IN ('planned', 'held')"
    )
    op.execute("DELETE FROM pause WHERE stream LIKE 'campaign\\:%'")
    op.drop_index("ix_notification_campaign", "notification")
    op.execute("ALTER TABLE notification DROP COLUMN campaign_id")
    op.drop_table("campaign")
