"""How people come in: what they read of their data first, who asks the shop to be linked, and how often one guessed.

Instants are UTC.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from messaging.store.columns import Id, Json, UtcDateTime
from messaging.store.schema import metadata, of_business

link_request = Table(
    "link_request",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("sender_id", Id, ForeignKey("sender.id"), nullable=False),
    Column("chat_id", Id, nullable=False),
    Column("why", String(16), nullable=False),  # why it takes a person
    Column("state", String(16), nullable=False),
    Column("name", Text),  # what Telegram calls them; null: no longer needed
    Column("phone", String(32)),  # E.164, proven by Telegram; null: none was shared
    Column("language", String(8), nullable=False),
    Column("customer_id", Id, ForeignKey("customer.id"), index=True),  # null: nobody knows who
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("told_at", UtcDateTime),  # when the chat heard of it; null: not yet
    UniqueConstraint("business_id", "sender_id", "chat_id"),
    Index("ix_link_request_state", "business_id", "state", "id"),
)

guess = Table(
    "guess",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True, autoincrement=False),
    Column(
        "chat_id", Id, primary_key=True, autoincrement=False
    ),  # 0: all chats of the bot together
    Column("wrong", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),  # of the first wrong one
)

# What each business has said of people's data. Another version as soon as the words are others.
privacy_notice = Table(
    "privacy_notice",
    metadata,
    Column("business_id", Id, ForeignKey("business.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("words", Json, nullable=False),  # by language: {"it": {"short": "…", "long": "…"}}
    Column("since", UtcDateTime, nullable=False),  # when it was first shown
)
