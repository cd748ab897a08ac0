"""Entries hang on one another: what was written cannot be changed, taken out or slipped in unnoticed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging.business import BusinessId
from messaging.chain import BEGINNING, Broken, Flaw, Place, Said, following, walk
from messaging.customer import CustomerId

SAID = Said(
    business_id=BusinessId(1),
    customer_id=CustomerId(7),
    message_class="marketing",
    channel="telegram",
    given=True,
    method="chat",
    at=datetime(2026, 11, 23, 8, 0, 0, 123_000, tzinfo=UTC),
    text_id="consent.marketing",
    text_version=1,
    text="Vuole ricevere le offerte? È libera di scegliere.",
    language="it",
    address_id=3,
    message_id=44,
)


def chain(count: int) -> list[tuple[Place, Said]]:
    place, found = BEGINNING, []
    for number in range(count):
        said = replace(SAID, given=number % 2 == 0)
        place = following(place, said)
        found.append((place, said))
    return found


def test_the_hash_of_an_entry_never_changes_between_versions() -> None:
    assert following(BEGINNING, SAID) == Place(
        sequence=1, hash="f6b2c0b4bb28f0b9626a1b48cfe26dfa9bedb31ddf01b7c96956a87d6b09988e"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"business_id": BusinessId(2)}, {"customer_id": CustomerId(8)}, {"message_class": "reminder"},
        {"channel": None}, {"given": False}, {"method": "app"}, {"at": SAID.at + timedelta(milliseconds=1)},
        {"text_id": None}, {"text_version": 2}, {"text": "Altro"}, {"text": None}, {"language": "en"},
        {"address_id": 4}, {"message_id": None},
    ],
)  # fmt: skip
def test_nothing_that_an_entry_says_can_be_changed_unnoticed(changed: dict[str, Any]) -> None:
    entries = [(place, replace(SAID, given=said.given)) for place, said in chain(3)]
    assert walk(BEGINNING, entries) == entries[-1][0]

    entries[0] = (entries[0][0], replace(entries[0][1], **changed))

    assert walk(BEGINNING, entries) == Broken(sequence=1, flaw=Flaw.CHANGED)


def test_an_entry_that_was_taken_out_or_is_there_twice_is_missed_in_its_place() -> None:
    entries = chain(4)

    assert walk(BEGINNING, [*entries[:1], *entries[2:]]) == Broken(sequence=2, flaw=Flaw.MISSING)
    assert walk(BEGINNING, [*entries[:2], *entries[1:]]) == Broken(sequence=3, flaw=Flaw.MISSING)


def test_an_entry_written_anew_with_a_hash_of_its_own_breaks_the_next() -> None:
    entries = chain(3)
    forged = replace(entries[1][1], given=True)
    entries[1] = (following(entries[0][0], forged), forged)

    assert walk(BEGINNING, entries) == Broken(sequence=3, flaw=Flaw.CHANGED)


def test_a_walk_goes_on_where_the_page_before_ended() -> None:
    entries = chain(5)

    half = walk(BEGINNING, entries[:2])

    assert isinstance(half, Place)
    assert walk(half, entries[2:]) == entries[-1][0]
