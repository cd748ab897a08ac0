"""A dated thing with a state: a deadline, an appointment, an order, a purchase, an invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NewType

from messaging.asset import AssetId
from messaging.business import BusinessId
from messaging.customer import CustomerId

RecordId = NewType("RecordId", int)

CANCELLED = "cancelled"
"""The status that every record type has besides its own: the thing is off, and nothing is said of
it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it is now.

    `due_on` is a local date, `starts_at` an instant (UTC). `entry` counts the states entered, from
    1, and `entered_at` says when the present one was (UTC; the business's own date if its file
    gives one).
    """

    id: RecordId
    business_id: BusinessId
    type: str
    external_id: str
    customer_id: CustomerId
    asset_id: AssetId | None
    due_on: date | None
    starts_at: datetime | None
    status: str
    entry: int
    entered_at: datetime
    number: str | None = None
    amount_cents: int | None = None
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """What a pack says of one type of record. `finished` are the statuses after which no deadline
    is left.
    """

    id: str
    label_it: str
    label_en: str
    statuses: tuple[str, ...]
    finished: tuple[str, ...] = ()
