"""The ledger of consents becomes a chain: what is in it already is chained in the order in which it was written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from messaging.chain import BEGINNING, Said, following
from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PAGE = 1_000
"""Entries in memory at once: 100,000 take some seconds."""

_UNIQUE = "uq_consent_business_id_sequence"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = (
    "business_id", "customer_id", "message_class", "channel", "given", "method", "at", "text_id",
    "text_version", "text", "language", "address_id", "message_id",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column(
            "business_id",
            columns.Id,
            sa.ForeignKey("business.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("sequence", columns.Id, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.add_column("consent", sa.Column("sequence", columns.Id, nullable=True))
    op.add_column("consent", sa.Column("hash", sa.String(64), nullable=True))
    conn = op.get_bind()
    for business_id in conn.scalars(sa.text("SELECT id FROM business ORDER BY id")).all():
        _chain(conn, business_id)
    with altered("consent") as consent:
        consent.alter_column("sequence", nullable=False, existing_type=columns.Id)
        consent.alter_column("hash", nullable=False, existing_type=sa.String(64))
        consent.create_unique_constraint(_UNIQUE, ["business_id", "sequence"])


def _chain(conn: sa.Connection, business_id: int) -> None:
    place, last = BEGINNING, 0
    while rows := _page(conn, business_id, after=last):
        written = []
        for row in rows:
            told: dict[str, Any] = {name: row[name] for name in _FIELDS}
            at = _EPOCH + timedelta(milliseconds=told.pop("at"))
            place = following(place, Said(**{**told, "given": bool(told["given"]), "at": at}))
            written.append({"id": row["id"], "sequence": place.sequence, "hash": place.hash})
        conn.execute(
            sa.text("UPDATE consent SET sequence = :sequence, hash = :hash WHERE id = :id"), written
        )
        last = rows[-1]["id"]
    if last:
        conn.execute(
            sa.text(
                "INSERT INTO ledger (business_id, sequence, hash) VALUES (:id, :sequence, :hash)"
            ),
            {"id": business_id, "sequence": place.sequence, "hash": place.hash},
        )


def _page(conn: sa.Connection, business_id: int, *, after: int) -> list[sa.RowMapping]:
    asked = sa.text(
        "SELECT * FROM consent WHERE business_id = :business AND id > :after ORDER BY id LIMIT :page"
    )
    bound = {"business": business_id, "after": after, "page": PAGE}
    return list(conn.execute(asked, bound).mappings())


def downgrade() -> None:
    with altered("consent") as consent:
        consent.drop_constraint(_UNIQUE, type_="unique")
        consent.drop_column("hash")
        consent.drop_column("sequence")
    op.drop_table("ledger")
