"""Bytes into rows of cells: encoding, separator, quotes, line ends. Not what the cells mean.

The csv module is not used because one quote that nobody closes makes it swallow every row up to the
next quote: here such a row is given up alone, and reading goes on with the line below it.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from messaging.errors import Refused
from messaging.reading.remarks import Code

SEPARATORS: Final = (";", "\t", ",")

_CHUNK: Final = 1 << 16
_MOST_LINES: Final = 20
"""Lines that one quoted cell may span: a note has a few, a forgotten quote all that follow."""

_LENIENT: Final = "avvisa-c1"
_UTF8_OR_STRAY: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
    rb"|[\x81\x8d\x8f\x90\x9d]"
)
"""UTF-8 sequences, or one of the five bytes that CP1252 does not define
(https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT)."""


def _c1(error: UnicodeError) -> tuple[str | bytes, int]:
    """Give the five undefined bytes the control characters that browsers give them, both ways."""
    if isinstance(error, UnicodeDecodeError):
        return error.object[error.start : error.end].decode("latin-1"), error.end
    if isinstance(error, UnicodeEncodeError):
        return error.object[error.start : error.end].encode("latin-1"), error.end
    raise error


codecs.register_error(_LENIENT, _c1)


@dataclass(frozen=True, slots=True)
class Line:
    """A record as the file has it: the line on which it begins, counted from 1, and its cells.

    `broken`: why its cells cannot be trusted (then they are what could be made out), or None.
    `ended`: False for a record at the very end of the file without a line end.
    """

    number: int
    cells: tuple[str, ...]
    broken: Code | None = None
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A file whose encoding is known. Costs no copy of it: every reading decodes as it goes."""

    data: bytes
    encoding: str

    def lines(self, separator: str) -> Iterator[Line]:
        """Return the records one by one, empty ones included, starting over at each call."""
        source = io.BytesIO(self.data)
        if self.data.startswith(codecs.BOM_UTF8):
            source.seek(len(codecs.BOM_UTF8))
        return _records(
            io.TextIOWrapper(source, encoding=self.encoding, errors=_LENIENT, newline=""), separator
        )


def open_text(data: bytes) -> Text:
    """Return the file with its encoding: UTF-8 if all of it is, else CP1252.

    Rows in UTF-8 within CP1252 pass. Raises Refused when it is neither, or no text at all.
    """
    if not data.strip():
        raise Refused("the file is empty", hint="export it again")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("this is an Excel workbook, not a CSV file", hint="save it as CSV (UTF-8)")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused("the file is written in UTF-16", hint="save it as CSV (UTF-8)")
    if b"\0" in data:
        raise Refused("this is not a text file", hint="export the data as CSV")
    if _is_utf8(data):
        return Text(data, "utf-8")
    for found in _UTF8_OR_STRAY.finditer(data):
        if found.end() - found.start() == 1:
            line = data.count(b"\n", 0, found.start()) + 1
            raise Refused(
                f"the text is neither UTF-8 nor Windows-1252 (line {line})",
                hint="export it again as CSV (UTF-8)",
            )
    return Text(data, "cp1252")


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _records(source: io.TextIOWrapper, separator: str) -> Iterator[Line]:
    """Join the lines of a record whose quoted cell goes on; one that never closes it is broken."""
    waiting: list[str] = []
    number = 0
    while line := (waiting.pop(0) if waiting else source.readline()):
        number += 1
        ended = line.endswith(("\r", "\n"))
        cells, open_ = split(line, separator)
        if not open_:
            yield Line(number, cells, ended=ended)
            continue
        while len(waiting) < _MOST_LINES - 1 and (more := source.readline()):
            waiting.append(more)
        joined = _joined(line, waiting, separator)
        if joined is None:
            why = Code.QUOTE_OPEN if waiting else Code.ROW_TRUNCATED
            yield Line(number, cells, why, ended=ended)
            continue
        spanned, cells = joined
        yield Line(number, cells, ended=waiting[spanned - 1].endswith(("\r", "\n")))
        del waiting[:spanned]
        number += spanned


def _joined(line: str, following: list[str], separator: str) -> tuple[int, tuple[str, ...]] | None:
    """Return how many of the following lines the record takes, and its cells; None if never closed.

    A cell over several lines must be closed properly, before a separator or a line end: a quote
    with text after it opens the next quoted cell, far below, of a row that is in order.
    """
    width = len(split(line, separator)[0])
    text = line
    for spanned, more in enumerate(following, start=1):
        text += more
        cells, open_ = split(text, separator, strict=True)
        if not open_:
            return (spanned, cells) if len(cells) >= width else None
    return None


def split(record: str, separator: str, *, strict: bool = False) -> tuple[tuple[str, ...], bool]:
    """Return the cells of a record and whether its last cell is a quoted one still open.

    A quote counts only at the beginning of a cell. With `strict`, a closing quote that has text
    after it counts as none: the cell is still open.
    """
    text = record.rstrip("\r\n")
    cells: list[str] = []
    at = 0
    while True:
        cell = ""
        if text.startswith('"', at):
            close = _closing(text, at + 1)
            after = text[close + 1 : close + 2]
            if close < 0 or (strict and after not in ("", separator)):
                return (*cells, text[at + 1 :]), True
            cell = text[at + 1 : close].replace('""', '"')
            at = close + 1
        end = text.find(separator, at)
        if end < 0:
            return (*cells, cell + text[at:]), False
        cells.append(cell + text[at:end])
        at = end + 1


def _closing(text: str, at: int) -> int:
    """Return where the quote that closes the cell stands, or -1; a doubled one is text."""
    while (found := text.find('"', at)) >= 0 and text.startswith('"', found + 1):
        at = found + 2
    return found
