"""What a business knows and wants: its customers, their things, its rules and texts.

Instants are UTC; dates are local to the business.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
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

business = Table(
    "business",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("timezone", String(64), nullable=False),  # IANA name
    Column("language", String(8), nullable=False),
    Column("contact", Text),
    Column("address", Text),  # as one writes it on a letter; null: not told
    Column("latitude", Float),  # degrees, WGS 84; null: not told
    Column("longitude", Float),
    Column("packs", Json),  # names of the packs that it has; null: from before this was kept
    Column("opening_hours", Text),  # JSON: when the shop is open; null: not told
    Column("sending_hours", Json),  # class -> week as JSON; null: the defaults
    Column("caps", Json),  # {"offers", "days", "daily"}; null: as every business begins
    Column("closed_days", Json),  # as people write them; null: none besides the week's
    Column("answer_hours", Integer),  # within which a call is to be handled; null: the default
    Column("suppression_key", Text),  # encrypted; null: nobody has been erased yet
    Column("created_at", UtcDateTime, nullable=False),
)

customer = Table(
    "customer",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("external_id", String(128), nullable=False),
    Column("name", Text),
    Column("company", Boolean, nullable=False),
    Column("phones", Json),  # list of E.164
    Column("email", Text),
    Column("born_on", Date),
    Column("birthday", Integer),  # month * 100 + day of born_on: what comes round is found by it
    Column("language", String(8)),  # null: the business's
    Column("timezone", String(64)),  # where they live; null: as the business
    Column("deceased", Boolean, nullable=False),
    Column("since", Date),  # a customer from that day on; null: the books do not tell
    Column("erased_at", UtcDateTime),  # what is left of somebody who was erased then
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "external_id"),
    Index("ix_customer_birthday", "business_id", "birthday"),
    Index("ix_customer_page", "business_id", "id"),
)

customer_tag = Table(
    "customer_tag",
    metadata,
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True),
    Column("tag", String(40), primary_key=True),  # in small letters
)

asset = Table(
    "asset",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("type", String(64), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("label", Text),
    Column("code", Text),
    Column("gone", Boolean, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "type", "external_id"),
    Index("ix_asset_page", "business_id", "type", "id"),
)

asset_customer = Table(
    "asset_customer",
    metadata,
    Column("asset_id", Id, ForeignKey("asset.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True, index=True),
    Column("role", String(16), nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("type", String(64), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("asset_id", Id, ForeignKey("asset.id")),
    Column("due_on", Date),  # local day
    Column("starts_at", UtcDateTime),
    Column("status", String(64), nullable=False),
    # What the file said last, where a customer's answer stands over it; null: `status` is the file's own.
    Column("status_told", String(64)),
    Column("entry", Integer, nullable=False),  # states entered so far, from 1
    Column("entered_at", UtcDateTime, nullable=False),  # when the present state was entered
    Column("number", Text),
    Column("amount_cents", Id),
    Column("attributes", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "type", "external_id"),
    Index("ix_record_due", "business_id", "type", "due_on"),
    Index("ix_record_starts", "business_id", "type", "starts_at"),
    # Who is expected on a day, whatever for.
    partial_index("ix_record_day", "business_id", "starts_at", where="starts_at IS NOT NULL"),
    Index("ix_record_status", "business_id", "type", "status", "entered_at"),
    # Who has been silent since when, and whether there is a newer one.
    Index("ix_record_entered", "business_id", "type", "entered_at"),
    Index("ix_record_of_customer", "customer_id", "type", "entered_at"),
    Index("ix_record_of_asset", "asset_id", "type"),
)

# When the management software last told anything of a type, new or not: how fresh an answer is.
freshness = Table(
    "freshness",
    metadata,
    Column("business_id", Id, ForeignKey("business.id"), primary_key=True, autoincrement=False),
    Column("subject_type", String(80), primary_key=True),  # as in a rule
    Column("told_at", UtcDateTime, nullable=False),
)

# What an upsert changed, until somebody has looked at what that means; deleted when handled.
change = Table(
    "change",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    # Exactly one of the three says what changed.
    Column("record_id", Id, ForeignKey("record.id"), index=True),
    Column("asset_id", Id, ForeignKey("asset.id"), index=True),
    Column("customer_id", Id, ForeignKey("customer.id"), index=True),
    Column("arrival", String(16), nullable=False),  # how it came to the planner's notice
    Column("at", UtcDateTime, nullable=False),
    Index("ix_change_turn", "business_id", "id"),
)

template = Table(
    "template",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("message_class", String(16), nullable=False),
    Column("confidential", Boolean, nullable=False),
    Column("body", Text, nullable=False),  # JSON: texts per language and channel, buttons
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "name", "version"),
)

rule = Table(
    "rule",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("message_class", String(16), nullable=False),
    Column("template", String(64), nullable=False),
    # What it hears of when that changes: a type of record, `customer`, or `asset:` and a type of asset.
    Column("subject_type", String(64), nullable=False),
    Column("body", Text, nullable=False),  # JSON: trigger, expiry, stops, channels
    Column("watermark", UtcDateTime),  # planned up to here; null while off
    Column("on_since", UtcDateTime),  # when the present version was switched on
    # A window so full that it takes several transactions: planned up to here for records up to the cursor.
    Column("window_until", UtcDateTime),
    Column("window_cursor", Id),  # record, asset or customer id; null: no window is half done
    Column(
        "backlog_cursor", Id
    ),  # record or customer id: what had passed at switching on is held up to it; null: all
    Column("label_it", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    UniqueConstraint("business_id", "name"),
    partial_index("ix_rule_watermark", "watermark", where="is_on"),
)

# How a thing stands to the limit of a rule: how often it has crossed it, and whether it is beyond.
crossing = Table(
    "crossing",
    metadata,
    Column("rule_id", Id, ForeignKey("rule.id"), primary_key=True),
    Column("subject", String(64), primary_key=True),  # as in the key of a notification
    Column("number", Integer, nullable=False),
    Column("beyond", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),  # when the last crossing was noticed
)

# How many notices a rule made for each local day: what is usual for it.
rule_day = Table(
    "rule_day",
    metadata,
    Column("rule_id", Id, ForeignKey("rule.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("made", Integer, nullable=False),
    Column("braked", Boolean, nullable=False),  # too many, and nobody has let them go
)

# One text to an audience. What it makes are notifications that name it.
campaign = Table(
    "campaign",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("name", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("halt", String(32)),  # why it is paused; null: it is not
    Column("template", String(64), nullable=False),
    Column("template_id", Id, ForeignKey("template.id")),  # the version checked; null: not checked
    Column("message_class", String(16), nullable=False),
    Column("body", Text, nullable=False),  # JSON: audience, channels, fields, pace, canary, dates
    Column("started_at", UtcDateTime),  # when its audience was fixed; null: not yet
    Column("expires_at", UtcDateTime),  # nothing of it leaves after; null: not started
    Column("last_customer", Id),  # the newest customer of that moment; null: not started
    Column("cursor", Id, nullable=False),  # whoever is in the audience up to here has a notice
    Column("released_to", Id, nullable=False),  # notices up to here were let go
    Column("released_at", UtcDateTime),  # when any was last; null: none
    Column("ready_at", UtcDateTime),  # when its pace lets the next go; null: not started
    Column("watching", Boolean, nullable=False),  # the first ones are not judged yet
    Column("look_at", UtcDateTime),  # when the planner looks at it; null: only when a person acts
    Column("ended_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "name"),
    partial_index("ix_campaign_look", "look_at", where="look_at IS NOT NULL"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False, index=True),
    Column("message_class", String(16), nullable=False),
    Column("channel", String(16)),  # null: declared for all
    Column("given", Boolean, nullable=False),
    Column("method", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text_id", String(64)),
    Column("text_version", Integer),
    Column("text", Text),  # the exact words shown
    Column("language", String(8)),
    Column("address_id", Id, ForeignKey("address.id")),
    Column("message_id", Id),  # the chat's message that was answered
    Column("sequence", Id, nullable=False),  # its place in the business's chain, from 1
    Column("hash", String(64), nullable=False),  # see messaging.chain
    UniqueConstraint("business_id", "sequence"),
)

# Who was erased and is not brought back by a file.
suppression = Table(
    "suppression",
    metadata,
    Column("business_id", Id, ForeignKey("business.id"), primary_key=True, autoincrement=False),
    Column("hash", String(64), primary_key=True),  # HMAC-SHA-256 of what is remembered of them
    Column("kind", String(16), nullable=False),  # Trace: what that is
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),  # what is left of them
    Column("erased_at", UtcDateTime, nullable=False),
)

# Where the chain of a business's consents ends: locked, after customers, by whoever appends to it.
ledger = Table(
    "ledger",
    metadata,
    Column("business_id", Id, ForeignKey("business.id"), primary_key=True, autoincrement=False),
    Column("sequence", Id, nullable=False),
    Column("hash", String(64), nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),  # SHA-256 of 128 random bits
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("chat_id", Id),  # the chat that opened it: nobody else can answer
    Column("used_at", UtcDateTime),
    Column("code_hash", String(64), index=True),  # of the code to be spoken; null: it has none
    Column(
        "phone", String(32)
    ),  # the shared number that found the customer; null: the shop gave it
)

app_user = Table(
    "app_user",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("profile", String(64), nullable=False),
    Column(
        "first_types", Json, nullable=False
    ),  # record types that this file brings for the first time
    Column("done_rows", Integer, nullable=False),  # the cursor: rows stored so far
    Column("counts", Json, nullable=False),  # verdict -> rows
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("ix_import_run_file", "business_id", "sha256"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Json),
)
