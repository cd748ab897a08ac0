"""A paper: a page of HTML in one piece, to read on any screen and to print on A4. It loads nothing and runs nothing.

Written by python-liquid with autoescape: whatever a name or a text holds is shown as it is.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from liquid import BoundTemplate, Environment

from messaging.wording import locale_of, say_date


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing and its name. `hash`: it is one, for machines to compare."""

    name: str
    value: str
    hash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a paper; whatever is empty is not there. `rows` are as long as `columns`. `long`: it may be broken
    over pages.
    """

    title: str = ""
    lines: Sequence[str] = ()
    quote: str = ""
    facts: Sequence[Fact] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a page says, in one language."""

    language: str
    title: str
    lines: Sequence[str] = ()
    sections: Sequence[Section] = field(default=())


def written(paper: Paper) -> str:
    """Return the page."""
    return _page().render(paper=asdict(paper))


@lru_cache(maxsize=1)
def _page() -> BoundTemplate:
    source = (files("messaging.papers") / "paper.html").read_text("utf-8")
    return Environment(autoescape=True).from_string(source)


def moment(at: datetime, language: str, zone: ZoneInfo, *, seconds: bool = False) -> str:
    """Return `29/11/2026 10:30`, or `29 November 2026 10:30`, by the zone's clock; with `seconds` exactly, and with how
    far that clock is from UTC.
    """
    local = at.astimezone(zone)
    day = say_date(at, locale_of(language), zone)
    if not seconds:
        return f"{day} {local:%H:%M}"
    return f"{day} {local:%H:%M:%S} (UTC{local:%z})"
