"""A maker makes the same values as their class, only sooner."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from messaging.context import Context
from messaging.maker import maker
from messaging.notification import Key, Notification
from messaging.sender import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    to: str
    weight: int = 1
    tags: list[str] = field(default_factory=list)


make = maker(Parcel)


@pytest.mark.parametrize("given", [{}, {"weight": 3}, {"weight": 0, "tags": ["fragile"]}])
def test_what_is_made_is_what_the_class_makes(given: dict[str, Any]) -> None:
    made = make(to="Anna", **given)

    assert type(made) is Parcel
    assert made == Parcel(to="Anna", **given)
    assert replace(made, to="Bruno") == Parcel(to="Bruno", **given)


def test_what_is_made_is_frozen() -> None:
    made = make(to="Anna")

    with pytest.raises(FrozenInstanceError):
        made.to = "Bruno"  # type: ignore[misc]  # that is what is tried
    with pytest.raises(FrozenInstanceError):
        del made.to


def test_nothing_is_shared_that_each_is_to_have_anew() -> None:
    make(to="Anna").tags.append("fragile")

    assert make(to="Bruno").tags == []


@pytest.mark.parametrize("given", [{}, {"to": "Anna", "colour": "red"}])
def test_arguments_are_those_of_the_class(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        make(**given)


@pytest.mark.parametrize("kind", [Context, Message, Notification, Key])
def test_every_field_gets_what_was_given_for_it(kind: Callable[..., object]) -> None:
    given = {each.name: object() for each in fields(kind)}  # type: ignore[arg-type]  # a dataclass

    made = maker(kind)(**given)

    assert {name: getattr(made, name) for name in given} == given


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    weight: int

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ValueError("too light")


@dataclass(frozen=True, slots=True)
class ByPlace:
    weight: int


@pytest.mark.parametrize("kind", [Weighed, ByPlace])
def test_a_class_that_does_more_with_its_arguments_has_no_maker(kind: type) -> None:
    with pytest.raises(TypeError):
        maker(kind)
