"""What a verb needs beyond its own line is imported when it is used: this is where, and nowhere else.

`avvisa --help` shows what the verbs say of themselves, so all of them are imported. Whatever any of them may need came
along: SQLAlchemy, Alembic, sixty commands with their models, nine tenths of the time until the help stood there
(measured, November 2026). So two modules hold names that live elsewhere, and fetch each at its first use (PEP 562):
`cli.commands`, one command each, and `cli.machinery`, which carries them out. The verbs import these two as any other.
For people and type checkers both write their names as imports, for Python as a table;
`tests/doors/test_late.py` holds the two together, and says what a verb may load.
"""

from collections.abc import Callable, Mapping
from importlib import import_module


def finder(module: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of `module`. `homes`: for each of its names, the module that it lives in.

    What it returns raises AttributeError for any other name.
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return find
