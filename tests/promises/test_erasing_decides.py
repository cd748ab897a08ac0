"""Of each table that names a customer it is decided what an erasing leaves: a new column has to be decided, too."""

import pytest

from messaging.store.tables import metadata

REMOVED = {
    "address_customer", "app_user", "asset_customer", "change", "customer_tag", "foretold", "invitation",
    "link_request",
}  # fmt: skip
"""Tables whose rows go."""

STAYS = {
    "notification": {
        "id", "business_id", "source", "customer_id", "subject", "rung", "anchor", "message_class", "rule_id",
        "rule_version", "template_id", "record_id", "asset_id", "campaign_id", "due_at", "expires_at", "route_at",
        "state", "reason", "detail", "tried", "created_at", "updated_at",
    },
    "consent": {
        "id", "business_id", "customer_id", "message_class", "channel", "given", "method", "at", "text_id",
        "text_version", "text", "language", "address_id", "message_id", "sequence", "hash",
    },
    "suppression": {"business_id", "hash", "kind", "customer_id", "erased_at"},
    "record": {"id", "business_id", "type", "customer_id", "entry", "entered_at"},
    "reply": {
        "id", "business_id", "customer_id", "record_id", "anchor", "notification_id", "action", "at", "escalated_at",
        "address_id",
    },
    "letter": {"id", "business_id", "customer_id", "reply_id", "address_id", "notification_id", "actor", "at"},
}  # fmt: skip
"""What is left as it was: numbers, keys, states and times, and the words of the business."""

EMPTIED = {
    "record": {
        "external_id", "asset_id", "due_on", "starts_at", "status", "status_told", "number", "amount_cents",
        "attributes", "updated_at",
    },
    "reply": {"value", "text", "file_kind", "file_id", "origin", "done_at"},
    "letter": {"text", "quoted", "file_kind", "file_id", "file_of", "origin"},
}  # fmt: skip
"""What is emptied, by messaging/store/erasures.py."""

NAMING = {
    table.name
    for table in metadata.sorted_tables
    for column in table.columns
    if any(key.column.table.name == "customer" for key in column.foreign_keys)
}


@pytest.mark.parametrize("name", sorted(NAMING - REMOVED))
def test_it_is_decided_what_stays_of_each_column(name: str) -> None:
    columns = {column.name for column in metadata.tables[name].columns}

    assert STAYS[name] | EMPTIED.get(name, set()) == columns
    assert STAYS[name] & EMPTIED.get(name, set()) == set()


def test_no_table_that_is_removed_is_gone_itself() -> None:
    assert REMOVED <= NAMING
