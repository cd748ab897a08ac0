"""A workshop with all of its pack: tyres once a season, a service by kilometres, a quote until it is answered."""

from datetime import date, timedelta

import pytest

from tests.automations import skip_to, thing
from tests.given import Workshop
from tests.packs.conftest import Opened
from tests.packs.trades import coming, imports, sample, waiting

VEHICLES = ("officina", "officina_clienti_veicoli")
ORDERS = ("officina", "officina_lavorazioni")


@pytest.fixture
async def garage(opened: Opened) -> Workshop:
    """A workshop that has imported its files, all of its customers linked, all rules on."""
    return await opened("auto")


async def test_a_quote_is_told_of_and_again_on_the_next_day_unless_the_work_goes_on(
    garage: Workshop,
) -> None:
    garage.clock.move(timedelta(hours=1))
    header, *lines = sample(*ORDERS).decode("cp1252").splitlines()
    columns = header.split(";")
    rows = [dict(zip(columns, line.split(";"), strict=True)) for line in lines if '"' not in line]
    quoted = next(row for row in rows if row["Stato"] == "Accettata")
    quoted |= {
        "Stato": "Preventivo inviato",
        "Num. preventivo": "P26-900",
        "Totale": "149,90",
        "Preventivo valido fino al": "05/12/2026",
    }
    await imports(garage, _file(columns, quoted))
    await garage.run()

    assert len(garage.texts) == 1
    assert "Ecco il preventivo P26-900 per " in garage.texts[0]
    assert "149,90 € IVA compresa, valido fino al 05/12/2026" in garage.texts[0]
    again = ("auto.quote_waiting", "P26-900", "+1d", "23/11 10:00")
    assert again in await coming(garage, 2)

    await imports(garage, _file(columns, quoted | {"Stato": "In lavorazione"}))
    await garage.run()

    assert again not in await coming(garage, 2)


def _file(columns: list[str], row: dict[str, str]) -> bytes:
    return f"{';'.join(columns)}\r\n{';'.join(row[each] for each in columns)}\r\n".encode("cp1252")


async def test_a_vehicle_that_comes_within_a_thousand_kilometres_of_its_service_says_so(
    garage: Workshop,
) -> None:
    assert ("auto.maintenance_km", "AB123CD") not in await waiting(garage)

    for driven in (43_990, 44_100, 44_200):
        await thing(garage, "AB123CD", customer="C1001", asset_type="vehicle", odometer_km=driven)
        await garage.run()
    await skip_to(garage, date(2026, 11, 23))
    await garage.wait(timedelta(minutes=1), step=timedelta(seconds=10))

    told = sorted(text.split("\n")[1] for text in garage.texts if "45000" in text)
    assert told == [
        "Gentile Anna Bianchi, Tessera (AB123CD) si avvicina ai 45000 km, quelli del tagliando.",
        "Gentile Mario Rossi, Tessera (AB123CD) si avvicina ai 45000 km, quelli del tagliando.",
    ]


async def test_in_spring_every_vehicle_that_is_not_gone_is_spoken_of_once(
    garage: Workshop,
) -> None:
    await thing(garage, "AB123CD", customer="C1001", asset_type="vehicle", tyres="all_season")
    await skip_to(garage, date(2027, 3, 31))
    soon = [each for each in await coming(garage, 2) if each[0] == "auto.summer_tyres"]

    assert {each[3] for each in soon} == {"01/04 10:00"}
    assert len(soon) > 30
    assert not {each[1] for each in soon} & {"AB123CD", "RB004KL"}  # for all seasons; sold
