"""One thing that is wrong with a template: where, what, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from typing_extensions import override


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of a template. `place`: `it telegram`, `button book`, or `template`.

    `fatal`: the template cannot be saved like this; else it is a hint, and a person decides.
    """

    place: str
    what: str
    todo: str
    fatal: bool = True

    @override
    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def fatal(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults with which a template cannot be saved."""
    return [each for each in faults if each.fatal]
