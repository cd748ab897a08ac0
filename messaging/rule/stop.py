"""What ends a rule's notices beside the statuses that end them: asked again when each is sent."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The customer has answered anything at all about this anchor of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """An attribute has a value: `path` is `record.NAME` or `asset.NAME`, or `record.status`."""

    path: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newer:
    """The same thing (the same customer, where the notice is about no thing) has a record of the type
    that is newer than what the notice hangs on, and not cancelled.
    """

    record_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """The number is back on its own side of the limit."""


Stop: TypeAlias = Answered | Stated | Newer | Cleared
