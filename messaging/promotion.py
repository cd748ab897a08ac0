"""What gives an offer away: words and shapes that have no business in a service notice or a reminder.

Anything that praises, sells, or asks for a review needs the consent to marketing (art. 130 of the
Italian privacy code names advertising, direct selling, market research and commercial communication:
https://www.brocardi.it/codice-della-privacy/parte-ii/titolo-x/capo-i/art130.html, read in November
2026). A list of words cannot know what is meant: what is certain is refused, what may be honest is a
hint.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Words of a text that speak of an offer. `certain`: hardly ever of anything else."""

    words: str
    why: str
    certain: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """A pattern, what it is a sign of, and in which language it is one (None: in every one)."""

    pattern: re.Pattern[str]
    why: str
    certain: bool
    language: str | None


def promotions(text: str, language: str) -> list[Sign]:
    """Return the signs of an offer in the source of a text, in the order in which they stand.

    Words inside Liquid's quotation marks are part of the text; its fields are not.
    """
    spoken = language.split("-")[0]
    plain = _plain(text)
    found: dict[tuple[int, int], Sign] = {}
    for look in _LOOKS:
        # Of a language that nobody has a list for, both are a better guess than none.
        if look.language not in (None, spoken) and spoken in _LANGUAGES:
            continue
        for match in look.pattern.finditer(plain):
            words = " ".join(match.group().replace(_FIELD, "…").split())
            sign = Sign(words=words, why=look.why, certain=look.certain)
            found.setdefault(match.span(), sign)
    return [found[place] for place in sorted(found)]


_LIQUID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_FIELD: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
_LANGUAGES: Final = frozenset({"it", "en"})


def _plain(text: str) -> str:
    """Return what the text prints by itself; a sign stands for each field."""
    return _LIQUID.sub(_printed, text)


def _printed(match: re.Match[str]) -> str:
    said = [one or other for one, other in _QUOTED.findall(match.group())]
    return (
        " ".join([_FIELD, *said]) if match.group().startswith("{{") else " ".join(["", *said, ""])
    )


_ADVANTAGE: Final = "a price advantage"
_PRESSURE: Final = "it presses to buy"
_GIFT: Final = "a gift"
_REVIEW: Final = "a review or a survey is market research"
_SELLS: Final = "it sells"
_WISHES: Final = "wishes count as marketing"

_PRICE: Final = rf"(?:€\s*)?(?:\d+(?:[.,]\d+)?|{_FIELD})(?:\s*(?:€|euro?\b))?"

_PERCENT: Final = (
    rf"(?<!IVA )(?<!IVA al )(?<!VAT )(?<!VAT at )(?<![\d.,])(?:\d+(?:[.,]\d+)?|{_FIELD})\s?%"
    r"(?!\s*(?:di |of )?(?:IVA|VAT)\b)"
)

