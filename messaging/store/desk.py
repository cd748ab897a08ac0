"""What the people of a business do: what they write to single customers.

Instants are UTC.
"""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from messaging.store.columns import Id, UtcDateTime
from messaging.store.schema import metadata, of_business

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
    Column("actor", Text, nullable=False),
    # What asked for it: a Telegram update, so that handling it twice writes once. null: a command.
    Column("origin", String(64), unique=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_letter_customer", "customer_id", "id"),
)
