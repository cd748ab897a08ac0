"""A confidential template: what arrives is neutral, what it is about comes after the tap."""

from dataclasses import replace

import pytest

from messaging.customer import Channel
from messaging.errors import BadTemplate
from messaging.fields import EXAMPLE
from messaging.template import (
    LanguageTexts,
    MissingField,
    Rendered,
    Template,
    TemplateButton,
    check,
    render,
    render_reveal,
)
from messaging.template_json import body_from_json, body_to_json
from tests.templates.letters import template

VIEW = TemplateButton(action="view", labels={"it": "Apri (riservato)", "en": "Open (private)"})
PAID = TemplateButton(action="done", labels={"it": "Già pagata", "en": "Paid already"})
NEUTRAL = "{{ business.name }}\nHa una comunicazione riservata."
REVEAL = "La fattura n. {{ record.number }} è ancora aperta: {{ record.amount }}."


def confidential(
    telegram: str = NEUTRAL,
    reveal: str | None = REVEAL,
    *,
    push: str = "{{ business.name }}: apra per leggere.",
    buttons: tuple[TemplateButton, ...] = (VIEW, PAID),
) -> Template:
    texts = LanguageTexts(
        telegram=telegram, push_title="Comunicazione riservata", push_body=push, reveal=reveal
    )
    return replace(template({"it": ""}, buttons), texts={"it": texts}, confidential=True)


def test_a_confidential_template_with_all_it_needs_can_be_saved() -> None:
    assert check(confidential()) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (
            confidential("Gentile {{ customer.name }}"),
            "it telegram: it is confidential: customer.name belongs into the reveal",
        ),
        (
            confidential("{% if asset.code %}La sua auto{% endif %} avviso"),
            "it telegram: it is confidential: asset.code belongs into the reveal",
        ),
        (
            confidential(push="Fattura {{ record.number }}"),
            "it push body: it is confidential: record.number belongs into the reveal",
        ),
        (confidential(reveal=None), "it reveal: it is missing"),
        (confidential(reveal="{{ record.due_on"), "it reveal: line 1: "),
        (confidential(reveal="a" * 4_097), "it reveal: it is 1 too long: at most 4096"),
        (confidential(buttons=(PAID,)), "a confidential template needs the button view"),
        (
            replace(confidential(), confidential=False),
            "it reveal: the template is not confidential",
        ),
    ],
)
def test_what_would_tell_too_early_or_nothing_at_all_is_refused(
    wrong: Template, problem: str
) -> None:
    (found,) = check(wrong)

    assert found.startswith(problem)


def test_before_the_tap_there_is_one_button_and_after_it_the_others() -> None:
    before = render(
        confidential(), EXAMPLE, language="it", channel=Channel.TELEGRAM, business_language="it"
    )
    after = render_reveal(confidential(), EXAMPLE, language="it", business_language="it")

    assert isinstance(before, Rendered)
    assert [each.action for each in before.buttons] == ["view"]
    assert isinstance(after, Rendered)
    assert after.text == "La fattura n. 2026/114 è ancora aperta: 149,90 €."
    assert [each.action for each in after.buttons] == ["done"]


def test_a_reveal_with_a_hole_is_never_told() -> None:
    facts = replace(EXAMPLE, record=None)

    assert render_reveal(
        confidential(), facts, language="it", business_language="it"
    ) == MissingField("record.number")


def test_a_template_that_is_not_confidential_has_nothing_to_reveal() -> None:
    with pytest.raises(BadTemplate, match="nothing to reveal"):
        render_reveal(template({"it": "x"}), EXAMPLE, language="it", business_language="it")


def test_what_is_revealed_is_kept_with_the_texts() -> None:
    known = confidential()

    assert body_from_json(body_to_json(known.texts, known.buttons)) == (known.texts, known.buttons)
