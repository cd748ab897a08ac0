"""A program whose files avvisa does not know: its user writes a profile, and is told what is wrong with it."""

import re
from datetime import date
from pathlib import Path

import pytest

from messaging.errors import Refused
from messaging.intake import CLEAR, Verdict
from messaging.reading.profile import parse_profile
from messaging.reading.rows import read

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text("utf-8")
TODAY = date(2026, 11, 22)


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_profile_of_the_documentation_reads_the_file_beside_it():
    profile = parse_profile(fenced("yaml")[0])

    [row] = list(read(fenced("csv")[0].encode(), profile=profile, today=TODAY).rows)[1:]

    assert row.customer is not None
    assert (row.customer.external_id, row.customer.name) == ("17", "Mario Rossi")
    assert row.customer.phones == ("+393331234567",)
    assert row.asset is not None
    assert (row.asset.code, row.asset.label) == ("AB123CD", "Fiat Panda")
    assert [(each.type, each.due_on) for each in row.records] == [
        ("inspection", date(2026, 11, 30))
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "the profile is no YAML"),
        ("nome: x", "name: field required"),
        (fenced("yaml")[0].replace("key: [code", "key: [codice"), "does not name: codice"),
        (fenced("yaml")[0].replace("due_on", "due"), r"records\.0\.due: extra inputs"),
    ],
)
def test_a_profile_with_a_mistake_is_refused_with_the_place_of_it(text: str, said: str):
    with pytest.raises(Refused, match=said) as refused:
        parse_profile(text)

    assert "docs/profiles.md" in refused.value.hint


def test_a_file_that_is_none_of_the_profile_s_is_refused_with_what_it_needs():
    profile = parse_profile(fenced("yaml")[0])

    with pytest.raises(Refused, match="no file of the profile 'scadenze'"):
        read(b"Nome;Cognome\nMario;Rossi\n", profile=profile, today=TODAY)


def test_a_profile_may_tell_of_tags_and_since_when_somebody_is_a_customer():
    columns = "  groups: [Gruppi]\n  customer_since: [Cliente dal]\n"
    written = (
        fenced("yaml")[0]
        .replace("columns:", f"columns:\n{columns}#", 1)
        .replace("  phones: [mobile]", "  tags: groups\n  since: customer_since")
    )
    head = "Codice;Cliente;Targa;Gruppi;Cliente dal\n"
    lines = [
        "17;Rossi Mario;AB123CD;Flotte;VIP | vip;01/03/2019",
        "18;Neri Anna;AB124CD;;",
        "19;Verdi Ugo;AB125CD;#@#;#@#",
        f"20;Blu Ada;AB126CD;{'x' * 41}, ok;01/03/2030",
    ]
    lines[0] = lines[0].replace("Flotte;VIP", '"Flotte;VIP').replace("| vip;", '| vip";')

    read_rows = read(
        (head + "\n".join(lines)).encode(), profile=parse_profile(written), today=TODAY
    )
    told = [row for row in list(read_rows.rows)[1:] if row.customer is not None]

    assert [(row.customer.tags, row.customer.since) for row in told if row.customer] == [
        (("flotte", "vip"), date(2019, 3, 1)),
        (None, None),
        (CLEAR, CLEAR),
        (("ok",), None),
    ]
    assert [remark.code for remark in told[3].remarks] == ["TEXT_TOO_LONG", "DATE_IMPLAUSIBLE"]


def test_what_is_left_on_a_card_is_a_number_with_decimals():
    written = (
        fenced("yaml")[0]
        .replace("columns:", "columns:\n  balance: [Saldo]\n#", 1)
        .replace("  label: model", "  label: model\n" + fenced("yaml")[-1].removeprefix("asset:\n"))
    )
    head = "Codice;Cliente;Targa;Saldo\n"
    lines = ["17;Rossi Mario;AB123CD;8,50", "18;Neri Anna;AB124CD;NaN", "19;Blu Ada;AB125CD;1.500"]

    rows = list(
        read((head + "\n".join(lines)).encode(), profile=parse_profile(written), today=TODAY).rows
    )[1:]

    assert [row.asset and dict(row.asset.attributes) for row in rows] == [
        {"balance": "8.50"},
        {},
        {},
    ]
    assert [[remark.code for remark in row.remarks] for row in rows] == [
        [],
        ["DECIMAL_INVALID"],
        ["AMOUNT_AMBIGUOUS"],
    ]


def test_an_asset_is_named_by_a_plate_or_by_a_code():
    both = fenced("yaml")[0].replace("  plate: plate\n", "  plate: plate\n  code: model\n")

    with pytest.raises(Refused, match="needs plate or code, and not both"):
        parse_profile(both)


INVOICES = """
name: fatture
title_it: Fatture
title_en: Invoices
columns: {invoice: [N.], code: [Cod.], firm: [Ditta], due: [Scadenza], state: [Stato], quarrel: [Contesa]}
needs: [invoice, code]
key: [invoice]
customer_id: code
customer: {name: firm, all_companies: true}
anonymous: true
records:
  - type: invoice
    id: invoice
    due_on: due
    undated: true
    status:
      column: state
      meanings: {issued: [Aperta], paid: [Pagata]}
      overruled: {column: quarrel, of: [issued], status: disputed}
"""


@pytest.mark.parametrize(
    ("cells", "status", "due_on"),
    [
        ("1;A1;EDIL PAVÀN S.R.L.;30/11/2026;Aperta;", "issued", date(2026, 11, 30)),
        ("1;A1;EDIL PAVÀN S.R.L.;;Aperta;no", "issued", None),
        ("1;A1;EDIL PAVÀN S.R.L.;30/11/2026;Aperta;sì", "disputed", date(2026, 11, 30)),
        ("1;A1;EDIL PAVÀN S.R.L.;30/11/2026;Pagata;sì", "paid", date(2026, 11, 30)),
    ],
)
def test_a_yes_stands_over_a_status_and_a_record_may_lack_its_date(cells, status, due_on):
    header = "N.;Cod.;Ditta;Scadenza;Stato;Contesa"
    reading = read(f"{header}\n{cells}\n".encode(), profile=parse_profile(INVOICES), today=TODAY)

    [row] = list(reading.rows)[1:]

    assert row.customer is not None
    assert (row.customer.name, row.customer.company) == ("EDIL PAVÀN S.R.L.", True)
    assert [(each.status, each.due_on) for each in row.records] == [(status, due_on)]


def test_what_is_nobodys_is_skipped_and_said_to_be():
    header = "N.;Cod.;Ditta;Scadenza;Stato;Contesa"
    reading = read(
        f"{header}\n1;;X;;Aperta;\n".encode(), profile=parse_profile(INVOICES), today=TODAY
    )

    [row] = list(reading.rows)[1:]

    assert (row.verdict, [each.code for each in row.remarks]) == (Verdict.SKIPPED, ["NO_CUSTOMER"])
