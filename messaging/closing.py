"""Days on which a business is shut besides its week: the patron's day, and holidays of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_EVERY_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})")
_ONE_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """`yearly`: months and days that come every year; 29 February only when there is one. `spans`: first and last
    day of each, both included.
    """

    yearly: tuple[tuple[int, int], ...] = ()
    spans: tuple[tuple[date, date], ...] = ()

    def holds(self, day: date) -> bool:
        """Return whether the business is shut on this local day."""
        return (day.month, day.day) in self.yearly or any(
            first <= day <= last for first, last in self.spans
        )

    def __bool__(self) -> bool:
        return bool(self.yearly or self.spans)


OPEN_ALL_YEAR = ClosedDays()


def parse_closed(told: Iterable[str]) -> ClosedDays:
    """Return the days as people write them: `24/06` for every year, `24/12/2026`, `10/08/2026-22/08/2026`.

    Raises ValueError, with a sentence, for the first that is none.
    """
    yearly, spans = [], []
    for each in told:
        text = each.strip()
        if month_and_day := _EVERY_YEAR.fullmatch(text):
            day, month = map(int, month_and_day.groups())
            _date(2028, month, day, text)  # a leap year, so that 29 February is a day
            yearly.append((month, day))
        else:
            first, dash, last = text.partition("-")
            begins = _one_day(first.strip(), text)
            ends = _one_day(last.strip(), text) if dash else begins
            if ends < begins:
                raise ValueError(f"{text!r} ends before it begins")
            spans.append((begins, ends))
    return ClosedDays(yearly=tuple(sorted(set(yearly))), spans=tuple(sorted(set(spans))))


def say_closed(closed: ClosedDays) -> list[str]:
    """Return the days as `parse_closed` reads them."""
    return [
        *(f"{day:02}/{month:02}" for month, day in closed.yearly),
        *(
            f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y}-{last:%d/%m/%Y}"
            for first, last in closed.spans
        ),
    ]


def _one_day(text: str, told: str) -> date:
    found = _ONE_DAY.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{told!r} is no day: write 24/06 (every year), 24/12/2026 or 10/08/2026-22/08/2026"
        )
    day, month, year = map(int, found.groups())
    return _date(year, month, day, told)


def _date(year: int, month: int, day: int, told: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{told!r} is in no calendar") from error
