"""A forged button cannot carry a number that the store does not hold."""

import pytest
from aiogram.filters.callback_data import CallbackData
from pydantic import ValidationError

from bot import buttons, staff_buttons

KINDS = [
    each
    for module in (buttons, staff_buttons)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, CallbackData) and each is not CallbackData
]
NUMBERS = [
    pytest.param(kind, name, id=f"{kind.__name__}.{name}")
    for kind in KINDS
    for name, field in kind.model_fields.items()
    if field.annotation is int
]


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
@pytest.mark.parametrize("forged", [-1, 2**63])
def test_its_numbers_are_those_of_rows(kind: type[CallbackData], name: str, forged: int) -> None:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate({name: forged})
    assert (name,) in {each["loc"] for each in refused.value.errors()}


def test_no_two_kinds_begin_alike() -> None:
    begins = [each.__prefix__ for each in KINDS]
    assert len(set(begins)) == len(begins)
