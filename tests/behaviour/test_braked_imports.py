"""A file that would cancel, move or set off most of what waits is not stored: a person looks at it first."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from messaging.actions import importing, inspecting
from messaging.actions.importing import Imported
from messaging.asset import Role
from messaging.brake import LEAST
from messaging.intake import AssetRow, CustomerRow, RecordRow, Row, Verdict
from messaging.notification import State
from messaging.store import rule_days, rules, tables
from messaging.upheaval import LEAST_STOPPED, Effect
from tests.automations import skip_to
from tests.given import Workshop

INSPECTION = "auto.inspection_due"
READY = "auto.ready"
DUE = date(2026, 12, 18)
"""A Friday: its "7 days before" is the Friday of the third week ahead."""

LIST = "N. scad.;Cod. cl.;Cognome e nome;Nato il;Targa;Tipo scadenza;Scad."
VEHICLES = "Cod. cliente;Cognome e nome;Targa;Scad. revisione;Scad. bollo;Ceduto"
ORDERS = "Num. ODL;Data ingresso;Cod. cliente;Targa;Stato"


def a_list(*dates: str, born_on: str = "") -> bytes:
    """Return a list of deadlines, one for each date as it is written."""
    rows = [
        f"D{n};C{n};Bianchi Anna;{born_on};TB{n:03}VW;Revisione;{due}"
        for n, due in enumerate(dates)
    ]
    return "\r\n".join([LIST, *rows, ""]).encode("cp1252")


def sold(count: int) -> bytes:
    """Return a file of vehicles that says no more than that they are sold."""
    rows = [f"C{n};Bianchi Anna;TB{n:03}VW;;;SI" for n in range(count)]
    return "\r\n".join([VEHICLES, *rows, ""]).encode("cp1252")


def orders(count: int, status: str) -> bytes:
    rows = [f"2026/{n};20/11/2026;C{n};TB{n:03}VW;{status}" for n in range(count)]
    return "\r\n".join([ORDERS, *rows, ""]).encode("cp1252")


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


async def inspections(workshop: Workshop, count: int, *, due_on: date = DUE) -> None:
    """Let so many inspections be in the books, each of a customer and a vehicle of its own."""
    await workshop.switch_on(INSPECTION)
    await workshop.rows(*(_row(n, _inspection(n, due_on)) for n in range(count)))
    await workshop.run()


async def work_orders(workshop: Workshop, count: int) -> None:
    await workshop.switch_on(READY)
    await workshop.rows(*(_row(n, _order(n)) for n in range(count)))
    await workshop.run()


def _row(n: int, *told: RecordRow) -> Row:
    plate = f"TB{n:03}VW"
    car = AssetRow(
        type="vehicle", external_id=plate, customer=f"C{n}", role=Role.HOLDER, code=plate
    )
    anna = CustomerRow(external_id=f"C{n}", name="Anna Bianchi")
    return Row(
        line=1, key=f"C{n}", verdict=Verdict.IMPORTED, customer=anna, asset=car, records=told
    )


def _inspection(n: int, due_on: date) -> RecordRow:
    return RecordRow(
        type="inspection", external_id=f"D{n}", customer=f"C{n}", asset=f"TB{n:03}VW",
        due_on=due_on, status="open", attributes={"date_source": "actual"},
    )  # fmt: skip


def _order(n: int) -> RecordRow:
    return RecordRow(
        type="work_order", external_id=f"2026/{n}", customer=f"C{n}", asset=f"TB{n:03}VW",
        status="in_progress",
    )  # fmt: skip


async def import_file(
    workshop: Workshop, data: bytes, *, dry_run: bool = False, anyway: bool = False
) -> Imported:
    return await importing.import_file(
        workshop.store,
        slug=workshop.business.slug,
        name="export.csv",
        data=data,
        now=workshop.clock.now(),
        dry_run=dry_run,
        anyway=anyway,
    )


async def due_dates(workshop: Workshop) -> set[date | None]:
    async with workshop.store.read() as conn:
        return set(await conn.scalars(select(tables.record.c.due_on)))


async def acts(workshop: Workshop) -> list[str]:
    """Return what the audit says of files."""
    asked = select(tables.audit.c.act).where(tables.audit.c.act.startswith("import"))
    async with workshop.store.read() as conn:
        return list(await conn.scalars(asked.order_by(tables.audit.c.id)))


async def to_look_at(workshop: Workshop) -> list[str]:
    found = await inspecting.inspect(
        workshop.store, slug=workshop.business.slug, now=workshop.clock.now()
    )
    return [each.code for each in found if each.code.startswith("import")]


def done(imported: Imported) -> tuple[int, int, int | None]:
    """Return what would be cancelled, what moved, and of how many."""
    assert imported.upheaval is not None
    return imported.upheaval.cancelled, imported.upheaval.moved, imported.upheaval.waiting


async def test_a_file_without_its_dates_waits_until_a_person_lets_it_in(
    workshop: Workshop,
) -> None:
    await inspections(workshop, 30)
    file = a_list(*["#@#"] * 30)

    waits = await import_file(workshop, file)

    assert (waits.braked, done(waits)) == (True, (30, 0, 30))
    assert waits.counts[Verdict.IMPORTED] == 30
    assert waits.upheaval is not None
    first = waits.upheaval.touched[0]
    assert (first.effect, first.rule, first.customer, first.about) == (
        Effect.CANCELLED, INSPECTION, "C0", "D0",
    )  # fmt: skip
    assert await due_dates(workshop) == {DUE}
    assert await acts(workshop) == ["import.brake"]
    assert await to_look_at(workshop) == ["import_waits"]

    workshop.clock.move(timedelta(minutes=5))
    stored = await import_file(workshop, file, anyway=True)

    assert (stored.braked, stored.changed) == (False, 30)
    assert await due_dates(workshop) == {None}
    assert await acts(workshop) == ["import.brake", "import.anyway", "import"]
    assert await to_look_at(workshop) == []


async def test_a_file_whose_dates_are_all_others_waits_and_a_right_one_takes_its_place(
    workshop: Workshop,
) -> None:
    await inspections(workshop, 30)
    other = a_list(*[written(DUE + timedelta(days=200))] * 30)

    waits = await import_file(workshop, other)
    looked = await import_file(workshop, other, dry_run=True)
    workshop.clock.move(timedelta(minutes=5))
    right = await import_file(workshop, a_list(*[written(DUE)] * 30))

    assert (waits.braked, done(waits)) == (True, (0, 30, 30))
    assert done(looked) == done(waits)
    assert (right.braked, right.changed, await to_look_at(workshop)) == (False, 0, [])


async def test_a_file_of_vehicles_that_are_all_sold_waits_for_what_it_silences(
    workshop: Workshop,
) -> None:
    await inspections(workshop, 30)

    waits = await import_file(workshop, sold(30))

    assert (waits.braked, done(waits)) == (True, (30, 0, 30))


async def test_what_waits_for_a_person_already_waits_all_the_same(workshop: Workshop) -> None:
    passed = date(2026, 11, 20)
    await workshop.switch_on(INSPECTION)
    rows = [_row(n, _inspection(n, passed)) for n in range(30)]
    await workshop.rows(*rows, first_types=("inspection",))
    await workshop.run()
    assert len(await workshop.held()) == 30

    waits = await import_file(workshop, a_list(*["#@#"] * 30))

    assert (waits.braked, done(waits)) == (True, (30, 0, 30))


@pytest.mark.parametrize(
    ("books", "changed"), [(60, 30), (LEAST_STOPPED - 1, LEAST_STOPPED - 1)], ids=["half", "few"]
)
async def test_half_of_what_waits_and_what_is_few_is_nobodys_mistake(
    workshop: Workshop, books: int, changed: int
) -> None:
    await inspections(workshop, books)
    done_now = [written(DUE + timedelta(days=730))] * changed

    stored = await import_file(workshop, a_list(*done_now, *[written(DUE)] * (books - changed)))

    assert (stored.braked, stored.changed) == (False, changed)


async def test_all_birthdays_on_other_days_wait(workshop: Workshop) -> None:
    born_on = date(1971, 12, 3)
    await workshop.switch_on("auto.birthday")
    people = [CustomerRow(external_id=f"C{n}", born_on=born_on) for n in range(25)]
    await workshop.rows(
        *(Row(line=1, key="", verdict=Verdict.IMPORTED, customer=each) for each in people)
    )

    waits = await import_file(workshop, a_list(*[written(DUE)] * 25, born_on="14/05/1948"))

    assert (waits.braked, done(waits)) == (True, (0, 25, 25))


async def test_a_first_import_is_none_of_this(workshop: Workshop) -> None:
    await workshop.switch_on(INSPECTION)

    first = await import_file(workshop, a_list(*[written(date(2026, 11, 28))] * (LEAST + 10)))

    assert (first.braked, first.changed) == (False, LEAST + 10)


async def test_every_car_ready_at_once_waits_for_a_person(workshop: Workshop) -> None:
    await work_orders(workshop, LEAST + 10)

    waits = await import_file(workshop, orders(LEAST + 10, "Pronta"))
    await workshop.run()

    assert waits.braked
    assert set_off(waits) == [(READY, LEAST + 10, LEAST + 10)]
    assert workshop.texts == []
    assert (await import_file(workshop, orders(LEAST + 10, "Pronta"), anyway=True)).changed


def set_off(imported: Imported) -> Sequence[tuple[str, int, int]]:
    assert imported.upheaval is not None
    return [(each.rule, each.count, each.of) for each in imported.upheaval.set_off]


async def test_every_date_tomorrow_waits_for_a_person(workshop: Workshop) -> None:
    count = LEAST + 5
    await inspections(workshop, count, due_on=date(2027, 9, 30))
    assert await notices(workshop) == 0

    waits = await import_file(workshop, a_list(*["24/11/2026"] * count))

    assert waits.braked
    assert set_off(waits) == [(INSPECTION, count, count)]


async def notices(workshop: Workshop) -> int:
    async with workshop.store.read() as conn:
        return int(await conn.scalar(select(func.count()).select_from(tables.notification)) or 0)


async def test_what_a_rule_has_usual_days_for_is_left_to_its_own_brake(workshop: Workshop) -> None:
    await work_orders(workshop, LEAST + 10)
    async with workshop.store.begin() as conn:
        ready = await rules.by_name(conn, workshop.business.id, READY)
        days = {date(2026, 11, 10 + n): 5 for n in range(7)}
        await rule_days.add(conn, ready.id, days)

    stored = await import_file(workshop, orders(LEAST + 10, "Pronta"))
    await workshop.run()

    assert not stored.braked
    assert set(await workshop.held()) == {"brake"}
    assert workshop.texts == []


async def test_many_that_are_ready_out_of_many_more_are_an_ordinary_day(
    workshop: Workshop,
) -> None:
    await work_orders(workshop, 2 * (LEAST + 10))

    assert not (await import_file(workshop, orders(LEAST + 10, "Pronta"))).braked


async def test_no_rule_on_nothing_to_look_at(workshop: Workshop) -> None:
    await workshop.rows(*(_row(n, _inspection(n, DUE)) for n in range(30)))

    stored = await import_file(workshop, a_list(*["#@#"] * 30))

    assert (stored.braked, stored.upheaval) == (False, None)


class CutOff(Exception):
    """The power went."""


async def test_a_file_that_was_let_in_and_cut_off_goes_on_without_another_word(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inspections(workshop, 40)
    file = a_list(*["#@#"] * 40)

    def out(rows: int) -> None:
        raise CutOff

    with pytest.raises(CutOff):
        await importing.import_file(
            workshop.store, slug=workshop.business.slug, name="export.csv", data=file,
            now=workshop.clock.now(), anyway=True, progress=out,
        )  # fmt: skip
    assert await due_dates(workshop) == {DUE, None}

    rest = await import_file(workshop, file)

    assert (rest.braked, await due_dates(workshop)) == (False, {None})


async def test_what_has_gone_out_already_is_not_set_off_again(workshop: Workshop) -> None:
    await inspections(workshop, LEAST + 5, due_on=date(2026, 11, 30))
    await skip_to(workshop, date(2026, 11, 23))
    assert await notices(workshop) == LEAST + 5
    async with workshop.store.begin() as conn:  # as if all of them were linked
        await conn.execute(update(tables.notification).values(state=State.ACCEPTED, tried=True))

    moved_by_a_day = await import_file(workshop, a_list(*["01/12/2026"] * (LEAST + 5)))

    assert not moved_by_a_day.braked
