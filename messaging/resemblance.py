"""Several customers with one number: what one of them knows of themselves and the others do not have."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from messaging.customer import CustomerId

_NO_SIGN: Final = re.compile(r"[^A-Z0-9]")
_LAST: Final = 3
"""Characters of a plate that are asked for: enough to part a family's cars, few enough to know by heart."""

_LONGEST_PLATE: Final = 10

PLATED: Final = "vehicle"
"""The type of the assets whose code is a plate, in every pack that has them."""


class Datum(StrEnum):
    """What can be asked to tell customers apart."""

    PLATE = "plate"
    """The last characters of the plate of a vehicle of theirs."""
    YEAR = "year"
    """The year of birth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer who has the number, and what the books know of them. `codes`: the plates of their vehicles."""

    customer_id: CustomerId
    codes: frozenset[str]
    born_on: date | None


def known_of(candidate: Candidate, datum: Datum) -> frozenset[str]:
    """Return the answers by which this customer would be known."""
    match datum:
        case Datum.PLATE:
            signs = (_NO_SIGN.sub("", code.upper()) for code in candidate.codes)
            return frozenset(each[-_LAST:] for each in signs if len(each) > _LAST)
        case Datum.YEAR:
            born_on = candidate.born_on
            return frozenset() if born_on is None else frozenset({str(born_on.year)})


def distinguishing(candidates: Sequence[Candidate]) -> Datum | None:
    """Return what tells every one of them from the others; None: nothing does, a person has to decide."""
    for datum in Datum:
        answers = [known_of(each, datum) for each in candidates]
        told = frozenset().union(*answers)
        if all(answers) and len(told) == sum(len(each) for each in answers):
            return datum
    return None


def plausible(datum: Datum, answer: str) -> bool:
    """Return whether somebody who was asked may have meant this as the answer; "thank you" is none."""
    said = _NO_SIGN.sub("", answer.upper())
    if datum is Datum.YEAR:
        return len(said) == 4 and said.isdecimal()
    has_digit = any(sign.isdecimal() for sign in said)
    return len(said) == _LAST or (has_digit and _LAST <= len(said) <= _LONGEST_PLATE)


def meant(candidates: Sequence[Candidate], datum: Datum, answer: str) -> Candidate | None:
    """Return the one of whom the answer is true; None: it is of nobody, or not of one alone."""
    said = _NO_SIGN.sub("", answer.upper())
    wanted = (
        said[-_LAST:] if datum is Datum.PLATE else said
    )  # who writes the whole plate is right too
    found = [each for each in candidates if wanted and wanted in known_of(each, datum)]
    return found[0] if len(found) == 1 else None
