"""Notices about a customer: birthdays by day of the year, changes of customers, rules about them."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DAY_OF_YEAR = {
    "sqlite": "CAST(strftime('%m%d', born_on) AS INTEGER)",
    "postgresql": "CAST(to_char(born_on, 'MMDD') AS INTEGER)",
}


def upgrade() -> None:
    op.add_column("customer", sa.Column("birthday", sa.Integer(), nullable=True))
    born = _DAY_OF_YEAR[op.get_bind().dialect.name]
    op.execute(f"UPDATE customer SET birthday = {born} WHERE born_on IS NOT NULL")  # noqa: S608 - ours
    op.create_index("ix_customer_birthday", "customer", ["business_id", "birthday"])
    op.execute("ALTER TABLE rule RENAME COLUMN record_type TO subject_type")
    op.add_column("rule", sa.Column("on_since", columns.UtcDateTime(), nullable=True))
    with altered("change") as change:
        change.alter_column("record_id", existing_type=columns.Id, nullable=True)
        change.add_column(sa.Column("customer_id", columns.Id, nullable=True))
        change.create_foreign_key(
            op.f("fk_change_customer_id"), "customer", ["customer_id"], ["id"]
        )
        change.create_index(op.f("ix_change_customer_id"), ["customer_id"])


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE record_id IS NULL")
    with altered("change") as change:
        change.drop_index(op.f("ix_change_customer_id"))
        change.drop_constraint(op.f("fk_change_customer_id"), type_="foreignkey")
        change.drop_column("customer_id")
        change.alter_column("record_id", existing_type=columns.Id, nullable=False)
    # A rule that the version before cannot read goes; its notices stay, and end as those of a rule that is gone.
    op.execute(
        "UPDATE notification SET rule_id = NULL WHERE rule_id IN"
        " (SELECT id FROM rule WHERE subject_type = 'customer')"
    )
    op.execute("DELETE FROM rule WHERE subject_type = 'customer'")
    op.execute("ALTER TABLE rule DROP COLUMN on_since")
    op.execute("ALTER TABLE rule RENAME COLUMN subject_type TO record_type")
    op.drop_index("ix_customer_birthday", "customer")
    # In place: a table that others refer to cannot be made anew on SQLite.
    op.execute("ALTER TABLE customer DROP COLUMN birthday")
