"""A template is proofread when it is saved and when its pack is loaded: faults that refuse it, and
hints.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from messaging.calendar import MessageClass
from messaging.errors import BadTemplate
from messaging.fault import Fault
from messaging.fields import EXAMPLE, FIELDS, Value
from messaging.filling import with_examples
from messaging.liquid import FILTERS, UnfilledError, fill, usage
from messaging.promotion import promotions
from messaging.template import LanguageTexts, Template, check

LINES: Final = 4
"""Of a text on Telegram: longer ones are not read to the end."""

STOP_OFFERS: Final = "stop_marketing"
"""The button that ends offers at a tap: withdrawing has to be as easy as agreeing (GDPR, art. 7(3))."""

_TO_MARKETING: Final = (
    "leave it out, or make the template one of class marketing, which goes to those who agreed"
)
_HOLE: Final = re.compile(
    r"[^\S\n][,.;:!?](?!\S)|\(\s*\)"
    r"|\b(?:gentile|egregi[oa]|car[oa]|spett\.?(?:le)?|dear)\s*[,:!]",
    re.IGNORECASE,
)
"""A gap before a comma, empty brackets, or a greeting that greets nobody."""


def proofread(
    template: Template, *, attributes: Mapping[str, Collection[str]] | None = None
) -> list[Fault]:
    """Return all that is to be said of the template: what keeps it from being saved first, then hints.

    `attributes` as for `check`.
    """
    faults = [_fault(problem, template) for problem in check(template, attributes=attributes)]
    if template.message_class is not MessageClass.MARKETING:
        faults += _dressed_up(template)
    elif all(each.action != STOP_OFFERS for each in template.buttons):
        faults.append(
            Fault(
                place="template",
                what="nothing under this offer ends offers",
                todo=f"add the button {STOP_OFFERS}",
                fatal=False,
            )
        )
    broken = {each.place for each in faults if each.fatal}
    for language, texts in template.texts.items():
        for part, source in _parts(texts):
            place = f"{language} {part}"
            if place not in broken:
                faults += _holes(place, source, language)
                faults += _manners(place, part, source, language, template)
    return sorted(faults, key=lambda each: not each.fatal)


def _fault(problem: str, template: Template) -> Fault:
    place, _, what = problem.partition(": ")
    if not place.startswith((*(f"{each} " for each in template.texts), "button ")) or not what:
        place, what = "template", problem
    todo = next((todo for begins, todo in _TODO if what.startswith(begins)), "mend it")
    return Fault(place=place, what=what, todo=todo)


_NAMES: Final = [f"{group}.{name}" for group, names in FIELDS.items() for name in sorted(names)]
_TODO: Final = (
    ("there is no filter", f"filters: {', '.join(FILTERS)}"),
    (
        "there is no field",
        f"fields: {', '.join(_NAMES)}, and what the types of records and things have besides",
    ),
    ("it is confidential", "before the tap name the business only"),
    ("a confidential template goes out alone", "leave the item out"),
    ("an offer goes out alone", "leave the item out"),
    ("what asks about an appointment goes out alone", "leave the item out"),
    ("the template is not confidential", "leave the reveal out, or make it confidential"),
    ("it is missing", "write what is shown after the tap"),
    ("a confidential template needs", "the tap on it shows the reveal"),
    ("it has no label", "write what stands on the button"),
    ("two buttons", "give them different actions or values"),
    ("its label", "shorten it"),
    ("its action", "shorten the value"),
    ("it is empty", "write something"),
    ("the template has no text", "write one for a language"),
)


def _parts(texts: LanguageTexts) -> Iterator[tuple[str, str]]:
    yield "telegram", texts.telegram
    yield "push title", texts.push_title
    yield "push body", texts.push_body
    if texts.reveal is not None:
        yield "reveal", texts.reveal
    if texts.item is not None:
        yield "item", texts.item


def _dressed_up(template: Template) -> list[Fault]:
    """Return where a service notice or a reminder is an offer in disguise."""
    places = [
        (f"{language} {part}", language, source)
        for language, texts in template.texts.items()
        for part, source in _parts(texts)
    ]
    places += [
        (f"button {button.action}", language, label)
        for button in template.buttons
        if button.action != STOP_OFFERS
        for language, label in button.labels.items()
    ]
    said = template.message_class.value
    return [
        Fault(
            place=place,
            what=f"“{sign.words}” has no place in a message of class {said}: {sign.why}"
            if sign.certain
            else f"“{sign.words}”: {sign.why}",
            todo=_TO_MARKETING if sign.certain else f"if it is an offer, {_TO_MARKETING}",
            fatal=sign.certain,
        )
        for place, language, source in places
        for sign in promotions(source, language)
    ]


def _holes(place: str, source: str, language: str) -> list[Fault]:
    """Return what the text says with a gap where a value is missing; a field without other words holds
    the notice instead.
    """
    full = with_examples(source)
    before = _said(source, full, language)
    faults = []
    for path in sorted(usage(source).fields):
        if len(path) != 2 or path == ("business", "name"):
            continue
        group, name = path
        lacking = {**full, group: {**full[group], name: None}}
        said = _said(source, lacking, language)
        line = None if said is None else _with_gap(said, before or "")
        if line is not None:
            faults.append(
                Fault(
                    place=place,
                    what=f"without {group}.{name} it says “{line}”",
                    todo=f"write {{{{ {group}.{name} | default: … }}}}, or put the comma inside the if",
                )
            )
        elif said is None and path == ("customer", "name"):
            faults.append(
                Fault(
                    place=place,
                    what="who has no name in the books waits for a person",
                    todo='write {{ customer.name | default: "cliente" }}',
                    fatal=False,
                )
            )
    return faults


def _with_gap(said: str, before: str) -> str | None:
    """Return the first line with a gap, if there are more than when nothing was missing."""
    if len(_HOLE.findall(said)) <= len(_HOLE.findall(before)):
        return None
    return next(line.strip() for line in said.splitlines() if _HOLE.search(line))


def _said(source: str, known: Mapping[str, Mapping[str, Value]], language: str) -> str | None:
    """Return the text with these values; None: it cannot be told without the missing one."""
    try:
        return fill(source, known, language=language, zone=EXAMPLE.business.zone)
    except (UnfilledError, BadTemplate):
        return None


def _manners(place: str, part: str, source: str, language: str, template: Template) -> list[Fault]:
    """Return what is against the custom of the house: hints."""
    fields = usage(source).fields
    hints = []
    if part == "telegram" and ("business", "name") not in fields:
        hints.append(("nobody is told who writes", "begin with {{ business.name }}"))
    said = _said(source, with_examples(source), language) or ""
    if part == "telegram" and len(said.strip().splitlines()) > LINES:
        hints.append((f"it has more than {LINES} lines", "say less: one thing, one action"))
    personal = sorted(".".join(path) for path in fields if path[0] != "business")
    if part.startswith("push") and personal and not template.confidential:
        hints.append(
            (f"a locked phone shows {personal[0]}", "keep it for the text that is read in the app")
        )
    return [Fault(place=place, what=what, todo=todo, fatal=False) for what, todo in hints]
