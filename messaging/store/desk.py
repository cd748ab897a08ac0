"""The people of a business, what they are told, and what they write to single customers.

Instants are UTC.
"""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from messaging.store.columns import Id, Json, UtcDateTime
from messaging.store.schema import metadata, of_business, partial_index

# What somebody of the business wrote to one customer. How it fares is its notification's to tell.
letter = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("reply_id", Id, ForeignKey("reply.id"), unique=True),  # what it answers; null: nothing
    Column("address_id", Id, ForeignKey("address.id")),  # where that was asked; null: anywhere
    Column("notification_id", Id, ForeignKey("notification.id"), unique=True),
    Column("text", Text, nullable=False),
    Column("quoted", Text),  # of the customer's words
    Column("file_kind", String(16)),  # what goes with it; null: words alone
    Column("file_id", Text),  # as Telegram names it, good for one bot
    Column("file_of", Id, ForeignKey("sender.id")),  # that bot
    Column("actor", Text, nullable=False),
    # What asked for it: a Telegram update, so that handling it twice writes once. null: a command.
    Column("origin", String(64), unique=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_letter_customer", "customer_id", "id"),
)

# Somebody of the business; until the invitation is used, an invitation. Only the hash of its token is kept.
staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("opened_by", Id),  # the chat that opened the invitation: nobody else can use it
    Column("sender_id", Id, ForeignKey("sender.id")),  # null: not linked yet
    Column("chat_id", Id),
    Column("language", String(8)),
    Column("topics", Json),  # null: what the role begins with
    Column("digest_at", String(5), nullable=False),  # local wall time, HH:MM
    Column("digest_on", Date),  # the last local day that was told of
    Column("failed_until", UtcDateTime),  # what had failed by then has been told; null: nothing yet
    Column("linked_at", UtcDateTime),
    Column("removed_at", UtcDateTime),
    Index("ix_staff_chat", "sender_id", "chat_id"),
    Index("ix_staff_business", "business_id"),
)

# What somebody of the business is to be told, until it has been.
staff_notice = Table(
    "staff_notice",
    metadata,
    Column("id", Id, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("subject", String(64), nullable=False),  # "reply:17", "digest:2026-11-30"
    Column("data", Json),  # numbers only: names and texts are read when it is told
    Column("due_at", UtcDateTime, nullable=False),  # when to try (again)
    Column("attempts", Integer, nullable=False),
    Column("ended_at", UtcDateTime),  # told, or given up
    Column("error", Text),  # why it was given up; null: it was not
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("staff_id", "subject"),
    partial_index("ix_staff_notice_due", "due_at", where="ended_at IS NULL"),
)
