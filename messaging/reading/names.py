"""The name of a customer, from how a program files it to how a greeting says it.

"ROSSI MARIO" becomes "Mario Rossi".
"""

import re
from typing import Final

from messaging.intake import CLEAR
from messaging.reading.cells import CLEAR_SIGN, LONGEST_TEXT, Cell, folded, says_nothing
from messaging.reading.remarks import Code, Flaw

# A surname may begin with several of these ("De La Cruz").
_PARTICLE: Final = re.compile(
    r"da|de|di|dal(?:la|le|li)?|degli|dei|del(?:la|le|li|lo)?|l[aeio]|santa?|v[ao]n"
)
# Of two words alone, these begin a surname without a given name; "Li Wei" and "Lo Anna" are whole.
_SURNAME_ALONE: Final = re.compile(r"d[aei].*|santa|von")
_PLACEHOLDER: Final = re.compile(
    r"client[ei](?:banco|cassa|generico|occasionale|privato|vari[oi]?)?"
    r"|banco|cassa|generico|occasionale|privato|vari|prova|test|x+"
)
_DEATH: Final = re.compile(r"\b(?:decedut|defunt)[oaie]\b|\bè mort[oa]\b|†", re.IGNORECASE)
_COMPANY: Final = re.compile(
    r"&|^(?:ditta|societ[àa]|associazione|soc)\b"
    r"|(?:^|\s)(?:s\.?r\.?l\.?s?|s\.?n\.?c|s\.?p\.?a|s\.?a\.?s|s\.s|coop)\.?$",
    re.IGNORECASE,
)
"""What persons are not called: "& Figli", "s.r.l."."""

_BRACKETS: Final = re.compile(r"\([^()]*\)")


def tells_of_death(cell: str) -> bool:
    """Return whether a note or a name hints that the customer has died; a person decides."""
    return _DEATH.search(cell) is not None


def is_a_companys(cell: str) -> bool:
    """Return whether a name is a company's by its form; a trade name that has none is not recognised."""
    return _COMPANY.search(cell.strip()) is not None


def name(cell: str, *, company: bool, surname_first: bool) -> Cell[str]:
    """Return the name to be shown; of a company as written, of a person with the given name first.

    What stands in round brackets after a name is a remark, not part of it. A double surname is not
    recognised as one: "Rossi Bianchi Maria" reads like "Rossi Maria Grazia".
    """
    if cell == CLEAR_SIGN:
        return Cell(CLEAR)
    if says_nothing(cell):
        return Cell(None, Flaw(Code.NAME_MISSING, cell))
    if _PLACEHOLDER.fullmatch(folded(cell)):
        return Cell(None, Flaw(Code.NAME_PLACEHOLDER, cell))
    written = cell if company else _DEATH.sub("", _BRACKETS.sub(" ", cell))
    parts = written.split()
    if not folded(written):
        return Cell(None, Flaw(Code.NAME_MISSING, cell))
    if len(cell) > LONGEST_TEXT:
        return Cell(None, Flaw(Code.TEXT_TOO_LONG, cell))
    if company:
        return Cell(" ".join(parts))
    parts = _cased(parts)
    return Cell(" ".join(_given_first(parts) if surname_first else parts))


def _cased(parts: list[str]) -> list[str]:
    """Return capitals as a name is written; in a mixed name only those of words long enough."""
    whole = " ".join(parts)
    all_alike = whole.isupper() or whole.islower()
    return [
        part.title() if all_alike or (part.isupper() and len(part) > 3) else part for part in parts
    ]


def _given_first(parts: list[str]) -> list[str]:
    if len(parts) == 2:
        alone = _is_particle(parts[0]) and _SURNAME_ALONE.fullmatch(parts[0].lower())
        return parts if alone else parts[::-1]
    surname = 1
    while surname < len(parts) - 1 and _is_particle(parts[surname - 1]):
        surname += 1
    return parts[surname:] + parts[:surname]


def _is_particle(part: str) -> bool:
    return _PARTICLE.fullmatch(part.lower()) is not None
