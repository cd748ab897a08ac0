"""Accented letters that were written as UTF-8 and read as Windows-1252: "NiccolÃ²" is "Niccolò"."""

import re
from typing import Final


def _read_as_cp1252(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTES: Final = {_read_as_cp1252(byte): byte for byte in range(0x80, 0x100)}
_FOLLOWING: Final = "".join(
    re.escape(char) for char, byte in _BYTES.items() if 0x80 <= byte <= 0xBF
)
# Only what no Italian word holds: an accented capital beside a quotation mark ("CAFFÉ»") stays.
_BROKEN: Final = re.compile(f"[ÃÂÄÅ][{_FOLLOWING}]|â[{_FOLLOWING}]{{2}}")


def repaired(text: str) -> str | None:
    """Return the text with its broken letters mended, or None if none is broken."""
    mended = _BROKEN.sub(_mended, text)
    return None if mended == text else mended


def _mended(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[char] for char in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
