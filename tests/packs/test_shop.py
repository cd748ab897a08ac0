"""A shop imports its customers and its receipts: cards, supplies, wishes, and silence where there was a complaint."""

from datetime import date, timedelta

import pytest

from tests.automations import skip_to, tell, thing
from tests.given import Workshop
from tests.packs.conftest import Opened
from tests.packs.trades import coming, imports, sample, waiting

PURCHASES = ("negozio", "negozio_acquisti")


@pytest.fixture
async def shop(opened: Opened) -> Workshop:
    """A shop that has imported its files, all of its customers linked, all rules on."""
    return await opened("shop")


async def test_points_are_told_of_and_wishes_said_and_nothing_of_the_past_goes_out(
    shop: Workshop,
) -> None:
    assert shop.texts == []
    held = {rule for rule, _ in await waiting(shop)}
    assert held <= {"shop.post_purchase", "shop.reorder", "shop.win_back"}

    soon = await coming(shop, 10)

    wishes = [each for each in soon if each[0].startswith("shop.birthday")]
    assert [(each[0], each[1], each[3]) for each in wishes] == [
        ("shop.birthday", "N005", "24/11 10:00")  # the present besides would be one offer too many
    ]
    points = [each for each in soon if each[0] == "shop.points_expiring"]
    assert len(points) == 22  # of 29 cards, 7 are empty
    assert {each[3] for each in points} == {"01/12 10:00"}


async def test_an_order_that_is_ready_is_told_of_and_again_after_three_days_while_it_is_kept(
    shop: Workshop,
) -> None:
    async def order(code: str, status: str, due_on: date) -> None:
        await tell(
            shop,
            code,
            record_type="order",
            customer="N001",
            status=status,
            number=code,
            due_on=due_on,
            attributes={"expected_on": "2026-11-27"},
        )

    for code, until in (("O1", date(2026, 12, 10)), ("O2", date(2026, 11, 24))):
        await order(code, "placed", until)
        await order(code, "ready", until)
    await shop.wait(
        timedelta(minutes=2), step=timedelta(minutes=1)
    )  # one message a second to a chat
    (told,) = shop.texts
    assert "1. Ordine O1: è arrivato, resta da parte per lei fino al 10/12/2026" in told
    assert "2. Ordine O2: è arrivato" in told

    await skip_to(shop, date(2026, 11, 25))

    again = [text for text in shop.texts[1:] if "ordine" in text]
    assert len(again) == 1
    assert again[0].startswith("Officina Delta\nPuò ritirare il suo ordine O1: è arrivato.")


async def test_buying_an_article_again_moves_its_reminder(shop: Workshop) -> None:
    tea = "N015/A205"
    assert [each[3] for each in await coming(shop, 20) if each[1] == tea] == ["26/11 10:00"]

    shop.clock.move(timedelta(hours=1))
    row = (
        "22/11/2026;09:00;9035;1;N015;A205;Tè nero in foglie g 500;1;18,40;;18,40;Alimentari;20\r\n"
    )
    await imports(shop, sample(*PURCHASES) + row.encode("cp1252"))
    await shop.run()

    assert [each[3] for each in await coming(shop, 20) if each[1] == tea] == ["05/12 10:00"]


async def test_who_has_an_open_complaint_is_not_asked_how_they_like_it(shop: Workshop) -> None:
    question = ("shop.post_purchase", "9030/1", "+14d", "27/11 10:00")
    assert question in await coming(shop, 6)

    await tell(shop, "K1", record_type="complaint", customer="N040", status="open")

    assert question not in await coming(shop, 6)

    await tell(shop, "K1", record_type="complaint", customer="N040", status="closed")

    assert question in await coming(shop, 6)


async def test_a_card_whose_points_reach_the_prize_says_so_once(shop: Workshop) -> None:
    async def card(points: int) -> None:
        await thing(
            shop,
            "FID5003",
            customer="N003",
            asset_type="loyalty_card",
            points=points,
            prize="un ombrello",
            prize_points=500,
        )

    for points in (490, 510, 520):
        await card(points)
        await shop.run()
    await skip_to(shop, date(2026, 11, 23))

    assert [text for text in shop.texts if "ombrello" in text] == [
        (
            "Officina Delta\nCon i 520 punti della sua tessera può avere: un ombrello.\n"
            "Basta chiederlo in cassa."
        )
    ]
