"""Which customers of one chat can be told apart by their masked names."""

import pytest

from messaging.customer import CustomerId
from messaging.invitation import masked
from messaging.whose import Seen, call_apart, company_of, told_apart


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


MARIO = Seen(name="Mario Rossi", codes=("GA 123 CD", "AB 111 CC"), numbers=("4711",))


@pytest.mark.parametrize(
    ("people", "called"),
    [
        ((MARIO, Seen(name="Lucia Bianchi")), ("M***o R***i", "L***a B***i")),
        ((MARIO, Seen(name="Marco Rossi")), ("Mario R***i", "Marco R***i")),
        (
            (MARIO, Seen(name="Lucia Bianchi"), Seen(name="Marta Rizzi")),
            ("Mario Rossi", "L***a B***i", "Marta Rizzi"),
        ),
        (
            (MARIO, Seen(name="Mario Rossi", codes=("GA 999 CD", "FX 1"))),
            ("M***o R***i · AB***CC", "M***o R***i · F***"),
        ),
        (
            (MARIO, Seen(name="Mario Rossi", numbers=("4711", "4712"))),
            None,  # what one has the other has, too
        ),
        ((MARIO, Seen(name=None, numbers=("4712",))), ("M***o R***i · 4711", "4712")),
        ((MARIO, Seen(name="Marco Rossi", open=False, codes=("FX 222 YY",))), None),
        ((Seen(name="Mario Rossi"), Seen(name="MARIO ROSSI")), None),
        ((Seen(name=None), Seen(name=None)), None),
    ],
)
def test_whose_masks_are_alike_is_called_by_what_the_chat_shows_of_them(
    people: tuple[Seen, ...], called: tuple[str, ...] | None
) -> None:
    assert call_apart(people) == called
    assert call_apart(people[::-1]) == (None if called is None else called[::-1])


def test_a_company_is_who_is_in_it() -> None:
    one, two, three = CustomerId(1), CustomerId(2), CustomerId(3)

    assert company_of([one, two]) == company_of([two, one])
    assert len({company_of([one]), company_of([one, two]), company_of([one, two, three])}) == 3
    assert company_of([CustomerId(12)]) != company_of([one, two])
