"""The poster for the counter: one page to print, with the code that opens the bot.

Knows nothing of aiogram: the api and the cli draw it too.
"""

import io
from textwrap import wrap
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import escape

import segno

Paper: TypeAlias = Literal["a4", "a5"]

_MILLIMETRES: Final[dict[Paper, tuple[int, int]]] = {"a4": (210, 297), "a5": (148, 210)}
"""ISO 216. Both have the same shape, so that one drawing fits both."""

_INVITES: Final = {
    "it": "Inquadri il codice con la fotocamera del telefono: le sue scadenze, e quando è tutto "
    "pronto, le arrivano su Telegram.",
    "en": "Point the camera of your phone at the code: your deadlines, and when all is ready, "
    "reach you on Telegram.",
}

_WIDE: Final = 210
_HIGH: Final = 297
_NAME_LINE: Final = 22
"""Characters of a name in one line, at its size; tried by eye with wide letters."""
_QR: Final = 145


def poster_svg(*, name: str, link: str, language: str, paper: Paper) -> str:
    """Return the page as SVG: the shop's name, its sentence in its own language and then in the other, the code.

    A browser prints it at its true size.
    """
    mm_wide, mm_high = _MILLIMETRES[paper]
    languages = sorted(_INVITES, key=lambda each: each != language)
    lines = wrap(name, _NAME_LINE) or [name]
    page = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{mm_wide}mm" height="{mm_high}mm" '
        f'viewBox="0 0 {_WIDE} {_HIGH}" font-family="Helvetica, Arial, sans-serif" '
        'text-anchor="middle" fill="#000">'
    )
    parts = [
        page,
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#fff"/>',
        *_text(lines, top=30, size=15, weight="bold"),
        *_text(wrap(_INVITES[languages[0]], 44), top=22 + 19 * len(lines) + 6, size=8),
        _code(link, top=104),
        *_text(wrap(_INVITES[languages[1]], 62), top=256, size=5.5),
        *_text([link.removeprefix("https://")], top=282, size=4.5),
        "</svg>",
    ]
    return "\n".join(parts)


def _text(lines: list[str], *, top: float, size: float, weight: str = "normal") -> list[str]:
    return [
        f'<text x="{_WIDE / 2}" y="{top + number * size * 1.25:.1f}" font-size="{size}" '
        f'font-weight="{weight}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]


def _code(link: str, *, top: int) -> str:
    # Level Q: a quarter of it may be scratched or under a thumb.
    drawn = segno.make(link, error="q", micro=False).svg_inline(border=4, omitsize=True)
    place = f'x="{(_WIDE - _QR) / 2}" y="{top}" width="{_QR}" height="{_QR}"'
    return drawn.replace("<svg ", f"<svg {place} ", 1)


def code_png(link: str) -> bytes:
    """Return the code alone as a picture, large enough for any page of the shop's own making."""
    out = io.BytesIO()
    segno.make(link, error="q", micro=False).save(out, kind="png", scale=20, border=4)
    return out.getvalue()
