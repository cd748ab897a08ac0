"""What a notice is about: a record, a thing, or the customer themselves."""

from typing import Final, TypeAlias, assert_never

from messaging.asset import Asset, AssetId
from messaging.customer import Customer, CustomerId
from messaging.record import Record, RecordId

Subject: TypeAlias = Record | Asset | Customer

CUSTOMER: Final = "customer"
"""The type of a subject that is the customer; no type of record is called so."""

_ASSET: Final = "asset:"


def asset_type_name(asset_type: str) -> str:
    """Return what a type of assets is called among the types of subjects: a type of records may bear
    the same name.
    """
    return f"{_ASSET}{asset_type}"


def asset_type_in(type_name: str) -> str | None:
    """Return the type of assets that the type of a subject names; None: it is another kind."""
    return type_name.removeprefix(_ASSET) if type_name.startswith(_ASSET) else None


def subject_of(subject: Subject) -> str:
    """Return what the keys of its notices name it by: `record:7`, `asset:7`, `customer:7`."""
    match subject:
        case Record():
            return name_of(subject.id, None, None)
        case Asset():
            return name_of(None, subject.id, None)
        case Customer():
            return name_of(None, None, subject.id)
        case _:
            assert_never(subject)


def name_of(
    record_id: RecordId | None, asset_id: AssetId | None, customer_id: CustomerId | None
) -> str:
    """Return the name of the record, or, if there is none, of the thing, or of the customer."""
    if record_id is not None:
        return f"record:{record_id}"
    return f"customer:{customer_id}" if asset_id is None else f"{_ASSET}{asset_id}"


def subject_type(subject: Subject) -> str:
    """Return the type of the record or of the thing, or CUSTOMER."""
    match subject:
        case Record():
            return subject.type
        case Asset():
            return asset_type_name(subject.type)
        case Customer():
            return CUSTOMER
        case _:
            assert_never(subject)
