"""What a template may not say when it is saved."""

import pytest

from messaging.template import (
    BODY_LIMIT,
    TITLE_LIMIT,
    LanguageTexts,
    Template,
    TemplateButton,
    check,
)
from tests.templates.letters import template


def pushing(title: str, body: str) -> Template:
    made = template({"it": "x"})
    texts = LanguageTexts(telegram="x", push_title=title, push_body=body)
    return Template(
        id=made.id,
        business_id=made.business_id,
        name=made.name,
        version=made.version,
        message_class=made.message_class,
        texts={"it": texts},
    )


def test_a_good_template_has_no_problem() -> None:
    good = template(
        {
            "it": "{{ business.name }}\n{{ record.due_on }}{% if asset %} {{ asset.code }}{% endif %}",
            "en": "{{ record.place }} {{ asset.points | money }}",
        },
        (TemplateButton(action="book", labels={"it": "Prenota", "en": "Book"}),),
    )

    assert check(good) == []
    assert check(good, attributes={"record": {"place"}, "asset": {"points"}}) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ customer.name", "it telegram: line 1: "),
        ("{% if a %}", "it telegram: expected tag endif"),
        ("a\n{% include 'x' %}", "it telegram: line 2: "),
        ("{{ customer.phone }}", "it telegram: there is no field customer.phone"),
        ("{{ weather }}", "it telegram: there is no field weather"),
        ("{{ now | date }}", "it telegram: there is no field now"),
        ("{{ record.due_on.year }}", "it telegram: there is no field record.due_on.year"),
        ("{{ record[customer.name] }}", "it telegram: there is no field record.[…]"),
        ("{{ customer.name | shout }}", "it telegram: there is no filter shout"),
        ("{{ customer.name | date }}", "it telegram: customer.name cannot be told like this"),
        ("{{ record.due_on | date: '%d' }}", "it telegram: record.due_on cannot be told"),
        ("{{ record }}", "it telegram: record cannot be told like this"),
        ("{% comment %}x{% endcomment %}", "it telegram: it is empty"),
        ("a" * 4_097, "it telegram: it is 1 too long: at most 4096"),
        ("🚗" * 2_049, "it telegram: it is 2 too long: at most 4096"),
        ("{% for i in (1..1000) %}a{% endfor %}", "it telegram: line 1: "),
    ],
)
def test_a_mistake_in_a_text_is_named_with_its_place(source: str, problem: str) -> None:
    (found,) = check(template({"it": source}))

    assert found.startswith(problem)


def test_a_field_that_the_types_do_not_have_is_unknown() -> None:
    assert check(template({"it": "{{ record.plase }}"}), attributes={"record": {"place"}}) == [
        "it telegram: there is no field record.plase"
    ]


def test_a_push_has_to_fit_a_locked_phone() -> None:
    assert check(pushing("a" * TITLE_LIMIT, "b" * BODY_LIMIT)) == []
    assert check(pushing("a" * (TITLE_LIMIT + 1), "b" * (BODY_LIMIT + 1))) == [
        "it push title: it is 1 too long: at most 40",
        "it push body: it is 1 too long: at most 120",
    ]


def test_a_template_says_something() -> None:
    assert check(template({})) == ["the template has no text"]


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        (TemplateButton(action="book", labels={}), "button book: it has no label in it"),
        (TemplateButton(action="book", labels={"it": " "}), "button book: it has no label in it"),
        (
            TemplateButton(action="book", labels={"it": "a" * 41}),
            "button book: its label in it is longer than 40",
        ),
        (
            TemplateButton(action="choose", value="è" * 23, labels={"it": "Oggi"}),
            "button choose: its action and value take more than 52 bytes",
        ),
    ],
)
def test_a_button_has_words_and_fits_into_what_telegram_carries(
    button: TemplateButton, problem: str
) -> None:
    assert check(template({"it": "x"}, (button,))) == [problem]


def test_two_buttons_never_do_the_same() -> None:
    twice = (
        TemplateButton(action="book", labels={"it": "Prenota"}),
        TemplateButton(action="book", labels={"it": "Fissa"}),
    )

    assert check(template({"it": "x"}, twice)) == ["two buttons do the same"]
