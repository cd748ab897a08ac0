"""Several notices of one customer leave as one message: which attempt was carried by which delivery."""

import sqlalchemy as sa
from alembic import op

from messaging.store import columns

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_CARRIED = sa.text("carrier_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("carrier_id", columns.Id, nullable=True))
    op.create_index(
        "ix_attempt_carrier",
        "attempt",
        ["carrier_id"],
        sqlite_where=_CARRIED,
        postgresql_where=_CARRIED,
    )
    op.create_index(
        "ix_delivery_besides",
        "delivery",
        ["address_id", "due_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_besides", table_name="delivery")
    op.drop_index("ix_attempt_carrier", table_name="attempt")
    op.drop_column("attempt", "carrier_id")
