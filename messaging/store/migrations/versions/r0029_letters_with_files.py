"""Letters may carry a picture or a document, by the id that Telegram gave it."""

import sqlalchemy as sa

from messaging.store import columns
from messaging.store.migrations.altering import altered

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with altered("letter") as letter:
        letter.add_column(sa.Column("file_kind", sa.String(16), nullable=True))
        letter.add_column(sa.Column("file_id", sa.Text, nullable=True))
        letter.add_column(
            sa.Column(
                "file_of",
                columns.Id,
                sa.ForeignKey("sender.id", name="fk_letter_file_of"),
                nullable=True,
            )
        )


def downgrade() -> None:
    with altered("letter") as letter:
        letter.drop_constraint("fk_letter_file_of", type_="foreignkey")
        letter.drop_column("file_of")
        letter.drop_column("file_id")
        letter.drop_column("file_kind")
