"""What a notice is about: a record, or the customer themselves."""

from typing import Final, TypeAlias

from messaging.customer import Customer, CustomerId
from messaging.record import Record, RecordId

Subject: TypeAlias = Record | Customer

CUSTOMER: Final = "customer"
"""The type of a subject that is the customer; no type of record is called so."""


def subject_of(subject: Subject) -> str:
    """Return what the keys of its notices name it by: `record:7`, `customer:7`."""
    if isinstance(subject, Customer):
        return name_of(None, subject.id)
    return name_of(subject.id, None)


def name_of(record_id: RecordId | None, customer_id: CustomerId | None) -> str:
    """Return the name of the record, or, if there is none, of the customer."""
    return f"customer:{customer_id}" if record_id is None else f"record:{record_id}"


def subject_type(subject: Subject) -> str:
    """Return the type of the record, or CUSTOMER."""
    return CUSTOMER if isinstance(subject, Customer) else subject.type
