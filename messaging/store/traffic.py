"""What goes out and comes back: senders, addresses, notifications in lanes, attempts, replies.

Instants are UTC.
"""

from sqlalchemy import (
    Boolean,
    Column,
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

# A bot or a Firebase project. The row is the token bucket: whoever claims debits it in the same transaction.
sender = Table(
    "sender",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(128), nullable=False),  # bot id, project id
    Column("name", Text),  # bot username
    Column("secret", Text, nullable=False),  # encrypted: bot token, service account JSON
    Column("rate", Float, nullable=False),  # tokens a second
    Column("burst", Float, nullable=False),  # tokens at the most
    Column(
        "address_gap_ms", Integer, nullable=False
    ),  # least milliseconds between two messages to one address
    Column("tokens", Float, nullable=False),
    Column("refilled_at", UtcDateTime, nullable=False),
    Column(
        "ready_at", UtcDateTime, nullable=False
    ),  # no claim before: out of tokens, or asked to rest
    Column("refused", Text),  # why the provider refuses this sender; null: it does not
    Column("refused_at", UtcDateTime),  # since when; null: it is not refused, or nobody noted when
    Column("unheard", String(32)),  # why it receives nothing; null: it does, or never should
    Column("unheard_at", UtcDateTime),
    Column("unheard_detail", Text),  # what the provider said of it
    Column("removed_at", UtcDateTime),
    Column(
        "presented", String(64)
    ),  # fingerprint of the commands and texts that the bot was given; null: of none
    UniqueConstraint("channel", "external_id"),
)

# A platform whose key the provider refuses while the sender itself works: that of Apple, or of web push.
platform_refusal = Table(
    "platform_refusal",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True),
    Column("platform", String(16), primary_key=True),  # as in a lane
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("probe_at", UtcDateTime, nullable=False),  # when one message tries it again
)

