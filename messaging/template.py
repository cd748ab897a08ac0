"""What a business says: one text per language and channel, filled with facts, with buttons below
it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NewType, TypeAlias, TypeVar

from messaging.business import BusinessId
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.errors import BadTemplate
from messaging.fields import EXAMPLE, FIELDS, WITH_ANYTHING, WITH_ATTRIBUTES, Facts, values
from messaging.liquid import COMPUTED, UnfilledError, Usage, fill, usage
from messaging.maker import maker
from messaging.reply import ABOUT_AN_APPOINTMENT, Action
from messaging.sender import Button

TemplateId = NewType("TemplateId", int)

TEXT_UNITS = 4_096
"""UTF-16 units of a Telegram message (https://core.telegram.org/bots/api#sendmessage, read in
November 2026).
"""

TITLE_LIMIT = 40
BODY_LIMIT = 120
"""Characters of a push that a locked phone shows whole; longer ones are cut by the phone, not
refused.
"""

ITEM_LIMIT = 200
"""Characters of a notice that is one line of a list: what an eye takes in before the next one."""

LABEL_LIMIT = 40
PRESS_BYTES = 64 - 12
"""What `action:value` may take of a button's 64 bytes of data
(https://core.telegram.org/bots/api#inlinekeyboardbutton, read in November 2026); the rest is for
the bot's own prefix, which names the delivery.
"""

_REVEAL = "write what is shown after the tap as the reveal of each language"
_EXAMPLE_ATTRIBUTE = "2026-12-31"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTexts:
    """The texts of one language, in Liquid. `reveal`: what a confidential template shows after the
    tap, in the customer's own chat only; None: it is not confidential. `item`: the notice as one line of a
    list, for when several go out as one message; None: it always goes alone.
    """

    telegram: str
    push_title: str
    push_body: str
    reveal: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateButton:
    """A button with its words in each language; `action` and `value` are what comes back when it is
    pressed.
    """

    action: str
    labels: Mapping[str, str]
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A named text of one business, in one version.

    `confidential`: only for the record's own customer, never for co-users; the text that arrives is
    neutral, and what it is about is told after a tap on the button `view`, in the chat that the
    customer has linked.
    """

    id: TemplateId
    business_id: BusinessId
    name: str
    version: int
    message_class: MessageClass
    texts: Mapping[str, LanguageTexts]
    confidential: bool = False
    buttons: tuple[TemplateButton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message's words. `title` is None where the channel has none (Telegram)."""

    title: str | None
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingField:
    """The text needs a value that is missing, or that cannot be told as it asks: the notice waits
    for a person.
    """

    name: str


RenderResult: TypeAlias = Rendered | MissingField


def render(
    template: Template,
    facts: Facts,
    *,
    language: str,
    channel: Channel,
    business_language: str,
) -> RenderResult:
    """Return the message for one customer on one channel, or the name of the first field that it
    lacks.

    The customer's language, else the business's, else any that the template has; dates and amounts
    follow the language of the text. Telegram's text is cut at TEXT_UNITS. A part that comes out
    empty is missing under its own name (`title`, `text`). Raises BadTemplate for a text that
    `check` refuses.
    """
    spoken = text_language(template, language, business_language)
    texts = template.texts[spoken]
    sources = (
        {"text": texts.telegram}
        if channel is Channel.TELEGRAM
        else {"title": texts.push_title, "text": texts.push_body}
    )
    buttons = _buttons(template, spoken, business_language, revealed=False)
    return _filled(sources, facts, spoken, buttons)


def render_reveal(
    template: Template, facts: Facts, *, language: str, business_language: str
) -> RenderResult:
    """Return what a confidential template shows after the tap, with the buttons that belong to it, or
    the field that it lacks; in the languages and within the limits of `render`.

    Raises BadTemplate if there is nothing to reveal, and for a text that `check` refuses.
    """
    spoken = text_language(template, language, business_language)
    reveal = template.texts[spoken].reveal
    if reveal is None:
        raise BadTemplate(f"the template {template.name} has nothing to reveal", hint=_REVEAL)
    buttons = _buttons(template, spoken, business_language, revealed=True)
    return _filled({"text": reveal}, facts, spoken, buttons)


def render_item(
    template: Template, facts: Facts, *, language: str, business_language: str
) -> str | MissingField:
    """Return the notice as one line of a list, or the field that the line lacks; in the languages of `render`.

    Raises BadTemplate if the template has no such line, and for one that `check` refuses.
    """
    spoken = text_language(template, language, business_language)
    item = template.texts[spoken].item
    if item is None:
        raise BadTemplate(f"the template {template.name} has no item", hint="it goes out alone")
    told = _filled({"text": item}, facts, spoken, ())
    if isinstance(told, MissingField):
        return MissingField("item") if told.name == "text" else told
    return " ".join(told.text.split())


def _filled(
    sources: Mapping[str, str], facts: Facts, spoken: str, buttons: tuple[Button, ...]
) -> RenderResult:
    known = values(facts)
    words = {}
    for part, source in sources.items():
        try:
            words[part] = fill(source, known, language=spoken, zone=facts.business.zone).strip()
        except UnfilledError as unfilled:
            return MissingField(unfilled.name)
        if not words[part]:
            return MissingField(part)
    return _make_rendered(
        title=words.get("title"),
        text=_cut(words["text"]),
        buttons=buttons,
    )


_make_rendered, _make_button = maker(Rendered), maker(Button)


def _buttons(
    template: Template, language: str, business_language: str, *, revealed: bool
) -> tuple[Button, ...]:
    """Return the buttons of the message. What a button of a confidential template says may tell what
    it is about, so before the tap there is the one that shows it.
    """
    found = buttons_in(template, language, business_language)
    if not template.confidential:
        return found
    return tuple(each for each in found if (each.action != Action.VIEW) is revealed)


def buttons_in(template: Template, language: str, business_language: str) -> tuple[Button, ...]:
    """Return all buttons of the template, in the language that the text speaks."""
    return tuple(
        [
            _make_button(
                label=button.labels[_choice(button.labels, language, business_language)],
                action=button.action,
                value=button.value,
            )
            for button in template.buttons
        ]
    )


def text_language(template: Template, language: str, business_language: str) -> str:
    """Return the language that the template speaks to somebody of `language`. Raises BadTemplate if
    it has none.
    """
    if not template.texts:
        raise BadTemplate(f"the template {template.name} has no text", hint="write one")
    return _choice(template.texts, language, business_language)


def _choice(said: Mapping[str, _T], language: str, business_language: str) -> str:
    """Return the first that exists: the language, its main form (`it` for `it-CH`), the business's,
    any.
    """
    if language in said:
        return language
    wanted = (language.split("-")[0], business_language)
    return next((one for one in wanted if one in said), next(iter(said)))


def check(
    template: Template, *, attributes: Mapping[str, Collection[str]] | None = None
) -> list[str]:
    """Return what is wrong with the template, a sentence each; nothing: it can be saved.

    `attributes` are the fields that the types add to `record` and `asset`; None: they are not
    known, any will do. Lengths are those of the text filled with example facts.
    """
    problems = [] if template.texts else ["the template has no text"]
    for language, texts in template.texts.items():
        for part, source, limit in (
            ("telegram", texts.telegram, TEXT_UNITS),
            ("push title", texts.push_title, TITLE_LIMIT),
            ("push body", texts.push_body, BODY_LIMIT),
            *((("reveal", texts.reveal, TEXT_UNITS),) if texts.reveal is not None else ()),
            *((("item", texts.item, ITEM_LIMIT),) if texts.item is not None else ()),
        ):
            found = _text_problems(source, limit, language=language, attributes=attributes)
            found = found or _misplaced(template, part, source)
            problems += [f"{language} {part}: {problem}" for problem in found]
        if template.confidential != (texts.reveal is not None):
            problem = (
                "it is missing" if template.confidential else "the template is not confidential"
            )
            problems.append(f"{language} reveal: {problem}")
    if template.confidential and all(each.action != Action.VIEW for each in template.buttons):
        problems.append(f"a confidential template needs the button {Action.VIEW}")
    for button in template.buttons:
        found = _button_problems(button, template.texts)
        problems += [f"button {button.action}: {problem}" for problem in found]
    pressed = [(button.action, button.value) for button in template.buttons]
    if len(set(pressed)) < len(pressed):
        problems.append("two buttons do the same")
    return problems


def _text_problems(
    source: str, limit: int, *, language: str, attributes: Mapping[str, Collection[str]] | None
) -> list[str]:
    try:
        used = usage(source)
    except BadTemplate as error:
        return [str(error)]
    problems = [f"there is no filter {name}" for name in sorted(used.unknown_filters)]
    problems += [
        f"there is no field {'.'.join(path)}"
        for path in sorted(used.fields)
        if not _is_field(path, attributes)
    ]
    return problems or _filled_problems(source, used, limit=limit, language=language)


def _misplaced(template: Template, part: str, source: str) -> list[str]:
    """Return why the part has no place in the template, or what it says has none in the part."""
    if part == "item":
        return _no_item(template)
    return _told_too_early(source) if template.confidential and part != "reveal" else []


def _told_too_early(source: str) -> list[str]:
    """Return what a neutral text must not tell: whoever glances at the phone sees it."""
    return [
        f"it is confidential: {'.'.join(path)} belongs into the reveal"
        for path in sorted(usage(source).fields)
        if path[0] != "business"
    ]


def _no_item(template: Template) -> list[str]:
    """Return why the notice is never one line of a list among others."""
    if template.confidential:
        return ["a confidential template goes out alone: it has no item"]
    if template.message_class is MessageClass.MARKETING:
        return ["an offer goes out alone: it has no item"]
    if any(each.action in ABOUT_AN_APPOINTMENT for each in template.buttons):
        return ["what asks about an appointment goes out alone: it has no item"]
    return []


def _is_field(path: tuple[str, ...], attributes: Mapping[str, Collection[str]] | None) -> bool:
    group, *rest = path
    if group not in FIELDS or len(rest) > 1:
        return False
    if not rest or rest[0] in FIELDS[group]:
        return True
    if group in WITH_ANYTHING:
        return rest[0] != COMPUTED
    if group not in WITH_ATTRIBUTES or rest[0] == COMPUTED:
        return False
    return attributes is None or rest[0] in attributes.get(group, ())


def _filled_problems(source: str, used: Usage, *, limit: int, language: str) -> list[str]:
    """Return what shows only when the text is filled. Of an attribute the kind is not known, so it
    may not fit.
    """
    own = [path for path in used.fields if len(path) == 2 and path[1] not in FIELDS[path[0]]]
    known = {group: dict(fields or {}) for group, fields in values(EXAMPLE).items()}
    for group, name in own:
        known[group][name] = _EXAMPLE_ATTRIBUTE
    try:
        text = fill(source, known, language=language, zone=EXAMPLE.business.zone).strip()
    except BadTemplate as error:
        return [str(error)]
    except UnfilledError as unfilled:
        expected = unfilled.name in {".".join(path) for path in own}
        return [] if expected else [f"{unfilled.name} cannot be told like this"]
    if not text:
        return ["it is empty"]
    over = units(text) - limit
    return [f"it is {over} too long: at most {limit}"] if over > 0 else []


def _button_problems(button: TemplateButton, languages: Collection[str]) -> list[str]:
    problems = [
        f"it has no label in {language}"
        for language in languages
        if not button.labels.get(language, "").strip()
    ]
    problems += [
        f"its label in {language} is longer than {LABEL_LIMIT}"
        for language, label in button.labels.items()
        if len(label) > LABEL_LIMIT
    ]
    if len(f"{button.action}:{button.value}".encode()) > PRESS_BYTES:
        problems.append(f"its action and value take more than {PRESS_BYTES} bytes")
    return problems


def units(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    if len(text) <= TEXT_UNITS // 2 or units(text) <= TEXT_UNITS:
        return text
    room = text.encode("utf-16-le")[: 2 * (TEXT_UNITS - 1)]
    return room.decode("utf-16-le", errors="ignore") + "…"
