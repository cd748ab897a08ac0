"""What a customer reads."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.customer import Channel
from messaging.errors import BadTemplate
from messaging.fields import (
    EXAMPLE,
    VALUE_LIMIT,
    AssetFacts,
    CustomerFacts,
    Facts,
    RecordFacts,
)
from messaging.sender import Button
from messaging.template import (
    TEXT_UNITS,
    MissingField,
    Rendered,
    RenderResult,
    TemplateButton,
    render,
    text_language,
    units,
)
from tests.templates.letters import template


def said(source: str, facts: Facts = EXAMPLE, language: str = "it") -> RenderResult:
    return render(
        template({language: source}),
        facts,
        language=language,
        channel=Channel.TELEGRAM,
        business_language="it",
    )


def text(source: str, facts: Facts = EXAMPLE, language: str = "it") -> str:
    result = said(source, facts, language)
    assert isinstance(result, Rendered), result
    return result.text


def customer(name: str | None) -> Facts:
    return replace(EXAMPLE, customer=CustomerFacts(name=name))


def record(**attributes: str | int | bool) -> Facts:
    return replace(EXAMPLE, record=RecordFacts(attributes=attributes))


@pytest.mark.parametrize(
    ("source", "italian", "english"),
    [
        ("{{ record.due_on | date }}", "30/11/2026", "30 November 2026"),
        ("{{ record.due_on | day }}", "lunedì 30 novembre", "Monday 30 November"),
        ("{{ record.starts_at | day }}", "martedì 24 novembre", "Tuesday 24 November"),
        ("{{ record.starts_at | date }}", "24/11/2026", "24 November 2026"),
        ("{{ record.starts_at | time }}", "10:30", "10:30"),
        ("{{ record.amount | money }}", "149,90 €", "€149.90"),
    ],
)
def test_dates_hours_and_amounts_are_told_in_the_language_of_the_text(
    source: str, italian: str, english: str
) -> None:
    assert text(source) == italian
    assert text(source, language="en") == english


def test_a_date_and_an_amount_are_told_well_even_without_a_filter() -> None:
    assert text("{{ record.due_on }}, {{ record.amount }}") == "30/11/2026, 149,90 €"


def test_the_hour_is_the_one_on_the_clock_of_the_business() -> None:
    summer = replace(
        EXAMPLE, record=RecordFacts(starts_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    )

    assert text("{{ record.starts_at | date }} {{ record.starts_at | time }}", summer) == (
        "02/07/2026 0:30"
    )


@pytest.mark.parametrize(
    ("balance", "italian", "english"),
    [("8.5", "8,50 €", "€8.50"), ("-1200", "-1.200,00 €", "-€1,200.00"), (850, "8,50 €", "€8.50")],
)
def test_an_attribute_with_decimals_is_told_in_euro_and_a_whole_number_in_cents(
    balance: str | int, italian: str, english: str
) -> None:
    facts = replace(EXAMPLE, asset=AssetFacts(attributes={"balance": balance}))

    assert text("{{ asset.balance | money }}", facts) == italian
    assert text("{{ asset.balance | money }}", facts, language="en") == english


def test_an_attribute_that_holds_a_date_is_told_like_one() -> None:
    assert text("{{ record.ready_on | date }}", record(ready_on="2026-12-01")) == "01/12/2026"


def test_an_attribute_never_hides_a_field() -> None:
    facts = replace(EXAMPLE, asset=AssetFacts(code="LM482KT", attributes={"code": "other"}))

    assert text("{{ asset.code }}", facts) == "LM482KT"


@pytest.mark.parametrize("name", [None, "", " \n "])
def test_a_missing_name_gives_way_to_the_words_that_the_text_has_for_it(name: str | None) -> None:
    greeting = 'Gentile {{ customer.name | default: "cliente" }}'

    assert text(greeting, customer(name)) == "Gentile cliente"
    assert text(greeting.replace("|", "| greeting_name |"), customer(name)) == "Gentile cliente"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{{ record.place }}", "record.place"),
        ("{{ record.place | upcase }}", "record.place"),
        ("{{ record.place | date }}", "record.place"),
        ("{% assign place = record.place %}{{ place }}", "record.place"),
        ("{{ record.place.name }}", "record.place.name"),
        ("{{ record.number }}", "record.number"),
        ("{{ nothing }}", "nothing"),
        ("{{ now }}", "now"),
        ("{{ record }}", "record"),
        ("{% for each in record %}{{ each }}{% endfor %}", "record"),
    ],
)
def test_a_text_with_a_hole_is_never_printed(source: str, name: str) -> None:
    assert said(source, record()) == MissingField(name)


@pytest.mark.parametrize("group", ["asset", "record"])
def test_a_notice_about_nothing_lacks_the_fields_of_what_it_is_about(group: str) -> None:
    facts = replace(EXAMPLE, asset=None, record=None)

    assert said(f"{{{{ {group}.number }}}}", facts) == MissingField(f"{group}.number")
    assert text(f"{{% if {group} %}}yes{{% else %}}no{{% endif %}}", facts) == "no"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("{{ record.place | date }}", "soon"),
        ("{{ record.place | money }}", "much"),
        ("{{ record.place | money }}", True),
        ("{{ record.place | money }}", "NaN"),
        ("{{ record.place | money }}", "1e999999"),
        ("{{ record.place | time }}", 12),
        ("{% if record.place > 3 %}far{% endif %}", "here"),
    ],
)
def test_a_value_that_cannot_be_told_as_asked_counts_as_missing(
    source: str, value: str | int | bool
) -> None:
    assert said(source, record(place=value)) == MissingField("record.place")


def test_a_day_without_an_hour_has_no_hour_to_tell() -> None:
    assert said("{{ record.due_on | time }}") == MissingField("record.due_on")


def test_a_text_may_ask_whether_a_field_is_there() -> None:
    source = (
        "Pronto.{% if business.next_hours %} Siamo aperti {{ business.next_hours }}.{% endif %}"
    )
    unknown = replace(EXAMPLE, business=replace(EXAMPLE.business, next_hours=None))

    assert text(source) == "Pronto. Siamo aperti oggi 8:30-12:30 e 14:30-18:30."
    assert text(source, unknown) == "Pronto."


@pytest.mark.parametrize("name", ["{{ record.due_on }}", "{% if a %}", "<b>Mario</b>", "&amp;"])
def test_a_name_that_looks_like_markup_is_printed_as_it_is(name: str) -> None:
    assert text("Gentile {{ customer.name }}", customer(name)) == f"Gentile {name}"


def test_a_name_in_capitals_is_not_shouted() -> None:
    assert text("{{ customer.name }}", customer("ROSSI MARIO")) == "Rossi Mario"
    assert text("{{ record.who | greeting_name }}", record(who="D'ANGELO")) == "D'Angelo"


def test_a_value_cannot_begin_a_line_of_its_own_or_fill_the_message() -> None:
    assert text("{{ customer.name }}", customer("Mario\r\nHa vinto")) == "Mario Ha vinto"
    assert text("{{ customer.name }}", customer("\ud800Mario\x00")) == "Mario"
    assert len(text("{{ customer.name }}", customer("a" * 5_000))) == VALUE_LIMIT


def test_a_text_longer_than_telegram_takes_is_cut_with_a_sign() -> None:
    cut = text("🚗" * 3_000)

    assert units(cut) <= TEXT_UNITS
    assert cut.endswith("🚗…")


def test_a_push_has_a_title_and_a_telegram_message_has_none() -> None:
    push = render(
        template({"it": "x"}), EXAMPLE, language="it", channel=Channel.PUSH, business_language="it"
    )

    assert push == Rendered(title="Title", text="Officina Delta: open to read.")
    assert said("x") == Rendered(title=None, text="x")


def test_a_text_that_comes_out_empty_is_not_sent() -> None:
    assert said("{% if record.place %}x{% endif %}") == MissingField("text")


@pytest.mark.parametrize(
    ("language", "business_language", "spoken"),
    [
        ("en", "it", "en"),
        ("en-GB", "it", "en"),
        ("de", "it", "it"),
        ("de", "fr", "it"),
    ],
)
def test_who_speaks_another_language_reads_the_one_of_the_business(
    language: str, business_language: str, spoken: str
) -> None:
    both = template({"it": "{{ record.due_on }}", "en": "{{ record.due_on }}"})
    read = render(
        both,
        EXAMPLE,
        language=language,
        channel=Channel.TELEGRAM,
        business_language=business_language,
    )

    assert text_language(both, language, business_language) == spoken
    assert isinstance(read, Rendered)
    assert read.text == {"it": "30/11/2026", "en": "30 November 2026"}[spoken]


def test_buttons_carry_their_words_in_the_language_of_the_text() -> None:
    buttons = (
        TemplateButton(action="choose", value="today", labels={"it": "Oggi", "en": "Today"}),
        TemplateButton(action="book", labels={"it": "Prenota"}),
    )
    read = render(
        template({"en": "x"}, buttons),
        EXAMPLE,
        language="en",
        channel=Channel.TELEGRAM,
        business_language="it",
    )

    assert isinstance(read, Rendered)
    assert read.buttons == (
        Button(label="Today", action="choose", value="today"),
        Button(label="Prenota", action="book"),
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ customer.name",
        "{% if customer.name %}",
        "{% include 'a' %}",
        "{% render 'a' %}",
        "{% tablerow i in (1..3) %}{% endtablerow %}",
        "{% cycle 'a', 'b' %}",
        "{% for i in (1..1000) %}a{% endfor %}",
    ],
)
def test_a_text_that_is_wrong_whatever_the_facts_is_refused(source: str) -> None:
    with pytest.raises(BadTemplate):
        said(source)


def test_a_template_without_a_text_is_refused() -> None:
    with pytest.raises(BadTemplate):
        render(
            template({}), EXAMPLE, language="it", channel=Channel.TELEGRAM, business_language="it"
        )


any_text = st.none() | st.text(st.characters(categories=None))
any_attributes = st.dictionaries(
    st.sampled_from(["place", "points", "size", "first"]), st.text() | st.integers() | st.booleans()
)
any_facts = st.builds(
    Facts,
    business=st.builds(
        replace, st.just(EXAMPLE.business), name=st.text(), next_hours=any_text, contact=any_text
    ),
    customer=st.builds(CustomerFacts, name=any_text),
    asset=st.none()
    | st.builds(AssetFacts, label=any_text, code=any_text, attributes=any_attributes),
    record=st.none()
    | st.builds(
        RecordFacts,
        number=any_text,
        due_on=st.none() | st.dates(date.min, date.max),
        starts_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        amount_cents=st.none() | st.integers(),
        status=any_text,
        attributes=any_attributes,
    ),
)
any_source = st.lists(
    st.sampled_from(
        [
            "{{ business.name }}\n",
            '{{ customer.name | greeting_name | default: "cliente" }} ',
            "{{ asset.label | upcase }} {{ asset.points }} ",
            "{{ record.due_on | day }} {{ record.due_on }} ",
            "{{ record.starts_at | date }} {{ record.starts_at | time }} ",
            "{{ record.amount | money }} {{ record.points | money }} ",
            "{{ record.place | date }} {{ record.first }} {{ record.size }} ",
            "{% if record.points > 3 %}many{% endif %}",
            "{% for i in (1..record.points) %}*{% endfor %}",
            "{% if business.next_hours %}{{ business.next_hours }}{% endif %}",
            "{% if record.status == asset.code or record.number contains 'a' %}x{% endif %}",
            "{% case record.status %}{% when 'open' %}o{% else %}c{% endcase %}",
        ]
    ),
    min_size=1,
).map("".join)


@given(source=any_source, facts=any_facts, language=st.sampled_from(["it", "en"]))
def test_whatever_the_facts_there_is_a_message_or_the_name_of_what_is_missing(
    source: str, facts: Facts, language: str
) -> None:
    result = said(source, facts, language)

    match result:
        case Rendered():
            assert result.text.strip() == result.text != ""
            assert units(result.text) <= TEXT_UNITS
        case MissingField():
            assert result.name
