"""Databases in which a business was founded by the command line: by the first test that did so, for all others.

To bring an empty database through all migrations takes a second, and most tests of the command line begin like that.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from cli.settings import Settings
from tests.doors.avvisa import Said

DATABASE = Path("avvisa.db")
"""In the folder of the test."""


@dataclass(frozen=True, slots=True)
class Foundations:
    """What the same command has made of no database, and what it said. `key`: what encrypts in all of them."""

    key: str
    folder: Path
    _said: dict[tuple[str, ...], Said] = field(default_factory=dict)

    def fit(self) -> bool:
        """Return whether there is no database here yet, and nothing that would make it another."""
        settings = Settings()
        usual = Settings.model_fields["database_url"].default
        return (
            not DATABASE.exists()
            and settings.database_url == usual
            and settings.keys() == [self.key]
        )

    def copied(self, arguments: tuple[str, ...]) -> Said | None:
        """Put the database here that the command made before, and return what it said; None if it never ran."""
        said = self._said.get(arguments)
        if said is not None:
            shutil.copy(self._kept(list(self._said).index(arguments)), DATABASE)
        return said

    def kept(self, arguments: tuple[str, ...], said: Said) -> Said:
        """Keep what the command has made, unless it was refused, and return what it said."""
        if said.code == 0:
            shutil.copy(DATABASE, self._kept(len(self._said)))
            self._said[arguments] = said
        return said

    def _kept(self, number: int) -> Path:
        return self.folder / f"{number}.db"