_ITALIAN: Final[tuple[tuple[str, str, bool], ...]] = (
    (r"scont(?:o|i|at[oaie]|istica)", _ADVANTAGE, True),  # never "scontrino"
    (r"offert[ae]", _ADVANTAGE, True),
    (r"promo(?:zion\w*)?", _ADVANTAGE, True),
    (r"saldi", _ADVANTAGE, True),
    (r"gratis", _ADVANTAGE, True),
    (r"gratuit\w+", _ADVANTAGE, False),
    (r"ribass\w+|svendit[ae]|sottocosto|fuori tutto|prezz[io] (?:shock|imbattibil[ei])", _ADVANTAGE, True),
    (r"risparmi(?:a|o|are|ando|i)?", _ADVANTAGE, True),
    (r"omagg\w+", _GIFT, True),
    (r"regal[oi]|regal(?:a|are|iamo)", _GIFT, True),
    (r"premi[oi]?|punti (?:doppi|omaggio)", _GIFT, False),
    (r"solo per (?:te|lei|voi|oggi)|in esclusiva|riservat[oaie] ai clienti", _PRESSURE, True),
    (r"approfitt\w+", _PRESSURE, True),
    (r"non (?:perd(?:a|ere|erti|ersi|ete)|lasciarti sfuggire|si lasci sfuggire)", _PRESSURE, True),
    (r"ultim[ie] (?:giorni|pezzi|occasion[ei]|posti)", _PRESSURE, False),
    (r"(?:a|per) tempo limitato|fino a esaurimento(?: scorte)?|imperdibil[ei]", _PRESSURE, True),
    (r"affrett\w+|occasion[ei]", _PRESSURE, False),
    (r"(?:invece di|anziché|al posto di)\s+" + _PRICE, _ADVANTAGE, True),
    (r"a (?:sol[io]|partire da)\s+" + _PRICE, _ADVANTAGE, True),
    (r"recension\w*|recensisc\w+|sondaggi\w*|lasci(?:are|aci)? un(?:a)? (?:parere|opinione|voto)", _REVIEW, True),
    (r"questionari\w*|feedback", _REVIEW, False),
    (r"nuov[aie] (?:collezion[ei]|arriv[oi])|shopping", _SELLS, True),
    (r"acquist(?:a|i) (?:ora|subito|adesso)|compr(?:a|i) (?:ora|subito|adesso)", _SELLS, True),
    (r"novità|scopr(?:a|i)|le consigliamo", _SELLS, False),
    (r"buon compleanno|tanti auguri", _WISHES, True),
)  # fmt: skip
_ENGLISH: Final[tuple[tuple[str, str, bool], ...]] = (
    (r"discount(?:s|ed)?", _ADVANTAGE, True),
    (r"offers?", _ADVANTAGE, True),
    (r"promo(?:tion\w*|s)?", _ADVANTAGE, True),
    (r"(?:on|summer|winter|clearance|flash|big) sale|clearance|bargains?", _ADVANTAGE, True),
    (r"(?:great|best|special|hot) (?:deal|price)s?|reduced prices?|half price", _ADVANTAGE, True),
    (r"for free|free of charge|free (?:gift|check|trial|shipping|delivery)|gratis", _ADVANTAGE, True),
    (r"save (?:up to|money|(?:€|£|\$)?\d)", _ADVANTAGE, True),
    (r"(?:instead of|rather than|down from)\s+" + _PRICE, _ADVANTAGE, True),
    (r"(?:from|for) only\s+" + _PRICE, _ADVANTAGE, True),
    (r"gifts?|giveaways?", _GIFT, True),
    (r"rewards?|prizes?|bonus", _GIFT, False),
    (r"(?:only|just|exclusive(?:ly)?) for you|exclusive", _PRESSURE, True),
    (r"take advantage|don['’]t miss|do not miss|hurry", _PRESSURE, True),
    (r"limited time|while stocks? lasts?|last chance", _PRESSURE, True),
    (r"reviews?|rate us|surveys?", _REVIEW, True),
    (r"feedback|questionnaires?", _REVIEW, False),
    (r"new (?:collection|arrivals)|buy now|shop now", _SELLS, True),
    (r"discover|brand new|we recommend", _SELLS, False),
    (r"happy birthday|many happy returns", _WISHES, True),
)  # fmt: skip
_ANYWHERE: Final[tuple[tuple[str, str, bool], ...]] = (
    (r"black friday|cyber monday|outlet|cashback|coupons?|vouchers?", _ADVANTAGE, True),
    (r"\b[2-9] ?[x×] ?[1-9]\b(?!\s?(?:mm|cm|m)\b)", _ADVANTAGE, True),
    # A code to spend, such as ESTATE20; plates and numbers of documents are fields, not words.
    (r"(?-i:\b[A-Z]{4,}\d{1,3}\b)", "a code to spend", True),
    # A percentage, unless it is that of the value added tax.
    (_PERCENT, _ADVANTAGE, True),
    # A price struck through, in Markdown's way or with combining strokes.
    (r"~~[^~]+~~|\S\N{COMBINING LONG STROKE OVERLAY}", "a price struck through", True),
    (r"https?://\S*(?:shop|store|negozio|offert|promo|scont|saldi|coupon|utm_)\S*", "a link to a shop", True),
    (r"https?://\S+|\bwww\.\S+", "a link: is it for what the customer is doing now?", False),
    (r"[\N{WRAPPED PRESENT}\N{LABEL}\N{FIRE}\N{COLLISION SYMBOL}\N{SHOPPING BAGS}\N{MONEY-MOUTH FACE}]", _SELLS, False),
    (r"!{2,}", "it shouts", False),
)  # fmt: skip


def _looks() -> Iterator[_Look]:
    lists = (("it", _ITALIAN), ("en", _ENGLISH), (None, _ANYWHERE))
    for language, rows in lists:
        for words, why, certain in rows:
            bounded = (
                words if language is None and not words[0].isalpha() else rf"\b(?:{words})(?!\w)"
            )
            yield _Look(re.compile(bounded, re.IGNORECASE), why, certain, language)


_LOOKS: Final = tuple(_looks())
