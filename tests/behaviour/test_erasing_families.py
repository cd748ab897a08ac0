"""Somebody is erased who shares a car: the others are reminded of it as before, and nothing of that person is left."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from messaging.actions import importing
from messaging.asset import Role
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.record import CANCELLED
from messaging.store.tables import customer, record
from tests.behaviour.test_erasing import erase, everything
from tests.given import DUE, MONDAY, Workshop


async def a_family(workshop: Workshop) -> None:
    """Marta holds the car, Bruno drives it; the deadline, a visit and a job are kept under her name."""
    await workshop.switch_on()
    for code, name, role in (
        ("C-77", "Marta Gialli", Role.HOLDER),
        ("C2", "Bruno Neri", Role.USER),
    ):
        await workshop.customer(code, name=name)
        car = AssetRow(
            type="vehicle",
            external_id="EF456GH",
            customer=code,
            role=role,
            label="Panda",
            code="EF456GH",
        )
        await workshop.rows(Row(line=1, key=code, verdict=Verdict.IMPORTED, asset=car))
    common: dict[str, Any] = {"customer": "C-77", "asset": "EF456GH"}
    for told in (
        RecordRow(
            type="inspection",
            external_id="D1",
            due_on=DUE,
            status="open",
            number="77/2026",
            amount_cents=7900,
            attributes={"date_source": "actual", "remark": "la signora Gialli paga a rate"},
            **common,
        ),
        RecordRow(
            type="insurance", external_id="C-77/a", due_on=date(2027, 5, 1), status="open", **common
        ),
        RecordRow(
            type="appointment",
            external_id="A1",
            starts_at=MONDAY + timedelta(days=9),
            status="booked",
            **common,
        ),
    ):
        await workshop.record(told)  # fmt: skip


async def records(workshop: Workshop) -> dict[str, dict[str, Any]]:
    """Return the records by type, each with the code of its customer."""
    asked = select(record, customer.c.external_id.label("whose")).join(
        customer, customer.c.id == record.c.customer_id
    )
    async with workshop.store.read() as conn:
        rows = [dict(row) for row in (await conn.execute(asked)).mappings()]
    return {row["type"]: row for row in rows}


async def test_whoever_shares_the_car_is_reminded_as_before_and_sees_nothing_of_the_other(
    workshop: Workshop,
) -> None:
    await a_family(workshop)

    await erase(workshop)
    await workshop.wait(timedelta(days=2), step=timedelta(hours=8))

    [text] = workshop.texts
    assert "08/12/2026" in text
    after = await records(workshop)
    assert {kind: row["whose"][:6] for kind, row in after.items()} == {
        "inspection": "C2", "insurance": "C2", "appointment": "erased",
    }  # fmt: skip
    inspection = after["inspection"]
    assert (inspection["external_id"], inspection["status"], inspection["due_on"]) == (
        "D1", "open", DUE,
    )  # fmt: skip
    assert (inspection["number"], inspection["amount_cents"]) == (None, None)
    assert inspection["attributes"] == {"date_source": "actual"}
    assert (after["appointment"]["status"], after["appointment"]["starts_at"]) == (CANCELLED, None)
    whole = await everything(workshop)
    assert [each for each in ("Marta", "Gialli", "C-77", "77/2026", "7900") if each in whole] == []


async def test_when_the_last_of_them_is_erased_nothing_is_left(workshop: Workshop) -> None:
    await a_family(workshop)

    await erase(workshop)
    await erase(workshop, "C2")
    await workshop.wait(timedelta(days=30), step=timedelta(days=1))

    assert workshop.texts == []
    assert {row["status"] for row in (await records(workshop)).values()} == {CANCELLED}
    assert "EF456GH" not in await everything(workshop)


async def test_nothing_is_kept_for_somebody_who_has_died(workshop: Workshop) -> None:
    await a_family(workshop)
    dead = CustomerRow(external_id="C2", deceased=True)
    await workshop.rows(Row(line=1, key="C2", verdict=Verdict.IMPORTED, customer=dead))

    await erase(workshop)

    assert {row["status"] for row in (await records(workshop)).values()} == {CANCELLED}


FILE = """\
N. scad.;Cod. cl.;Cognome e nome;Cell.;Targa;Tipo scadenza;Scad.;Privacy
D1;C-77;Gialli Marta;347 1234567;EF456GH;Revisione;31/12/2030;SI
D2;C-77;Gialli Marta;347 1234567;ZZ999ZZ;Revisione;31/12/2030;SI
"""


async def test_a_file_that_still_names_the_other_tells_of_the_shared_car_alone(
    workshop: Workshop,
) -> None:
    """The shop's program has the car in her name: without this its inspection would never be done."""
    await a_family(workshop)
    await erase(workshop)

    for dry in (True, False):
        told = await importing.import_file(
            workshop.store, slug="officina", name="f.csv", data=FILE.encode(), now=workshop.clock.now(),
            dry_run=dry, anyway=True,
        )  # fmt: skip
        assert (told.counts.get(Verdict.WARNING), told.counts[Verdict.ERASED]) == (1, 1)
        assert "per chi ce l'ha ancora" in " ".join(
            remark.it for row in told.remarks for remark in row.remarks if row.line == 2
        )

    kept = (await records(workshop))["inspection"]
    assert (kept["whose"], kept["due_on"]) == ("C2", date(2030, 12, 31))
    whole = await everything(workshop)
    assert [each for each in ("Marta", "Gialli", "C-77", "ZZ999ZZ") if each in whole] == []
