"""The neighbours' files with their dates moved, as their programs export them today, and a little later."""

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from cli.demo.neighbours import AT_FIRST, LATER, Neighbour
from cli.demo.sample import AS_OF, Written

_AGE = 32
"""A number of years that 29 February has, too."""

_DATES = re.compile(
    r"(?P<slashed>\b\d\d/\d\d/202[67]\b)|(?P<iso>\b202[67]-\d\d-\d\d\b)|(?P<short>\b\d\d-\d\d-2[67]\b)"
)
"""Days of these two years: what falls due, and what was done of late. Nobody was born in them."""
_WRITTEN = {"slashed": "%d/%m/%Y", "iso": "%Y-%m-%d", "short": "%d-%m-%y"}


def write(
    directory: Path, neighbour: Neighbour, today: date, *, later: bool = False
) -> list[Written]:
    """Write the neighbour's files as of today and return them. `later`: what came next is in them."""
    folder = files("cli") / "sample" / neighbour.folder
    changes = [AT_FIRST.get(neighbour.slug), LATER.get(neighbour.slug) if later else None]
    written = []
    for name in neighbour.files:
        data = (folder / name).read_bytes()
        encoding = _encoding(data)
        text = _shifted(data.decode(encoding), today - AS_OF)
        for change in changes:
            if change is not None:
                text = _changed(text, change, today)
        path = directory / (f"{Path(name).stem}_dopo.csv" if later else name)
        path.write_bytes(text.encode(encoding))
        written.append(Written(path=path, data=path.read_bytes()))
    return written


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _shifted(text: str, by: timedelta) -> str:
    def moved(found: re.Match[str]) -> str:
        kind = found.lastgroup or "iso"
        day, month, year = _numbers(found[0], kind)
        return (date(year, month, day) + by).strftime(_WRITTEN[kind])

    return _DATES.sub(moved, text)


def _numbers(written: str, kind: str) -> tuple[int, int, int]:
    first, second, third = (int(each) for each in re.split("[/-]", written))
    if kind == "iso":
        return third, second, first
    return first, second, third if kind == "slashed" else 2000 + third


def _changed(text: str, change: tuple[str, str, str], today: date) -> str:
    beginning, old, new = change
    told = new.format(
        today=today.strftime(_WRITTEN["slashed"]),
        short=today.strftime(_WRITTEN["short"]),
        birthday=today.replace(year=today.year - _AGE).strftime(_WRITTEN["iso"]),
    )
    return "".join(
        line.replace(old, told) if line.startswith(beginning) else line
        for line in text.splitlines(keepends=True)
    )