business_sender = Table(
    "business_sender",
    metadata,
    Column("business_id", Id, ForeignKey("business.id"), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("sender_id", Id, ForeignKey("sender.id"), nullable=False, index=True),
)

# A chat with one bot, or one installation of an app.
address = Table(
    "address",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sender_id", Id, ForeignKey("sender.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value", String(512), nullable=False),
    Column("install_key", String(64)),  # what the app calls itself; outlives its tokens
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("language", String(8)),
    Column("platform", String(16)),
    Column("next_at", UtcDateTime, nullable=False),  # not written to before
    Column("registered_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("sender_id", "kind", "value"),
)

# Who is reached there: a chat or a device may serve several persons.
address_customer = Table(
    "address_customer",
    metadata,
    Column("address_id", Id, ForeignKey("address.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True, index=True),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("phone", String(32)),  # the number that it was linked by; null: by an invitation
    Column("doubted_at", UtcDateTime),  # the books dropped that number then; null: no doubt
)

notification = Table(
    "notification",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("source", String(64), nullable=False),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("rung", String(32), nullable=False),
    Column("anchor", String(64), nullable=False),
    Column("message_class", String(16), nullable=False),
    Column("rule_id", Id, ForeignKey("rule.id")),
    Column("rule_version", Integer),
    Column("template_id", Id, ForeignKey("template.id"), nullable=False),
    Column("record_id", Id, ForeignKey("record.id"), index=True),
    # The thing itself, where the notice is about one; null: it is about a record, or the customer.
    Column("asset_id", Id, ForeignKey("asset.id"), index=True),
    Column("campaign_id", Id, ForeignKey("campaign.id")),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column(
        "route_at", UtcDateTime
    ),  # when to route it (again); null: routed, held with no end of its own, not let go by its campaign, or ended
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("detail", Text),  # what the reason is about: a field's name, a provider's code
    Column(
        "tried", Boolean, nullable=False
    ),  # somebody may have seen it, or sending was at least begun
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("business_id", "source", "customer_id", "subject", "rung", "anchor"),
    partial_index("ix_notification_route", "route_at", where="route_at IS NOT NULL"),
    partial_index(
        "ix_notification_turn",
        "business_id",
        "message_class",
        "route_at",
        "id",
        where="route_at IS NOT NULL",
    ),
    # Also what a campaign has not let go yet, in its order.
    partial_index(
        "ix_notification_campaign", "campaign_id", "state", "id", where="campaign_id IS NOT NULL"
    ),
    Index("ix_notification_customer", "customer_id", "message_class", "updated_at"),
    Index("ix_notification_report", "business_id", "state", "updated_at"),
)

# The way of a notification: every state that is not told by its attempts.
transition = Table(
    "transition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("notification_id", Id, ForeignKey("notification.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("code", Text),  # the provider's own
)

lane = Table(
    "lane",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sender_id", Id, ForeignKey("sender.id"), nullable=False),
    Column("priority", Integer, nullable=False),  # 0 first
    of_business(),
    Column("stream", String(64), nullable=False),  # the rule or campaign
    Column("platform", String(16), nullable=False),  # of the phones it leads to; "": none is known
    Column("zone", String(64), nullable=False),  # where its customers live; "": as the business
    Column("next_due", UtcDateTime),  # the earliest moment anything in it may leave; null: empty
    Column("served_at", UtcDateTime, nullable=False),  # whose turn it is, inside one priority
    UniqueConstraint("sender_id", "priority", "business_id", "stream", "platform", "zone"),
    partial_index("ix_lane_due", "sender_id", "next_due", where="next_due IS NOT NULL"),
)

# Where nothing leaves, whatever waits in the lanes.
pause = Table(
    "pause",
    metadata,
    Column("id", Id, primary_key=True),
    Column("business_id", Id, ForeignKey("business.id")),  # null: the whole installation
    Column("stream", String(64), nullable=False),  # as in a lane; "": all of them
    Column("since", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index("ix_pause_business", "business_id", "stream", unique=True),
    partial_index("ix_pause_installation", "stream", where="business_id IS NULL", unique=True),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("notification_id", Id, ForeignKey("notification.id"), nullable=False),
    Column("lane_id", Id, ForeignKey("lane.id"), nullable=False),
    Column("address_id", Id, ForeignKey("address.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),  # attempts begun: the number of the last one
    Column("tries", Integer, nullable=False),  # attempts that count against the backoff
    Column("doubts", Integer, nullable=False),  # attempts whose end is not known
    Column("owner", String(64)),  # who is sending it
    Column("lease_until", UtcDateTime),
    Column("provider_id", Text),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("notification_id", "address_id"),
    partial_index("ix_delivery_waiting", "lane_id", "due_at", "id", where="state = 'waiting'"),
    # What else is due to the same address, in other lanes.
    partial_index("ix_delivery_besides", "address_id", "due_at", where="state = 'waiting'"),
    partial_index("ix_delivery_sending", "lease_until", where="state = 'sending'"),
)

# Written before the network call, so that a crash leaves a trace of what may have been sent.
attempt = Table(
    "attempt",
    metadata,
    Column("delivery_id", Id, ForeignKey("delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The delivery whose message said this, too; null: its own said it. No foreign key: SQLite would have to write every
    # attempt anew for it.
    Column("carrier_id", Id),
    Column("owner", String(64), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(16)),  # null: under way, or cut off
    Column("reason", String(64)),
    Column("code", Text),
    Column(
        "repeat", Boolean, nullable=False
    ),  # the customer may see it a second time, and it says so
    partial_index("ix_attempt_carrier", "carrier_id", where="carrier_id IS NOT NULL"),
)

reply = Table(
    "reply",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("customer_id", Id, ForeignKey("customer.id"), nullable=False),
    Column("record_id", Id, ForeignKey("record.id"), index=True),
    Column("anchor", String(64)),
    Column("notification_id", Id, ForeignKey("notification.id")),
    Column("action", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("text", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),  # handled by a person
    Column("escalated_at", UtcDateTime),  # nobody handled it in time, and the owner was told
    Column("address_id", Id, ForeignKey("address.id")),  # the chat it came from; null: not known
    # What was sent besides words, as Telegram keeps it for this bot; null: nothing.
    Column("file_kind", String(16)),
    Column("file_id", Text),
    Column("origin", String(64), unique=True, index=True),  # the update that its text came with
    UniqueConstraint("notification_id", "customer_id", "action", "value"),
    Index("ix_reply_open", "business_id", "done_at", "id"),
    # Whom nobody has seen to yet, and nobody has been reminded of.
    partial_index("ix_reply_owed", "at", where="done_at IS NULL AND escalated_at IS NULL"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True),
    Column("update_id", Id, primary_key=True, autoincrement=False),
    Column("chat_id", Id),
    Column("body", Text, nullable=False),  # the update, JSON as it came
    Column("received_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("done_at", UtcDateTime),
    partial_index("ix_inbox_undone", "sender_id", "update_id", where="done_at IS NULL"),
)

# Which process speaks and listens for a bot: one at a time, for as long as it renews its lease.
attendance = Table(
    "attendance",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True, autoincrement=False),
    Column("owner", String(64), nullable=False),
    Column("lease_until", UtcDateTime, nullable=False),
)

# Where Telegram brings a bot's updates. The key is an address, not a secret: it is looked up, and written into the
# URL anew at every start, so it is kept as it is. The secret, which Telegram shows with each update, is encrypted.
bot_webhook = Table(
    "bot_webhook",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True, autoincrement=False),
    Column("key", String(32), nullable=False, unique=True),
    Column("secret", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

# What the bot has asked in a chat and waits to be told.
conversation = Table(
    "conversation",
    metadata,
    Column("sender_id", Id, ForeignKey("sender.id"), primary_key=True, autoincrement=False),
    Column("chat_id", Id, primary_key=True, autoincrement=False),
    Column("topic", String(32), nullable=False),
    Column("data", Json, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)


# A forecast that somebody was shown, kept to be compared with what happened.
prediction = Table(
    "prediction",
    metadata,
    Column("id", Id, primary_key=True),
    of_business(),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("complete", Boolean, nullable=False),  # all that it told is kept
    Index("ix_prediction_taken", "business_id", "taken_at"),
)

# What it told of one notice: the key, as of a notification.
foretold = Table(
    "foretold",
    metadata,
    Column("prediction_id", Id, ForeignKey("prediction.id"), primary_key=True),
    Column("customer_id", Id, ForeignKey("customer.id"), primary_key=True, index=True),
    Column("source", String(64), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("rung", String(32), primary_key=True),
    Column("anchor", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("goes", Boolean, nullable=False),
    Column("channel", String(16)),
    Column("reason", String(64)),
)
