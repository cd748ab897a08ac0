"""Several notices of one customer that leave as one message, a line each: which may, and what it says.

A notice whose template has an `item` for the language, and whose rule lets it, joins the others of its class that are
due to the same address at the same moment. An offer, a confidential notice and what asks about an appointment go
alone: `messaging.template.check` lets none of their templates have an item.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from messaging.calendar import MessageClass
from messaging.context import Context
from messaging.customer import Address, Channel
from messaging.fields import Facts, values
from messaging.liquid import fill
from messaging.notification import Notification
from messaging.reply import Action
from messaging.sender import Button, DeliveryId
from messaging.template import BODY_LIMIT, Template, text_language

MOST: Final = 6
"""Notices in one message: with two or three buttons each, more is no list that anybody reads to its end."""

_ITALIAN: Final = "it"
_GREETINGS: Final = {
    "it": '{{ business.name }}\nGentile {{ customer.name | default: "cliente" }}, ',
    "en": '{{ business.name }}\nHello {{ customer.name | default: "there" }}, ',
}
_ANNOUNCED: Final = {
    ("it", MessageClass.SERVICE): "ci sono novità per lei:",
    ("en", MessageClass.SERVICE): "there is news for you:",
    ("it", MessageClass.REMINDER): "alcune cose da ricordare:",
    ("en", MessageClass.REMINDER): "a few things to remember:",
}
_FEET: Final = {
    "it": "{% if business.next_hours %}Siamo aperti {{ business.next_hours }}.{% endif %}",
    "en": "{% if business.next_hours %}We are open {{ business.next_hours }}.{% endif %}",
}
"""Once for all of them, under what somebody may be waiting to collect."""

_TITLES: Final = {"it": "{n} avvisi per lei", "en": "{n} notices for you"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A notice as one line of the list. `title`: what a push of it alone would be called; `buttons`: those
    under it alone.
    """

    delivery_id: DeliveryId
    line: str
    title: str | None
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message of several notices says; as in a message of one."""

    title: str | None
    text: str
    buttons: tuple[Button, ...]


def spoken_to(context: Context, address: Address, template: Template) -> str:
    """Return the language of the text. What stands around it (opening hours, the mark of a repeat) speaks it too."""
    business = context.business
    wanted = context.customer.language or address.language or business.language
    return text_language(template, wanted, business.language)


def joins(notice: Notification, context: Context, template: Template, spoken: str) -> bool:
    """Return whether the notice may be one line among others, in the language that its text speaks."""
    rule = context.rule
    # Of the notice's own class: it was an offer when it was made, whatever its rule has become since.
    if rule is None or not rule.coalesces or notice.message_class is MessageClass.MARKETING:
        return False
    return template.texts[spoken].item is not None


def words_of(
    items: Sequence[Item],
    facts: Facts,
    *,
    message_class: MessageClass,
    channel: Channel,
    language: str,
) -> Words:
    """Return what the message of these notices (two at the least) says.

    On Telegram a numbered list, and under it the buttons of each with its number; being called back is asked once,
    for all of them. A push names them as their own titles do, which tell nothing that a locked phone must not show;
    its buttons are in the app, where the list is.
    """
    spoken = language.split("-")[0]
    known = spoken if spoken in _GREETINGS else _ITALIAN
    if channel is Channel.PUSH:
        return Words(
            title=_TITLES[known].format(n=len(items)), text=_titles(items, facts), buttons=()
        )
    head = _GREETINGS[known] + _ANNOUNCED[known, message_class]
    foot = _FEET[known] if message_class is MessageClass.SERVICE else ""
    before, after = (
        fill(each, values(facts), language=language, zone=facts.business.zone).strip()
        for each in (head, foot)
    )
    lines = [f"{number}. {each.line}" for number, each in enumerate(items, start=1)]
    text = "\n".join([before, *lines, after]).strip()
    return Words(title=None, text=text, buttons=_buttons(items))


def _titles(items: Sequence[Item], facts: Facts) -> str:
    titles = ", ".join(dict.fromkeys(each.title for each in items if each.title))
    told = f"{facts.business.name}: {titles}"
    return told if len(told) <= BODY_LIMIT else f"{told[: BODY_LIMIT - 1].rstrip(' ,')}…"


def _buttons(items: Sequence[Item]) -> tuple[Button, ...]:
    own, shared = [], []
    for number, item in enumerate(items, start=1):
        for each in item.buttons:
            if each.action == Action.CALL_ME:
                shared.append(replace(each, delivery_id=item.delivery_id))
            else:
                label = f"{number}. {each.label}"
                own.append(replace(each, label=label, delivery_id=item.delivery_id))
    return (*own, *shared[:1])
