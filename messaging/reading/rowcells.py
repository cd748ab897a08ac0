"""The cells of one row by our names for the columns, and everything there is to say of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from messaging.intake import Remark, Told, Verdict
from messaging.reading.cells import Cell, text
from messaging.reading.mojibake import repaired
from messaging.reading.remarks import Code, Flaw, remark

_T = TypeVar("_T")

_FROM_BEST: Final = (
    Verdict.IMPORTED,
    Verdict.WARNING,
    Verdict.PARTLY,
    Verdict.HELD,
    Verdict.REJECTED,
    Verdict.SKIPPED,
    Verdict.ERASED,
)


class RowCells:
    """One row while it is being read: its cells, and the remarks and the verdict so far."""

    def __init__(
        self, cells: Sequence[str], places: Mapping[str, int], header: Sequence[str]
    ) -> None:
        self._cells = cells
        self._places = places
        self._header = header
        self._read: dict[str, str] = {}
        self._remarks: list[Remark] = []
        self._verdict = Verdict.IMPORTED

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Return what has been noted so far, in order."""
        return tuple(self._remarks)

    @property
    def verdict(self) -> Verdict:
        """Return the worst verdict noted so far."""
        return self._verdict

    def has(self, column: str | None) -> bool:
        """Return whether the file has the column at all."""
        return column in self._places

    def text(self, column: str | None) -> str:
        """Return the tidy text of a cell; empty if it is blank or not there at all.

        Broken accents come mended, with a remark to check them.
        """
        place = self._places.get(column) if column is not None else None
        if column is None or place is None or place >= len(self._cells):
            return ""
        if column not in self._read:
            self._read[column] = self._mended(column, text(self._cells[place]))
        return self._read[column]

    def _mended(self, column: str, written: str) -> str:
        mended = repaired(written)
        if mended is None:
            return written
        mended = text(mended)
        self.note(Flaw(Code.TEXT_MOJIBAKE, written, mended), column)
        return mended

    def take(
        self,
        column: str | None,
        parse: Callable[[str], Cell[_T]],
        verdict: Verdict = Verdict.WARNING,
    ) -> Told[_T]:
        """Return what the parser makes of the cell; None if the profile has no such column.

        A flaw is noted, and makes the row no better than `verdict`.
        """
        if column is None:
            return None
        cell = parse(self.text(column))
        if cell.flaw is not None:
            self.note(cell.flaw, column, verdict)
        return cell.value

    def note(
        self, flaw: Flaw, column: str | None = None, verdict: Verdict = Verdict.WARNING
    ) -> None:
        """Note a flaw of a column, or with None of the row as a whole; the same one only once."""
        place = self._places.get(column) if column is not None else None
        written = "" if place is None else text(self._header[place])
        said = remark(flaw, written)
        if said not in self._remarks:
            self._remarks.append(said)
        self._verdict = max(self._verdict, verdict, key=_FROM_BEST.index)
