"""What audiences look at besides: a customer's tags, and since when they are one."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("since", sa.Date(), nullable=True))
    op.create_table(
        "customer_tag",
        sa.Column("customer_id", columns.Id, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_tag_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("pk_customer_tag")),
    )


# To the version before, a rule with an audience would be one for everybody. A colon would name a parameter.
_NARROWED = r"""body LIKE '%"audience"\:{%'"""


def downgrade() -> None:
    # It goes; its notices stay, and end as those of a rule that is gone.
    narrowed = f"SELECT id FROM rule WHERE {_NARROWED}"  # noqa: S608 - ours
    op.execute(f"DELETE FROM crossing WHERE rule_id IN ({narrowed})")  # noqa: S608 - ours
    op.execute(f"UPDATE notification SET rule_id = NULL WHERE rule_id IN ({narrowed})")  # noqa: S608 - ours
    op.execute(f"DELETE FROM rule WHERE {_NARROWED}")  # noqa: S608 - ours
    op.drop_table("customer_tag")
    # In place: a table that others refer to cannot be made anew on SQLite.
    op.execute("ALTER TABLE customer DROP COLUMN since")
