"""A text without choices is put together from its pieces: never other than as Liquid says it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messaging.errors import BadTemplate
from messaging.fields import Common, Prose, Value
from messaging.liquid import FILTERS, Known, UnfilledError, fill, parsed
from messaging.pieces import Filtering, Said, pieces_of
from messaging.wording import Money

ROME = ZoneInfo("Europe/Rome")
NO_ROW = "{% comment %}{% endcomment %}"
"""Says nothing, and leaves a text to Liquid."""


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("", ()),
        ("Buongiorno.", ("Buongiorno.",)),
        (
            "Gentile {{ customer.name }},",
            ("Gentile ", Said(group="customer", field="name"), ","),
        ),
        (
            '{{ customer.name | greeting_name | default: "cliente" }}',
            (
                Said(
                    group="customer",
                    field="name",
                    filters=(
                        Filtering(name="greeting_name", arguments=()),
                        Filtering(name="default", arguments=("cliente",)),
                    ),
                ),
            ),
        ),
        ("A {{- record['due_on'] -}} B", ("A", Said(group="record", field="due_on"), "B")),
    ],
)
def test_words_and_values_one_after_the_other_are_a_row(
    source: str, pieces: tuple[str | Said, ...]
) -> None:
    assert pieces_of(parsed(source).nodes, FILTERS) == pieces


@pytest.mark.parametrize(
    "source",
    [
        "{% if customer.name %}a{% endif %}",
        "{% assign name = customer.name %}{{ name }}",
        NO_ROW,
        "{{ 'words' }}",
        "{{ customer }}",
        "{{ record.place.name }}",
        "{{ record[customer.name] }}",
        "{{ record.size }}",
        "{{ record.first }}",
        "{{ customer.name | default: record.number }}",
        "{{ customer.name | default: 'x', allow_false: true }}",
        "{{ customer.name | append: 'x' }}",
    ],
)
def test_whatever_asks_for_more_than_one_value_at_a_time_is_none(source: str) -> None:
    assert pieces_of(parsed(source).nodes, FILTERS) is None


VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "ROSSI MARIO",
                "8.50",
                "2026-12-31",
                "2026-12-31T23:30:00Z",
                "nan",
                "{{ x }}",
            ),
            *(True, False, 0, 14_990, -5, 10**13, date(2026, 11, 30), date(1, 1, 1)),
            *(
                datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
                Money(14_990),
                Prose(" a\nb "),
                Prose(""),
            ),
        ]
    ),
)
FIELD = st.sampled_from(
    ["record.due_on", "record.place", "customer.name", "asset.code", "record['no such']", "odd.one"]
)
ARGUMENT = st.sampled_from(
    ["", "", "", ": 'words'", ": ''", ": 3", ": 1.5", ": true", ": nil", ": 1, 2"]
)
FILTER = st.builds("{}{}".format, st.sampled_from([*FILTERS, *FILTERS, "no_such"]), ARGUMENT)
OUTPUT = st.builds(
    lambda field, filters: "{{ " + " | ".join([field, *filters]) + " }}",
    FIELD,
    st.lists(FILTER, max_size=3),
)
WORDS = st.sampled_from(["Gentile ", " \n", "{{-record.place-}}", "è", ""])


@st.composite
def facts(draw: st.DrawFn) -> Known:
    """Return groups as a text may meet them: known, partly known, or not there at all; the same for everybody, or
    not.
    """
    values = st.fixed_dictionaries({}, optional={"place": VALUES, "due_on": VALUES})
    common = st.builds(Common, st.just("record"), values)
    return {
        "record": draw(st.one_of(st.none(), values, common)),
        "customer": {"name": draw(VALUES)},
        "asset": draw(st.sampled_from([None, {"code": "LM482KT"}])),
    }


@settings(max_examples=100)
@given(
    source=st.lists(st.one_of(WORDS, OUTPUT), max_size=5).map("".join),
    known=facts(),
    language=st.sampled_from(["it", "en", "de"]),
)
@example(source="{{ record.place | money: 1 }}", known={"record": {"place": 5}}, language="it")
@example(source="{{ record.place | date }}", known={"record": {"place": "soon"}}, language="it")
@example(
    source="{{ record.place | default: 1, 2 }}", known={"record": {"place": "a"}}, language="it"
)
def test_a_row_says_what_liquid_says(source: str, known: Known, language: str) -> None:
    assert told(source, known, language) == told(source + NO_ROW, known, language)


def told(source: str, known: Known, language: str) -> str | tuple[str, str]:
    try:
        return fill(source, known, language=language, zone=ROME)
    except UnfilledError as missing:
        return "missing", missing.name
    except BadTemplate as bad:
        return "bad", str(bad)


def test_each_business_is_named_by_its_own_name_in_the_same_text() -> None:
    source = "{{ business.name }}: {{ customer.name }}"
    delta, beta = (Common("business", {"name": name}) for name in ("Delta", "Beta"))

    said = [
        fill(source, {"business": of, "customer": {"name": name}}, language="it", zone=ROME)
        for of, name in ((delta, "Anna"), (beta, "Anna"), (delta, "Bruno"))
    ]

    assert said == ["Delta: Anna", "Beta: Anna", "Delta: Bruno"]
