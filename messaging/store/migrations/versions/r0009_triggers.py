"""Notices about things; crossings of limits; the newest record of a customer or thing by an index."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = {"sqlite": "INTEGER", "postgresql": "BIGINT"}

_INDEXES = {
    "ix_record_of_customer": ("record", ["customer_id", "type", "entered_at"]),
    "ix_record_of_asset": ("record", ["asset_id", "type"]),
    "ix_record_entered": ("record", ["business_id", "type", "entered_at"]),
    "ix_asset_page": ("asset", ["business_id", "type", "id"]),
    "ix_customer_page": ("customer", ["business_id", "id"]),
}
_REPLACED = {"ix_record_customer_id": ["customer_id"], "ix_record_asset_id": ["asset_id"]}

# What the version before can read: its own triggers, with nothing that stops them but statuses. A colon would name a
# parameter.
_READABLE = " OR ".join(
    f"""body LIKE '{{"v"\\:1,"trigger"\\:{{"type"\\:"{trigger}"%'"""
    for trigger in ("before_date", "on_event", "anniversary")
)
_UNREADABLE = (
    f"NOT ({_READABLE}) "
    r"""OR body LIKE '%"stops"\:[{%' """
    r"""OR body LIKE '%"type"\:"end_of_window"%' OR body LIKE '%"type"\:"next_rung"%'"""
)


def upgrade() -> None:
    kind = _ID[op.get_bind().dialect.name]
    for table in ("notification", "change"):
        # In place: a table that others refer to cannot be made anew on SQLite.
        key = f"CONSTRAINT fk_{table}_asset_id REFERENCES asset (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN asset_id {kind} {key}")
        op.create_index(op.f(f"ix_{table}_asset_id"), table, ["asset_id"])
    op.create_table(
        "crossing",
        sa.Column("rule_id", columns.Id, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("beyond", sa.Boolean(), nullable=False),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_crossing_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "subject", name=op.f("pk_crossing")),
    )
    for name, (table, keys) in _INDEXES.items():
        op.create_index(name, table, keys)
    for name in _REPLACED:
        op.drop_index(op.f(name), "record")


def downgrade() -> None:
    for name, keys in _REPLACED.items():
        op.create_index(op.f(name), "record", keys)
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.drop_table("crossing")
    # A rule that the version before cannot read goes; its notices stay, and end as those of a rule that is gone.
    unreadable = f"SELECT id FROM rule WHERE {_UNREADABLE}"  # noqa: S608 - ours
    op.execute(f"UPDATE notification SET rule_id = NULL WHERE rule_id IN ({unreadable})")  # noqa: S608 - ours
    op.execute(f"DELETE FROM rule WHERE {_UNREADABLE}")  # noqa: S608 - ours
    op.execute("DELETE FROM change WHERE asset_id IS NOT NULL")
    for table in ("notification", "change"):
        op.drop_index(op.f(f"ix_{table}_asset_id"), table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN asset_id")
