"""A thing that a customer has and a business looks after: a vehicle, a contract, a card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from messaging.business import BusinessId

AssetId = NewType("AssetId", int)


class Role(StrEnum):
    """What a customer is to an asset that several may share."""

    HOLDER = "holder"
    USER = "user"


class Who(StrEnum):
    """Who of those that share a thing is told. `usual`: as the rule's class has it."""

    EVERYBODY = "everybody"
    HOLDER = "holder"
    USER = "user"
    USUAL = "usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """`code` is what people call it by (a plate); `gone` means sold or scrapped: nothing is said of
    it any more.
    """

    id: AssetId
    business_id: BusinessId
    type: str
    external_id: str
    label: str | None
    code: str | None
    gone: bool = False
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)
