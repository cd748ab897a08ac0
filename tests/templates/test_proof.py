"""A template is proofread before it is saved: what it may not be, and what it had better not be."""

from dataclasses import replace

import pytest

from messaging.calendar import MessageClass
from messaging.fault import fatal
from messaging.fields import FIELDS
from messaging.proof import proofread
from messaging.template import LanguageTexts, Template, TemplateButton
from tests.templates.letters import template

GOOD = '{{ business.name }}\nGentile {{ customer.name | default: "cliente" }}, è pronto.'


def texts(
    telegram: str = GOOD,
    *,
    title: str = "Pronto",
    body: str = "{{ business.name }}: apra per leggere.",
) -> Template:
    said = LanguageTexts(telegram=telegram, push_title=title, push_body=body)
    return replace(template({"it": ""}), texts={"it": said}, message_class=MessageClass.SERVICE)


def test_a_good_template_is_left_in_peace() -> None:
    assert proofread(texts()) == []


@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.REMINDER])
def test_an_offer_in_disguise_is_named_with_its_place_and_the_way_out(
    message_class: MessageClass,
) -> None:
    wrong = replace(texts(title="Sconto del 20%"), message_class=message_class)

    words, percent = fatal(proofread(wrong))

    assert str(words) == (
        f"it push title: “Sconto” has no place in a message of class {message_class}: "
        "a price advantage"
    )
    assert "class marketing" in words.todo
    assert str(percent).startswith("it push title: “20%”")


def test_a_button_may_not_sell_either_except_the_one_that_ends_offers() -> None:
    sells = TemplateButton(action="interested", labels={"it": "Voglio lo sconto"})
    ends = TemplateButton(action="stop_marketing", labels={"it": "Basta offerte"})

    (fault,) = fatal(proofread(replace(texts(), buttons=(sells, ends))))

    assert fault.place == "button interested"


def test_an_offer_may_be_one_and_is_reminded_of_the_way_out() -> None:
    offer = replace(texts(title="Sconto del 20%"), message_class=MessageClass.MARKETING)
    ends = TemplateButton(action="stop_marketing", labels={"it": "Basta offerte"})

    assert [str(each) for each in proofread(offer)] == [
        "template: nothing under this offer ends offers"
    ]
    assert proofread(replace(offer, buttons=(ends,))) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "Gentile {% if customer.name %}{{ customer.name }}{% endif %}, è pronto.",
            "without customer.name it says “Gentile , è pronto.”",
        ),
        (
            'Gentile{{ customer.name | default: "" }}, è pronto.',
            "without customer.name it says “Gentile, è pronto.”",
        ),
        (
            "È pronto ({% if asset.code %}{{ asset.code }}{% endif %}).",
            "without asset.code it says “È pronto ().”",
        ),
        (
            "Pronto: {% if record.place %}{{ record.place }}{% endif %} .",
            None,  # the gap is there with the place, too: it is how somebody writes
        ),
    ],
)
def test_a_gap_where_a_value_is_missing_is_found_before_a_customer_finds_it(
    source: str, said: str | None
) -> None:
    found = fatal(proofread(texts(f"{{{{ business.name }}}}\n{source}")))

    assert [each.what for each in found] == ([] if said is None else [said])


def test_whoever_has_no_name_waits_if_the_text_has_no_other_word_for_them() -> None:
    (hint,) = proofread(texts("{{ business.name }}\nGentile {{ customer.name }}, è pronto."))

    assert (hint.fatal, hint.what) == (False, "who has no name in the books waits for a person")


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (texts("È pronto."), "nobody is told who writes"),
        (texts("{{ business.name }}\na\nb\nc\nd"), "it has more than 4 lines"),
        (texts(body="{{ asset.code }} è pronto"), "a locked phone shows asset.code"),
    ],
)
def test_what_is_against_the_custom_is_a_hint(wrong: Template, what: str) -> None:
    (hint,) = proofread(wrong)

    assert (hint.what, hint.fatal) == (what, False)


def test_a_mistake_comes_with_what_there_is_instead() -> None:
    unknown, filtered = fatal(proofread(texts("{{ customer.nome }}"))) + fatal(
        proofread(texts("{{ business.name | shout }}"))
    )

    assert str(unknown) == "it telegram: there is no field customer.nome"
    assert all(f"{group}." in unknown.todo for group in FIELDS if FIELDS[group])
    assert "greeting_name" in filtered.todo


def test_what_concerns_no_text_is_told_of_the_template() -> None:
    twice = tuple(TemplateButton(action="book", labels={"it": each}) for each in ("a", "b"))

    (fault,) = fatal(proofread(replace(texts(), buttons=twice)))

    assert (fault.place, fault.what) == ("template", "two buttons do the same")
