"""Customers with one number are told apart by what only one of them knows, or by a person."""

from datetime import date

import pytest

from messaging.customer import CustomerId
from messaging.resemblance import Candidate, Datum, distinguishing, meant, plausible


def one(number: int, *codes: str, born: int | None = None) -> Candidate:
    return Candidate(
        customer_id=CustomerId(number),
        codes=frozenset(codes),
        born_on=None if born is None else date(born, 5, 1),
    )


def test_plates_are_asked_for_if_everybody_has_one_that_ends_otherwise() -> None:
    assert distinguishing([one(1, "AB123CD", "ZZ999ZZ"), one(2, "EF 456 GH")]) is Datum.PLATE


@pytest.mark.parametrize(
    "second", [one(2, born=1980), one(2, "XY993CD", born=1980), one(2, "CD", born=1980)]
)
def test_the_year_of_birth_is_asked_for_if_plates_do_not_tell(second: Candidate) -> None:
    assert distinguishing([one(1, "AB123CD", born=1956), second]) is Datum.YEAR


@pytest.mark.parametrize("second", [one(2), one(2, born=1956), one(2, "XY123CD")])
def test_a_person_decides_if_nothing_tells(second: Candidate) -> None:
    assert distinguishing([one(1, "AB123CD", born=1956), second]) is None


@pytest.mark.parametrize("answer", ["6GH", "6gh", " ef456gh ", "EF-456-GH"])
def test_the_end_of_the_plate_or_all_of_it_says_who_it_is(answer: str) -> None:
    found = meant([one(1, "AB123CD"), one(2, "EF456GH")], Datum.PLATE, answer)

    assert found is not None
    assert found.customer_id == 2


@pytest.mark.parametrize("answer", ["", "GH", "CD", "3CE", "1956", "???"])
def test_any_other_answer_says_nothing(answer: str) -> None:
    assert meant([one(1, "AB123CD"), one(2, "EF456GH")], Datum.PLATE, answer) is None


def test_an_answer_that_is_true_of_two_is_true_of_nobody() -> None:
    assert meant([one(1, born=1956), one(2, born=1956)], Datum.YEAR, "1956") is None


@pytest.mark.parametrize(
    ("datum", "answers", "others"),
    [
        (
            Datum.PLATE,
            ("3CD", "ab 123 cd", "cde"),
            ("grazie", "buongiorno", "", "a1", "12345678901"),
        ),
        (Datum.YEAR, ("1956", " 1956."), ("56", "grazie", "nel 1956", "19567")),
    ],
)
def test_what_cannot_be_an_answer_is_not_taken_for_a_wrong_one(
    datum: Datum, answers: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert all(plausible(datum, each) for each in answers)
    assert not any(plausible(datum, each) for each in others)
