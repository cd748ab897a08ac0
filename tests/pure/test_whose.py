"""Which customers of one chat can be told apart by their masked names."""

import pytest

from messaging.customer import CustomerId
from messaging.invitation import masked
from messaging.whose import company_of, told_apart


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (("Mario Rossi", "Lucia Bianchi"), True),
        (("Mario Rossi", "Lucia Rossi"), True),
        (("Mario Rossi", "Rossi Autotrasporti srl"), True),
        (("Mario Rossi", "Marta Ricci"), False),  # one letter, at an end
        (("Mario Rossi", "Marta Russo"), True),  # M***o R***i, M***a R***o
        (("Mario Rossi", "Marco Rossi"), False),
        (("Mario Rossi", "mario rossi"), False),
        (("Mario Rossi", None), False),
        (("Mario Rossi", "Lucia Rossi", "Anna Rossi"), True),
        (("Mario Rossi", "Lucia Rossi", "Livia Rossi"), False),
        (("Mario Rossi",), True),
    ],
)
def test_told_apart_at_a_glance(names: tuple[str | None, ...], apart: bool) -> None:
    assert told_apart([masked(each) for each in names]) is apart


def test_a_company_is_who_is_in_it() -> None:
    one, two, three = CustomerId(1), CustomerId(2), CustomerId(3)

    assert company_of([one, two]) == company_of([two, one])
    assert len({company_of([one]), company_of([one, two]), company_of([one, two, three])}) == 3
    assert company_of([CustomerId(12)]) != company_of([one, two])
