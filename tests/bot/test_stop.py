"""A stop that stops, and a block that is noticed."""

import pytest

from bot.conversations.stop import means_stop
from messaging.store import tables
from tests.bot.house import House


@pytest.mark.parametrize("words", ["/stop", "STOP", "Basta!", " stop. "])
async def test_a_stop_ends_everything_at_once_and_says_what_is_left(
    house: House, words: str
) -> None:
    mario = await house.linked("Mario")

    await mario.say(words)

    answer = await mario.waits_for("qui non le arriva più nulla da")
    assert "I suoi dati restano nell'archivio del negozio" in answer
    withdrawn = (await house.rows(tables.consent))[-3:]
    assert {row["message_class"] for row in withdrawn} == {"service", "reminder", "marketing"}
    assert not any(row["given"] for row in withdrawn)
    assert withdrawn[0]["text"] == answer


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Stop", True),
        ("basta", True),
        ("unsubscribe", True),
        ("non si ferma", False),
        ("la luce di stop non va", False),
        ("", False),
    ],
)
def test_a_word_alone_means_stop_and_a_sentence_does_not(text: str, *, meant: bool) -> None:
    assert means_stop(text) is meant


async def test_a_block_is_kept_and_coming_back_revives_no_offers(house: House) -> None:
    mario = await house.linked("Mario")

    await mario.block()
    await house.settled()
    [blocked] = await house.rows(tables.address)
    await mario.start()
    await mario.waits_for("Questa chat è collegata")
    [returned] = await house.rows(tables.address)

    assert (blocked["state"], returned["state"]) == ("blocked", "active")
    last = (await house.rows(tables.consent))[-1]
    assert (last["message_class"], last["given"]) == ("marketing", False)
