"""The header of a file: where its columns are named, parted by which sign, and who knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from messaging.errors import Refused
from messaging.reading import cells
from messaging.reading.profile import Profile, profiles, recognise
from messaging.reading.table import SEPARATORS, Line, Text

_HEADER_AMONG: Final = 20
"""The header must be among so many records, with titles and empty lines."""
_COLUMNS_NAMED: Final = 30


@dataclass(frozen=True, slots=True)
class Head:
    """How the rows are to be read: by which separator and profile, below which header."""

    separator: str
    number: int
    header: tuple[str, ...]
    profile: Profile
    places: Mapping[str, int]


def find_head(text: Text, wanted: Profile | None) -> Head | None:
    """Return the head of a file; None if no profile (or not the wanted one) knows its columns."""
    for separator in SEPARATORS:
        for line in islice(text.lines(separator), _HEADER_AMONG):
            profile = wanted or recognise(line.cells)
            places = None if profile is None else profile.places(line.cells)
            if profile is not None and places is not None and line.broken is None:
                return Head(separator, line.number, line.cells, profile, places)
    return None


def unknown(text: Text, profile: Profile | None) -> Refused:
    """Return the refusal of a file without a head: it names the columns found."""
    tops = (
        next(
            (line.cells for line in islice(text.lines(sign), _HEADER_AMONG) if filled(line) > 1), ()
        )
        for sign in SEPARATORS
    )
    found = [cells.text(name)[:40] for name in max(tops, key=len)[:_COLUMNS_NAMED]]
    columns = ", ".join(name for name in found if name) or "none"
    if profile is None:
        return Refused(
            f"no profile knows this file; its columns are: {columns}",
            hint=f"profiles: {', '.join(profiles())}; one of your own: docs/profiles.md",
        )
    needs = (profile.columns[column][0] for column in profile.needs)
    return Refused(
        f"this is no file of the profile {profile.name!r}; its columns are: {columns}",
        hint=f"the profile needs at least the columns: {', '.join(needs)}",
    )


def filled(line: Line) -> int:
    """Return how many cells of the record are not blank."""
    return sum(1 for cell in line.cells if cell.strip())
