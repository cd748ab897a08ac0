"""A practice imports its diary: its patients are reminded, and never of what they come for."""

from datetime import timedelta

import pytest

from tests.given import Workshop
from tests.packs.conftest import Opened
from tests.packs.trades import coming, imports, sample, waiting

DIARY = ("studio", "studio_appuntamenti")


@pytest.fixture
async def practice(opened: Opened) -> Workshop:
    """A practice that has imported its files, all of its customers linked, all rules on."""
    return await opened("studio")


async def test_who_comes_on_monday_is_reminded_on_sunday_and_who_confirmed_two_hours_before(
    practice: Workshop,
) -> None:
    assert practice.texts == []
    assert {rule for rule, _ in await waiting(practice)} == {
        "studio.appointment_booked",  # long ago: a person decides whether to tell of it at all
        "studio.appointment_moved",
    }
    assert await coming(practice, 2) == [
        ("studio.appointment_reminder", "APP7015", "1d", "22/11 10:00"),
        ("studio.appointment_reminder", "APP7017", "1d", "23/11 10:00"),
        ("studio.appointment_reminder", "APP7015", "2h", "23/11 14:00"),
        ("studio.appointment_confirmed", "APP7016", "2h", "23/11 16:00"),
    ]


async def test_a_moved_appointment_is_told_of_with_its_new_hour_and_not_with_what_it_is_for(
    practice: Workshop,
) -> None:
    practice.clock.move(timedelta(hours=1))
    row = '"APP7017";"{day}/11/2026";"10:30";"60";"P001";"Giulia D\'Angelo";"300 111 0003";"";'
    row += '"Dott.ssa Salvan";"Prima visita";"2";"{status}"'
    change = row.format(day=24, status="Fissato"), row.format(day=25, status="Spostato")
    await imports(practice, sample(*DIARY, change))
    await practice.run()

    assert practice.texts == [
        (
            "Officina Delta\nAbbiamo dovuto spostare il suo appuntamento: la nuova data è "
            "mercoledì 25 novembre alle 10:30.\nLe va bene?"
        )
    ]
    reminder = ("studio.appointment_reminder", "APP7017", "1d", "24/11 10:00")
    assert reminder in await coming(practice, 3)


async def test_who_books_a_new_appointment_is_told_that_it_stands(practice: Workshop) -> None:
    practice.clock.move(timedelta(hours=1))
    row = (
        '"APP7045";"04/01/2027";"9:30";"30";"P008";"Noemi Dell\'Orto";"301/2920530";"";"";'
        '"Controllo";"2";"Fissato";"22/11/2026 09:00";""\r\n'
    )
    await imports(practice, sample(*DIARY) + row.encode())
    await practice.run()

    assert practice.texts == [
        "Officina Delta\nAbbiamo segnato il suo appuntamento: lunedì 4 gennaio alle 9:30."
    ]
