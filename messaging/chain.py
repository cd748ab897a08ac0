"""The ledger of consents as a chain: each entry carries a hash over what it says and over the hash before it.

Who changes, removes or slips in an entry breaks every hash from there on, unless they write all of them anew; then the
last one differs from those that were printed or noted elsewhere. An entry holds internal numbers and the words that
were shown, never a name, a phone or a chat: erasing a person leaves the chain as it is.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from messaging.business import BusinessId
from messaging.customer import CustomerId

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a business's chain: how many entries lead to it, and the hash of the last of them (64 hex digits)."""

    sequence: int
    hash: str


BEGINNING: Final = Place(sequence=0, hash="0" * 64)
"""Where the chain of every business begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an entry says, as it is hashed. `at` is UTC, to the millisecond; `channel` None: declared for all of them;
    the others None: not told, or not known.
    """

    business_id: BusinessId
    customer_id: CustomerId
    message_class: str
    channel: str | None
    given: bool
    method: str
    at: datetime
    text_id: str | None
    text_version: int | None
    text: str | None
    language: str | None
    address_id: int | None
    message_id: int | None


def following(before: Place, said: Said) -> Place:
    """Return the place of an entry that says this after the one before."""
    sequence = before.sequence + 1
    told = {
        "address": said.address_id,
        "at": (said.at - _EPOCH) // _MILLISECOND,
        "business": said.business_id,
        "channel": said.channel,
        "class": said.message_class,
        "customer": said.customer_id,
        "given": said.given,
        "language": said.language,
        "message": said.message_id,
        "method": said.method,
        "sequence": sequence,
        "text": None if said.text is None else hashlib.sha256(said.text.encode()).hexdigest(),
        "text_id": said.text_id,
        "text_version": said.text_version,
    }
    written = json.dumps(told, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{before.hash}\n{written}".encode()).hexdigest()
    return Place(sequence=sequence, hash=digest)


class Flaw(StrEnum):
    """What does not fit."""

    CHANGED = "changed"
    """The entry says something else than when it was written."""
    MISSING = "missing"
    """An entry is not there, or is there twice."""
    END = "end"
    """The entries end elsewhere than the chain says it ends."""
    NOTED = "noted"
    """The chain has another hash at this place than the one that was noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first place at which a chain does not fit."""

    sequence: int
    flaw: Flaw


def walk(before: Place, entries: Iterable[tuple[Place, Said]]) -> Place | Broken:
    """Return where the entries lead from the place before them, or the first that does not fit.

    The entries come with the place that is written at each, in the order of their sequence.
    """
    for written, said in entries:
        expected = following(before, said)
        if written.sequence != expected.sequence:
            return Broken(sequence=expected.sequence, flaw=Flaw.MISSING)
        if written.hash != expected.hash:
            return Broken(sequence=written.sequence, flaw=Flaw.CHANGED)
        before = written
    return before
