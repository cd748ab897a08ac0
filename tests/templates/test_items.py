"""A notice as one line of a list: which template may have one, and what the list says."""

from dataclasses import replace

import pytest

from messaging.bundle import Item, Words, joins, words_of
from messaging.calendar import MessageClass
from messaging.customer import Channel
from messaging.fields import EXAMPLE
from messaging.reply import Action
from messaging.sender import Button, DeliveryId
from messaging.template import (
    BODY_LIMIT,
    ITEM_LIMIT,
    LanguageTexts,
    MissingField,
    Template,
    TemplateButton,
    check,
    render_item,
)
from tests.pure.given import NOTICE, context
from tests.templates.letters import template


def with_item(item: str, *buttons: str, **told: object) -> Template:
    """Return a template with this line."""
    texts = LanguageTexts(telegram="x", push_title="x", push_body="x", item=item)
    labelled = tuple(
        TemplateButton(action=each, labels={"it": each, "en": each}) for each in buttons
    )
    made = replace(template({"it": "x"}), texts={"it": texts}, buttons=labelled)
    return replace(made, **told)  # type: ignore[arg-type] # the tests name its fields


def line(item: str) -> str | MissingField:
    return render_item(with_item(item), EXAMPLE, language="it", business_language="it")


def test_an_item_is_filled_like_a_text_and_stays_one_line() -> None:
    told = line("Revisione di {{ asset.code }}:\n  entro il {{ record.due_on | date }}")

    assert told == f"Revisione di {EXAMPLE.asset.code}: entro il 30/11/2026"  # type: ignore[union-attr] # it has one


def test_an_item_that_says_nothing_is_missing() -> None:
    assert line("{% if record.place %}{{ record.place }}{% endif %}") == MissingField("item")


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (with_item("a" * (ITEM_LIMIT + 1)), "it item: it is 1 too long: at most 200"),
        (with_item("{{ weather }}"), "it item: there is no field weather"),
        (
            with_item("x", message_class=MessageClass.MARKETING),
            "it item: an offer goes out alone: it has no item",
        ),
        (
            with_item("x", Action.CONFIRM),
            "it item: what asks about an appointment goes out alone: it has no item",
        ),
    ],
)
def test_an_item_that_cannot_be_is_refused_with_its_place(made: Template, problem: str) -> None:
    assert problem in check(made)


def test_a_confidential_template_has_no_item() -> None:
    made = with_item("x", Action.VIEW, confidential=True)

    assert "it item: a confidential template goes out alone: it has no item" in check(made)


def items(*titles: str) -> list[Item]:
    return [
        Item(
            delivery_id=DeliveryId(number),
            line=f"line {number}",
            title=title,
            buttons=(
                Button(label="Book", action=Action.BOOK),
                Button(label="Call me", action=Action.CALL_ME),
            ),
        )
        for number, title in enumerate(titles, start=1)
    ]


def words(
    *titles: str,
    channel: Channel = Channel.TELEGRAM,
    message_class: MessageClass = MessageClass.REMINDER,
    language: str = "en",
) -> Words:
    return words_of(
        items(*titles), EXAMPLE, message_class=message_class, channel=channel, language=language
    )


def test_a_list_speaks_the_language_of_its_lines() -> None:
    assert words("a", "b").text.split("\n")[1:] == [
        f"Hello {EXAMPLE.customer.name}, a few things to remember:",
        "1. line 1",
        "2. line 2",
    ]


def test_what_can_be_collected_comes_with_the_hours_once() -> None:
    told = words("a", "b", message_class=MessageClass.SERVICE, language="it")

    assert "ci sono novità per lei:" in told.text
    assert told.text.count("Siamo aperti") == 1


def test_the_buttons_have_the_numbers_of_their_lines_and_one_calls_back() -> None:
    told = [(each.label, each.delivery_id) for each in words("a", "b").buttons]

    assert told == [("1. Book", 1), ("2. Book", 2), ("Call me", 1)]


def test_a_push_names_each_title_once_and_fits_a_locked_phone() -> None:
    few = words("Inspection due", "Inspection due", "Road tax due", channel=Channel.PUSH)
    many = words(*(f"Title number {n} of many" for n in range(9)), channel=Channel.PUSH)

    assert few.title == "3 notices for you"
    assert few.text == f"{EXAMPLE.business.name}: Inspection due, Road tax due"
    assert len(many.text) <= BODY_LIMIT
    assert many.text.endswith("…")
    assert few.buttons == ()


def test_an_offer_joins_no_list_whatever_its_rule_has_become_since() -> None:
    made = with_item("x")
    offer = replace(NOTICE, message_class=MessageClass.MARKETING)

    assert joins(NOTICE, context(), made, "it")
    assert not joins(offer, context(), made, "it")
