"""A row of the table: what was measured, next to what, in the same run."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """`measured` and `beside` are words with their units; `ratio` is their quotient, None for none."""

    what: str
    measured: str
    beside: str = ""
    ratio: float | None = None
    conditions: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def table_of(rows: Sequence[Row], *, title: str) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("what", overflow="fold")
    table.add_column("measured", justify="right")
    table.add_column("beside", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("conditions", overflow="fold")
    for row in rows:
        table.add_row(row.what, row.measured, row.beside, _said(row.ratio), row.conditions)
    return table


def _said(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:.2f}" if ratio >= _SMALL else f"{ratio:.2g}"


_SMALL = 0.095
