"""A file of the management software comes in: once or ten times, cut off or out of order, and nobody is flooded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from messaging.actions import holding, importing
from messaging.actions.upserting import store_rows
from messaging.intake import Verdict
from messaging.store import tables
from tests.doors.officina import (
    ORDERS,
    RULES,
    VEHICLES,
    count,
    edited,
    everybody,
    file,
    import_data,
    link_everybody,
    only,
)
from tests.given import Workshop

PASSED = {
    # An inspection and an insurance that were due before the day of the file; the sold van is not among them.
    ("auto.inspection_due", "RW803NK-inspection", "C1010"),
    ("auto.inspection_due", "NN249AL-inspection", "C1013"),
    ("auto.inspection_due", "NH743EH-inspection", "C1015"),
    ("auto.insurance_due", "SV209TT-insurance", "C1009"),
    ("auto.insurance_due", "TC811KC-insurance", "C1022"),
    # Services that were due in the last weeks.
    ("auto.maintenance_due", "SN509BM-maintenance", "C1027"),
    ("auto.maintenance_due", "LY131PZ-maintenance", "C1028"),
    ("auto.maintenance_due", "MW897VG-maintenance", "C1035"),
    # Still ahead, but a rung of theirs has passed. The Panda has two people.
    ("auto.inspection_due", "RA044MH-inspection", "C1018"),
    ("auto.inspection_due_estimated", "AB123CD-inspection", "C1001"),
    ("auto.inspection_due_estimated", "AB123CD-inspection", "C1002"),
    ("auto.maintenance_due", "ME931WR-maintenance", "C1005"),
    ("auto.insurance_due", "LA495DM-insurance", "C1006"),
    ("auto.insurance_due", "WR730XN-insurance", "C1021"),
}

READY = {"01220", "01222", "01227", "01228", "01229", "01231", "01237"}


@pytest.fixture
async def officina(workshop: Workshop) -> Workshop:
    """The workshop on the day of the files, its rules on, its books empty."""
    for name in RULES:
        await workshop.switch_on(name)
    return workshop


async def held(workshop: Workshop) -> set[tuple[str, str | None, str]]:
    found = await holding.held_rows(workshop.store, slug=workshop.business.slug)
    assert {each.reason for each in found} <= {"first_import"}
    return {(each.rule, each.about, each.customer) for each in found}


async def test_both_files_are_stored_as_they_are(officina: Workshop) -> None:
    vehicles = await import_data(officina, file(VEHICLES))
    orders = await import_data(officina, file(ORDERS))

    assert vehicles.counts == {
        Verdict.SKIPPED: 1,  # the header
        Verdict.IMPORTED: 43,
        Verdict.WARNING: 3,  # two of them are father and son with one phone
        Verdict.HELD: 1,
    }
    assert orders.counts == {Verdict.SKIPPED: 1, Verdict.IMPORTED: 42}
    assert (vehicles.changed, orders.changed) == (47, 42)
    assert vehicles.first_types == (
        "gas_system",
        "inspection",
        "insurance",
        "maintenance",
        "road_tax",
    )
    assert orders.first_types == ("quote", "work_order")
    assert await count(officina, tables.customer) == 36
    assert await count(officina, tables.asset) == 46
    async with officina.store.read() as conn:
        types = list(await conn.scalars(select(tables.record.c.type)))
    assert Counter(types) == {
        "inspection": 46,
        "road_tax": 45,
        "insurance": 43,
        "maintenance": 29,
        "gas_system": 9,
        "work_order": 42,
        "quote": 8,
    }


async def test_the_panda_is_one_car_of_two_people(officina: Workshop) -> None:
    await import_data(officina, file(VEHICLES))

    shared = (
        select(tables.customer.c.external_id, tables.asset_customer.c.role)
        .join(tables.asset_customer, tables.asset_customer.c.customer_id == tables.customer.c.id)
        .join(tables.asset, tables.asset.c.id == tables.asset_customer.c.asset_id)
        .where(tables.asset.c.external_id == "AB123CD")
        .order_by(tables.customer.c.external_id)
    )
    async with officina.store.read() as conn:
        found = [tuple(row) for row in await conn.execute(shared)]
    assert found == [("C1001", "holder"), ("C1002", "user")]


async def test_importing_again_changes_nothing_and_leaves_no_word_for_the_planner(
    officina: Workshop,
) -> None:
    for name in (VEHICLES, ORDERS):
        await import_data(officina, file(name))
    await officina.run()
    before = await held(officina)
    assert await count(officina, tables.change) == 0
    officina.clock.move(timedelta(minutes=5))

    again = [await import_data(officina, file(name)) for name in (VEHICLES, ORDERS)]

    assert [(each.changed, each.first_types) for each in again] == [(0, ()), (0, ())]
    assert await count(officina, tables.change) == 0
    await officina.run()
    assert await held(officina) == before


async def test_what_had_passed_at_a_first_import_waits_for_a_person_and_nothing_is_sent(
    officina: Workshop,
) -> None:
    await import_data(officina, file(VEHICLES))
    await link_everybody(officina)

    await officina.run()

    assert await held(officina) == PASSED
    assert officina.texts == []


async def test_cars_that_were_ready_before_wait_and_one_that_becomes_ready_is_told(
    officina: Workshop,
) -> None:
    await import_data(officina, file(VEHICLES))
    await import_data(officina, file(ORDERS))
    await link_everybody(officina)
    await officina.run()
    ready = {about for rule, about, _ in await held(officina) if rule == "auto.ready"}
    assert ready == {f"2026/{number}" for number in READY}
    assert officina.texts == []

    officina.clock.move(timedelta(hours=1))
    await import_data(
        officina,
        edited(ORDERS, ("Sostituzione frizione;In lavorazione;17/11/2026;;;;;;Niccolò",
                        "Sostituzione frizione;Pronta;17/11/2026;22/11/2026;;100,00;;;Niccolò")),
    )  # fmt: skip
    await officina.run()

    assert len(officina.texts) == 1
    assert "MB468LN" in officina.texts[0]


async def test_work_orders_before_their_customers_are_refused_row_by_row(
    officina: Workshop,
) -> None:
    refused = await import_data(officina, file(ORDERS))

    assert refused.counts == {Verdict.SKIPPED: 1, Verdict.REJECTED: 42}
    assert {remark.code for row in refused.remarks for remark in row.remarks} == {
        "CUSTOMER_UNKNOWN",
        "HEADER",
    }
    assert refused.changed == 0
    assert await count(officina, tables.record) == 0

    # The right order mends it, and it still is a first import.
    await import_data(officina, file(VEHICLES))
    mended = await import_data(officina, file(ORDERS))
    assert mended.counts == {Verdict.SKIPPED: 1, Verdict.IMPORTED: 42}
    await officina.run()
    assert {("auto.ready", f"2026/{number}") for number in READY} <= {
        (rule, about) for rule, about, _ in await held(officina)
    }


class CutOff(Exception):
    """The power went."""


@dataclass
class Cutting:
    """Stores rows as ever, until the power goes in the middle of a chunk."""

    chunks: int

    async def __call__(self, conn: Any, business: Any, rows: Sequence[Any], **how: Any) -> int:
        stored = await store_rows(conn, business, rows, **how)
        self.chunks -= 1
        if self.chunks == 0:
            raise CutOff
        return stored


async def test_an_import_that_was_cut_off_goes_on_and_is_still_a_first_import(
    officina: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    with monkeypatch.context() as power:
        power.setattr(importing, "store_rows", Cutting(3))
        with pytest.raises(CutOff):
            await import_data(officina, file(VEHICLES))
    stored = await count(officina, tables.customer)
    assert 0 < stored < 36

    officina.clock.move(timedelta(hours=1))
    done = await import_data(officina, file(VEHICLES))

    assert sum(done.counts.values()) == 48
    assert "inspection" in done.first_types
    assert await count(officina, tables.customer) == 36
    await link_everybody(officina)
    await officina.run()
    assert await held(officina) == PASSED
    assert officina.texts == []


async def test_a_newer_file_after_an_import_that_was_cut_off_is_still_a_first_import(
    officina: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    with monkeypatch.context() as power:
        power.setattr(importing, "store_rows", Cutting(3))
        with pytest.raises(CutOff):
            await import_data(officina, file(VEHICLES))

    newer = edited(VEHICLES, ("Via Ca' Bianca, 45;37121;Verona", "Via Nuova, 1;37121;Verona"))
    done = await import_data(officina, newer)

    assert "insurance" in done.first_types
    await link_everybody(officina)
    await officina.run()
    assert await held(officina) == PASSED
    assert officina.texts == []
    # From here on it is a file like any other.
    assert (await import_data(officina, file(VEHICLES))).first_types == ()


async def test_a_dry_run_judges_every_row_and_stores_nothing(officina: Workshop) -> None:
    judged = await import_data(officina, file(VEHICLES), dry_run=True)

    assert judged.dry_run
    assert judged.counts[Verdict.IMPORTED] == 43
    for table in (tables.customer, tables.asset, tables.record, tables.change, tables.import_run):
        assert await count(officina, table) == 0
    assert (await import_data(officina, file(ORDERS), dry_run=True)).counts[Verdict.REJECTED] == 42


async def one_customer(workshop: Workshop, code: str) -> dict[str, Any]:
    asked = select(tables.customer).where(tables.customer.c.external_id == code)
    async with workshop.store.read() as conn:
        return dict((await conn.execute(asked)).mappings().one())


async def test_a_blank_cell_leaves_a_value_alone_and_the_sign_for_it_clears_it(
    workshop: Workshop,
) -> None:
    await import_data(workshop, only(VEHICLES, "C1001"))
    before = await one_customer(workshop, "C1001")
    assert before["email"] == "mario.rossi@example.org"

    blank = only(VEHICLES, "C1001;").replace(b"mario.rossi@example.org;14/05/1968", b";")
    assert (await import_data(workshop, blank)).changed == 0
    assert await one_customer(workshop, "C1001") == before

    cleared = only(VEHICLES, "C1001;").replace(b"mario.rossi@example.org;14/05/1968", b"#@#;")
    assert (await import_data(workshop, cleared)).changed == 1
    after = await one_customer(workshop, "C1001")
    assert (after["email"], after["born_on"]) == (None, date(1968, 5, 14))


async def test_what_one_row_tells_of_a_customer_is_not_undone_by_the_blank_of_the_next(
    workshop: Workshop,
) -> None:
    # Two cars of one customer: the first row alone knows of the death, and of the phone.
    rows = (
        only(VEHICLES, "C1031;VP418YY", "C1031;Callegaro")
        .replace(b"30/09/2027;06/08/2027;210000;;;SI;", b"30/09/2027;06/08/2027;210000;;;SI;deceduta")
        .replace(b"RO;;393007799676;;;SZ579NG", b"RO;;;;;SZ579NG")
    )  # fmt: skip

    await import_data(workshop, rows)

    stored = await one_customer(workshop, "C1031")
    assert stored["deceased"] is True
    assert stored["phones"] == ["+393007799676"]


@pytest.mark.parametrize("length", [150, 230])
async def test_a_code_too_long_to_be_one_loses_its_own_row_and_no_other(
    workshop: Workshop, length: int
) -> None:
    data = only(VEHICLES, "C1001;", "C1004;").replace(b"C1004;", b"C" * length + b";")
    plate = only(VEHICLES, "C1005;").replace(b"ME931WR", b"M" * length)
    quote = (
        only(ORDERS, "2026/01234").replace(b"C1026", b"C1001").replace(b"P26-311", b"P" * length)
    )

    answers = [await import_data(workshop, each) for each in (data, plate, quote)]

    told = {remark.code for each in answers for row in each.remarks for remark in row.remarks}
    assert "TEXT_TOO_LONG" in told
    assert set(await everybody(workshop)) == {"C1001", "C1005"}
