"""Dates that Italian law reckons from another date, as small dated data with their sources."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from messaging.holiday import italian_holidays

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class Law(StrEnum):
    """What is reckoned."""

    FIRST_INSPECTION = "first_inspection"
    NEXT_INSPECTION = "next_inspection"
    ROAD_TAX = "road_tax"
    FIRST_ROAD_TAX = "first_road_tax"
    INSURANCE_COVER = "insurance_cover"
    LPG_TANK = "lpg_tank"
    CNG_R110 = "cng_r110"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So long after a date. `month_end`: the last day of that month; `working_day`: or the next one
    that is neither at the weekend nor a holiday.

    `since`: of dates from this day on only. `source`: where it was read, in November 2026.
    """

    source: str
    years: int = 0
    months: int = 0
    days: int = 0
    month_end: bool = False
    working_day: bool = False
    since: date | None = None

    def end(self, day: date) -> date | None:
        """Return the day on which the term ends that the day begins; None: it does not hold for it."""
        if self.since is not None and day < self.since:
            return None
        ahead = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = divmod(ahead, 12)
        last = monthrange(year, month + 1)[1]
        found = date(year, month + 1, last if self.month_end else min(day.day, last))
        found += timedelta(days=self.days)
        return working_day_from(found) if self.working_day else found


TERMS: Final[Mapping[Law, Term]] = {
    # Cars, motorcycles and mopeds. What is inspected every year (taxis, above 3.5 t) no file tells us.
    Law.FIRST_INSPECTION: Term(
        years=4, month_end=True, source="http://motorizzazione.com/revisioni.html"
    ),
    # From the inspection that was done, early or late.
    Law.NEXT_INSPECTION: Term(
        years=2,
        month_end=True,
        source="https://cormec.com/hrf_faq/quando-devo-fare-la-revisione-della-mia-auto",
    ),
    # From the end of the paid period; of vehicles registered before 2026, until a Region changes it.
    Law.ROAD_TAX: Term(
        months=1,
        month_end=True,
        working_day=True,
        source="http://www.anconatoday.it/economia/bollo-auto-2018-come-pagare-informazioni.html",
    ),
    # From the registration. Of the later years the sources disagree, so the first one only.
    Law.FIRST_ROAD_TAX: Term(
        months=1,
        month_end=True,
        working_day=True,
        since=date(2026, 1, 1),
        source="https://edizionecaserta.net/2025/07/08/bollo-auto-dal-2026-cambia-tutto-le-principali-novita/",
    ),
    # From the end of a policy of a year; a temporary one ends when it ends.
    Law.INSURANCE_COVER: Term(
        days=15, source="https://www.la-cronaca.it/assicurazione-auto-15-giorni.html"
    ),
    # From the test after installation, to the day.
    Law.LPG_TANK: Term(
        years=10, source="https://www.revisionicrebam.it/revisioni-impianti-gpl-metano/"
    ),
    # From the last test. Cylinders of the older national kind (DGM) have five years.
    Law.CNG_R110: Term(
        years=4,
        month_end=True,
        source="https://www.revisionicrebam.it/revisioni-impianti-gpl-metano/",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TyreSeason:
    """Where an order asks for winter tyres it does so from `first` to `last` (month and day), every year;
    they may be on for `tolerance_months` more on either side. `source`: where it was read, in November 2026.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    tolerance_months: int
    source: str


WINTER_TYRES: Final = TyreSeason(
    first=(11, 15),
    last=(4, 15),
    tolerance_months=1,
    source="https://iusetnorma.it/notizie/obbligo_pneumatici_invernali_inizia_il_15_novembre_e_termina_il_15_aprile.asp",
)
"""The pack `auto` reminds of changing tyres within it; no text says that anybody must."""


def reckoned(law: Law, day: date) -> date | None:
    """Return the date that the law reckons from the day; None: the law does not hold for it."""
    return TERMS[law].end(day)


def working_day_from(day: date) -> date:
    """Return the day, or the first after it that is neither at the weekend nor a holiday."""
    while day.weekday() >= _SATURDAY or day in italian_holidays(day.year):
        day += _DAY
    return day
