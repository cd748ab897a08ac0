"""Packs that businesses brought themselves, as they wrote them."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from messaging.store.columns import Id, UtcDateTime
from messaging.store.schema import metadata, of_business

own_pack = Table(
    "own_pack",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("name", String(32), nullable=False),
    Column("version", Integer, nullable=False),  # from 1; the next one whenever the text changes
    Column("body", Text, nullable=False),  # YAML, as it was given
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "name"),
)
