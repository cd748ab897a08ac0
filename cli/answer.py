"""What a command answers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an answer: what people see; `columns` and each row have the same length."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: `data` for programs (`--json`), lines and tables for people.

    Its repr tells nothing of them: asyncio asks for that of whatever a loop returned, and it took a tenth of a dry run
    (measured).
    """

    data: object = field(repr=False)
    lines: list[str] = field(default_factory=list, repr=False)
    tables: list[Table] = field(default_factory=list, repr=False)
    code: int = 0
    """The status that the process ends with."""
