"""A laundry imports its tickets: what is ready is told of, and what has waited for long once more, not four times."""

from datetime import timedelta

import pytest

from tests.given import Workshop
from tests.packs.conftest import Opened
from tests.packs.trades import coming, imports, release, sample, waiting

TICKETS = ("lavanderia", "lavanderia_scontrini")


@pytest.fixture
async def laundry(opened: Opened) -> Workshop:
    """A laundry that has imported its tickets, all of its customers linked, all rules on."""
    return await opened("laundry")


async def test_what_waited_before_the_first_import_waits_for_a_person_at_its_nearest_step(
    laundry: Workshop,
) -> None:
    held = await waiting(laundry)
    not_collected = sorted(about for rule, about in held if rule == "laundry.not_collected")

    assert laundry.texts == []
    assert len(not_collected) == 9
    assert not_collected[:2] == ["48211", "48216"]
    assert {about for rule, about in held if rule == "laundry.authorise"} == {
        "48245",
        "48250",
        "48256",
    }
    soon = await coming(laundry, 4)
    assert ("laundry.not_collected", "48237", "+7d", "25/11 10:00") in soon
    assert ("laundry.not_collected", "48229", "+20d", "22/11 10:00") in soon  # since 2 November


async def test_what_becomes_ready_is_told_of_and_what_is_late_says_until_when(
    laundry: Workshop,
) -> None:
    laundry.clock.move(timedelta(hours=1))
    ready = "coperta di lana, orlo gonna;23/11/2026;{};;;7,00;NO;T1012"
    late = "camicia;{};;;;36,00;SI"
    await imports(
        laundry,
        sample(
            *TICKETS,
            (ready.format("In lavorazione;"), ready.format("Pronto;22/11/2026")),
            (late.format("25/11/2026;In lavorazione"), late.format("28/11/2026;Ritardo")),
        ),
    )
    await laundry.run()

    assert sorted(laundry.texts) == [
        "Officina Delta\nGentile Matteo Gottardo, può ritirare i capi dello scontrino 48246 (in tutto 2).",
        (
            "Officina Delta\nPer i capi dello scontrino 48253 ci serve più tempo, e ce ne scusiamo.\n"
            "Saranno pronti il 28/11/2026."
        ),
    ]


async def test_a_question_about_an_item_names_it_and_what_was_noticed(laundry: Workshop) -> None:
    await release(laundry)

    assert (
        "Officina Delta\nPrima di lavorare «tenda» vorremmo chiederle una cosa: cerniera rotta.\n"
        "Che cosa facciamo?"
    ) in laundry.texts


async def test_a_card_that_falls_below_five_euro_says_what_is_left(laundry: Workshop) -> None:
    laundry.clock.move(timedelta(hours=1))
    last = "48259;22/11/2026;09:00;L0012;Gottardo Matteo;393009977487;1;gonna;25/11/2026;In lavorazione"
    await imports(laundry, sample(*TICKETS) + f"{last};;;;7,00;SI;T1012;4,15;\r\n".encode())
    await laundry.run()

    assert laundry.texts == [
        "Officina Delta\nSulla sua tessera restano 4,15 €.\nLa può ricaricare alla prossima visita."
    ]
