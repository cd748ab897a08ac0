"""A business brings the free moments of its diary before its customers: these come for the first time all the same."""

from datetime import date, time

from messaging.actions import importing
from messaging.actions.importing import Imported
from messaging.rule import EndOfWindow, Season, month_day
from tests.automations import automate, skip_to
from tests.given import Workshop

MOMENTS = """\
Cod. disponibilità;Data;Ora;Stato;Cod. in lista
D1;10/12/2026;10:00;Libero;
D2;10/12/2026;11:00;Libero;
"""
CUSTOMERS = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
S1;C1;Gialli Marta;347 1234567;ZZ999ZZ;Revisione;31/12/2030;SI
S2;C2;Neri Bruno;333 7654321;EF456GH;Revisione;31/12/2030;NO
"""
ONE_MORE = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
S3;C3;Verdi Carla;333 7654322;EF456GK;Revisione;31/12/2030;NO
"""


async def _bring(workshop: Workshop, text: str) -> Imported:
    return await importing.import_file(
        workshop.store, slug="officina", name="f.csv", data=text.encode(), now=workshop.clock.now()
    )


async def test_customers_who_come_after_the_diary_come_for_the_first_time(
    workshop: Workshop,
) -> None:
    season = Season(first=month_day("12-01"), last=month_day("12-10"), at=time(10))
    await automate(workshop, season, expiry=EndOfWindow())
    await skip_to(workshop, date(2026, 12, 3))
    await _bring(workshop, MOMENTS)
    await workshop.run()
    before = len(await workshop.held())

    await _bring(workshop, CUSTOMERS)
    await workshop.run()

    assert (await workshop.held())[before:] == ["first_import", "first_import"]

    await _bring(workshop, ONE_MORE)
    await workshop.run()

    assert len(await workshop.held()) == before + 2
    assert [each.customer for each in await workshop.notices()].count("C3") == 1
