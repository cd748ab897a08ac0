"""A firm imports its invoices: who owes is told so by themselves alone, behind a tap, three times at the most."""

from datetime import date, timedelta

import pytest

from messaging.notification import State
from tests.automations import skip_to
from tests.given import Workshop
from tests.packs.conftest import Opened
from tests.packs.trades import coming, imports, sample, waiting

INVOICES = ("ufficio", "ufficio_fatture")


@pytest.fixture
async def office(opened: Opened) -> Workshop:
    """A firm that has imported its invoices, all of its customers linked, all rules on."""
    return await opened("office")


async def test_what_was_overdue_before_the_first_import_waits_for_a_person_and_disputes_are_left_alone(
    office: Workshop,
) -> None:
    overdue = {about for rule, about in await waiting(office) if rule == "office.invoice_overdue"}

    assert office.texts == []
    assert overdue == {"2026/118", "2026/124", "2026/125"}
    soon = await coming(office, 4)
    assert ("office.invoice_due", "2026/129", "5d", "25/11 10:00") in soon
    assert not [each for each in soon if each[1] == "2026/123"]  # in dispute


async def test_a_new_invoice_and_a_payment_are_told_of_without_saying_what_they_are(
    office: Workshop,
) -> None:
    office.clock.move(timedelta(hours=1))
    opened_row = "2.488,41\t547,45\t3.035,86\t30-11-26\t{}\t{}\t"
    paid = opened_row.format("", "Aperta"), opened_row.format("22-11-26", "Pagata")
    new = (
        "2026/137\t22-11-26\tF0001\tDitta Verdi s.r.l.\tVerdi Sara\t0039 3001110006\t\t100,00\t22,00\t"
        "122,00\t31-12-26\t\tAperta\tRi.Ba.\t\r\n"
    )
    await imports(office, sample(*INVOICES, paid) + new.encode("cp1252"))
    await office.run()

    assert sorted(office.texts) == [
        "Officina Delta\nC'è un nuovo documento per lei.",
        "Officina Delta\nC'è una conferma per lei. Grazie!",
    ]
    assert [[button.action for button in each.buttons] for each in office.telegram.messages] == [
        ["view"],
        ["view"],
    ]


async def test_an_overdue_invoice_is_told_of_three_times_at_the_most_even_if_its_date_moves(
    office: Workshop,
) -> None:
    row = "2026/133\t26-10-26\tF0005\tEDIL MAZZÒN S.R.L.\t\t300/8908784\tamm.edilmazzonsrl@example.org\t"
    row += "82,09\t18,06\t100,15\t{}\t\tAperta"

    def told() -> list[date]:
        return [
            each.at.date()
            for each in notices
            if each.about == "2026/133"
            and each.rule == "office.invoice_overdue"
            and each.state is State.ACCEPTED
        ]

    for day in (date(2026, 11, 28), date(2026, 12, 10), date(2026, 12, 25)):
        await skip_to(office, day)
    notices = await office.notices()
    assert sorted(told()) == [date(2026, 11, 28), date(2026, 12, 10), date(2026, 12, 25)]

    await imports(office, sample(*INVOICES, (row.format("25-11-26"), row.format("31-12-26"))))
    for day in (date(2027, 1, 3), date(2027, 1, 15)):
        await skip_to(office, day)

    notices = await office.notices()
    assert len(told()) == 3
