"""Files as they come: every good row is kept, every bad one says why."""

from collections import Counter
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messaging.errors import Refused
from messaging.intake import CLEAR, Row, Verdict
from messaging.reading.profile import profiles
from messaging.reading.rows import read

TODAY = date(2026, 11, 22)
HEADER = (
    "COD CLIENTE;Nominativo;Tipo;Ruolo;Cell.;Nato il;Targa;Scadenza revisione;Bollo;Privacy;NOTE"
)


def rows_of(data: bytes, *, profile: str | None = None) -> list[Row]:
    return list(read(data, profile=profile, today=TODAY).rows)


def vehicle(*cells: str) -> Row:
    """Return the row of these cells below the header."""
    data = f"{HEADER}\r\n{';'.join(cells)}\r\n".encode("cp1252")
    header, row = rows_of(data)
    assert header.remarks[0].code == "HEADER"
    return row


def codes(row: Row) -> list[str]:
    return [remark.code for remark in row.remarks]


NASTY = b"".join(
    [
        b"Elenco scadenze;;;;\r\n",
        b"\r\n",
        HEADER.encode() + b"\r\n",
        b"A1;Rossi Mario;P;I;3331234567;;AB123CD;30/11/2026;;;\r\n",
        b"A2;Sandon\xe0 Niccol\xf2;P;I;;;AB124CD;30/11/2026;;;\n",
        b"A3;Bianchi Anna;P;I;;;AB125CD;31/11/2026;31/12/2026;;\r",
        b'A4;"Verdi; Figli";A;I;;;AB126CD;30/11/2026;;;"su due\r\nrighe"\r\n',
        b"A5;Neri Ugo;P;I;;;AB127CD;30/11/2026;;;urgente; chiamare\r\n",
        b"\r\n",
        b";;;;;;;;;;\r\n",
        HEADER.encode() + b"\r\n",
        "A6;Niccolò Rizzo;P;I;;;AB128CD;30/11/2026;;;\r\n".encode(),
        b'A7;"Gallo Rita;P;I;;;AB129CD;30/11/2026;;;\r\n',
        b"A8;Gallo Ada;P;I;;;AB130CD;30/11/2026\r\n",
        b"A1;Rossi Mario;P;I;3331234567;;AB123CD;30/11/2026;;;\r\n",
        b"A9;Viaro Leo;P;I;;;AB131CD;31/01/2027;;;\r\n",
        b"A9;Viaro Leo;P;I;;;ab 131 cd;28/02/2027;;;\r\n",
        b";Senza Codice;P;I;;;AB132CD;30/11/2026;;;\r\n",
        b"B1;CLIENTE BANCO;P;I;;;AB133CD;30/11/2026;;;\r\n",
        b"Totale scadenze: 50;;;;;;;;;;\r\n",
        b'B2;"Munerato Fra',
    ]
)


def test_a_nasty_file_keeps_every_good_row():
    found = [(row.line, row.key, row.verdict.value, codes(row)) for row in rows_of(NASTY)]

    assert found == [
        (1, "", "skipped", ["NOT_DATA"]),
        (2, "", "skipped", ["NOT_DATA"]),
        (3, "", "skipped", ["HEADER"]),
        (4, "A1 AB123CD", "imported", []),
        (5, "A2 AB124CD", "imported", []),
        (6, "A3 AB125CD", "partly", ["DATE_INVALID"]),
        (7, "A4 AB126CD", "imported", []),
        (9, "A5 AB127CD", "rejected", ["COLUMN_COUNT"]),
        (10, "", "skipped", ["NOT_DATA"]),
        (11, "", "skipped", ["NOT_DATA"]),
        (12, "", "skipped", ["HEADER"]),
        (13, "A6 AB128CD", "warning", ["TEXT_MOJIBAKE"]),
        (14, "A7", "rejected", ["QUOTE_OPEN"]),
        (15, "A8 AB130CD", "imported", []),
        (16, "A1 AB123CD", "skipped", ["DUPLICATE_IDENTICAL"]),
        (17, "A9 AB131CD", "held", ["DUPLICATE_CONFLICT"]),
        (18, "A9 AB131CD", "held", ["DUPLICATE_CONFLICT"]),
        (19, "", "rejected", ["ID_MISSING"]),
        (20, "B1 AB133CD", "rejected", ["NAME_PLACEHOLDER"]),
        (21, "", "skipped", ["NOT_DATA"]),
        (22, "B2", "rejected", ["ROW_TRUNCATED"]),
    ]


def test_rejected_skipped_and_conflicting_rows_hold_nothing():
    empty = {
        row.key
        for row in rows_of(NASTY)
        if (row.customer, row.asset, row.records) == (None, None, ())
    }

    assert empty == {
        "", "A1 AB123CD", "A5 AB127CD", "A7", "A9 AB131CD", "B1 AB133CD", "B2",
    }  # fmt: skip


def test_one_bad_date_costs_its_own_deadline_only():
    row = next(row for row in rows_of(NASTY) if row.key == "A3 AB125CD")

    assert row.asset is not None
    assert [record.type for record in row.records] == ["road_tax"]
    assert row.remarks[0].column == "Scadenza revisione"
    assert "31/11/2026" in row.remarks[0].it


def test_conflicting_copies_name_their_lines():
    row = next(row for row in rows_of(NASTY) if row.line == 17)

    assert "17, 18" in row.remarks[0].it


def test_broken_accents_are_mended_and_shown():
    row = next(row for row in rows_of(NASTY) if row.key == "A6 AB128CD")

    assert row.customer is not None
    assert row.customer.name == "Rizzo Niccolò"


def test_a_file_cut_off_in_an_unquoted_cell_does_not_store_half_a_row():
    (_, row) = rows_of(f"{HEADER}\r\nA1;Munerato Fra".encode())

    assert (row.verdict, codes(row)) == (Verdict.REJECTED, ["ROW_TRUNCATED"])


def test_a_last_line_without_line_end_is_read_if_it_is_whole():
    (_, row) = rows_of(f"{HEADER}\r\nA1;Munerato Ada;P;I;;;;;;;".encode())

    assert row.verdict is Verdict.IMPORTED


@pytest.mark.parametrize(
    ("date_", "verdict", "code"),
    [
        ("11/2026", Verdict.HELD, "DATE_INCOMPLETE"),
        ("31/12/2099", Verdict.HELD, "DATE_IMPLAUSIBLE"),
        ("00/00/0000", Verdict.PARTLY, "DATE_EMPTY"),
        ("12/25/2026", Verdict.PARTLY, "DATE_INVALID"),
    ],
)
def test_a_deadline_without_a_sound_date_is_not_stored(date_, verdict, code):
    row = vehicle("A1", "Rossi Mario", "P", "I", "", "", "AB123CD", date_, "", "", "")

    assert (row.verdict, codes(row)) == (verdict, [code])
    assert row.customer is not None
    assert row.asset is not None
    assert row.records == ()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("A1", "Rossi Mario", "P", "I", "30012", "", "AB123CD"), "PHONE_INVALID"),
        (("A1", "Rossi Mario", "P", "I", "", "31/02/1980", "AB123CD"), "DATE_INVALID"),
        (("A1", "Rossi Mario", "P", "I", "", "", "MP4O7RT"), "PLATE_UNUSUAL"),
        (("A1", "", "P", "I", "3331234567", "", "AB123CD"), "NAME_MISSING"),
        (("A1", "Rossi Mario", "Z", "I", "", "", "AB123CD"), "CHOICE_UNKNOWN"),
        (("A1", "Rossi Mario", "P", "I", "", "", "AB123CD", "", "", "forse"), "BOOLEAN_INVALID"),
    ],
)
def test_a_flaw_of_the_customer_or_the_plate_is_a_warning(cells, code):
    row = vehicle(*cells)

    assert (row.verdict, codes(row)) == (Verdict.WARNING, [code])
    assert row.customer is not None
    assert row.asset is not None


def test_a_name_that_may_be_a_companys_is_not_turned_round():
    row = vehicle("A1", "Rossi Mario", "", "I", "", "", "AB123CD")

    assert row.customer is not None
    assert (row.customer.name, row.customer.company) == ("Rossi Mario", None)


def test_a_word_that_is_no_role_leaves_the_vehicle_out():
    row = vehicle("A1", "Rossi Mario", "P", "boh", "", "", "AB123CD", "30/11/2026")

    assert (row.verdict, codes(row)) == (Verdict.PARTLY, ["CHOICE_UNKNOWN"])
    assert row.customer is not None
    assert (row.asset, row.records) == (None, ())


def test_a_deadline_without_a_plate_is_not_stored():
    row = vehicle("A1", "Rossi Mario", "P", "I", "", "", "", "30/11/2026")

    assert (row.verdict, codes(row)) == (Verdict.PARTLY, ["PLATE_MISSING"])
    assert row.customer is not None


def test_the_clear_sign_empties_and_a_blank_leaves_alone():
    row = vehicle("A1", "Rossi Mario", "P", "I", "#@#", "", "AB123CD", "#@#")

    assert row.verdict is Verdict.IMPORTED
    assert row.customer is not None
    assert row.customer.phones is CLEAR
    assert row.customer.born_on is None
    assert [record.due_on for record in row.records] == [CLEAR]


def test_a_name_may_tell_of_a_death():
    row = vehicle("A1", "Stocco Gino (deceduto)", "P", "I", "", "", "AB123CD", "30/11/2026")

    assert (row.verdict, codes(row)) == (Verdict.HELD, ["DECEASED_HINT"])
    assert row.customer is not None
    assert (row.customer.name, row.customer.deceased) == ("Gino Stocco", True)


def test_text_in_a_formula_is_no_formula():
    row = vehicle('="A1"', "Rossi Mario", "P", "I", "", "", "AB123CD", "", "", "", "=1+2")

    assert (row.key, row.verdict) == ("A1 AB123CD", Verdict.IMPORTED)


ORDERS = "Num. ODL\tCod. cliente\tTarga\tStato\tTotale\tN. preventivo\tValido fino al\r\n"
QUOTED = "1\tA1\tAB123CD\tPreventivo inviato\t5"


@pytest.mark.parametrize(
    ("cells", "verdict", "code", "kinds"),
    [
        ("1\tA1\tAB123CD\tSospesa\t\t\t", Verdict.HELD, "STATUS_UNKNOWN", []),
        ("1\tA1\tAB123CD\tPronta\t1.500\t\t", Verdict.HELD, "AMOUNT_AMBIGUOUS", []),
        ("1\tA1\tAB123CD\tPronta\t12O,50\t\t", Verdict.WARNING, "AMOUNT_INVALID", ["work_order"]),
        (f"{QUOTED}\t\t30/11/2026", Verdict.PARTLY, "ID_MISSING", ["work_order"]),
        (f"{QUOTED}\tP1\t31/11/2026", Verdict.PARTLY, "DATE_INVALID", ["work_order"]),
        ("\tA1\tAB123CD\tPronta\t\t\t", Verdict.REJECTED, "ID_MISSING", []),
        ("1\t\tAB123CD\tPronta\t\t\t", Verdict.REJECTED, "ID_MISSING", []),
    ],
)  # fmt: skip
def test_a_work_order_that_cannot_be_used_says_why(cells, verdict, code, kinds):
    (_, row) = rows_of(f"{ORDERS}{cells}\r\n".encode())

    assert (row.verdict, codes(row)) == (verdict, [code])
    assert [record.type for record in row.records] == kinds


def test_an_unknown_status_says_which_are_known():
    (_, row) = rows_of(f"{ORDERS}1\tA1\tAB123CD\tSospesa\t\t\t\r\n".encode())

    assert "Attesa ricambi" in row.remarks[0].it
    assert "Sospesa" in row.remarks[0].en


def test_a_work_order_without_a_vehicle_is_stored():
    (_, row) = rows_of(f"{ORDERS}1\tA1\t\tPronta\t\t\t\r\n".encode())

    assert row.verdict is Verdict.IMPORTED
    assert row.records[0].asset is None


def test_an_unknown_file_is_refused_with_its_columns_and_the_profiles():
    with pytest.raises(Refused, match="its columns are: Nome, Cognome, Gatto") as refused:
        read(b"Nome,Cognome,Gatto\nAda,Neri,Micio\n", today=TODAY)
    assert "officina_clienti_veicoli" in refused.value.hint


def test_a_profile_that_does_not_fit_is_refused_with_what_it_needs():
    with pytest.raises(Refused, match="officina_lavorazioni") as refused:
        read(HEADER.encode(), profile="officina_lavorazioni", today=TODAY)
    assert "Num. ODL" in refused.value.hint


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(Refused, match="there is no profile 'gatti'") as refused:
        read(HEADER.encode(), profile="gatti", today=TODAY)
    assert "officina_lavorazioni" in refused.value.hint


def test_columns_that_the_profile_does_not_know_are_named():
    data = HEADER.replace("NOTE", "Gatto").encode()

    assert read(data, today=TODAY).ignored == ("Gatto",)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("name", sorted(profiles()))
def test_every_profile_knows_its_own_columns_by_every_name(name, separator):
    profile = profiles()[name]
    for turn in range(max(map(len, profile.columns.values()))):
        header = [synonyms[turn % len(synonyms)] for synonyms in profile.columns.values()]
        row = ["1"] * len(header)
        data = "\n".join(separator.join(cells) for cells in (header, row)) + "\n"

        reading = read(data.encode(), today=TODAY)

        assert (reading.profile, reading.ignored) == (name, ())
        assert len(list(reading.rows)) == 2


def test_a_key_on_every_row_does_not_make_the_remarks_grow():
    data = HEADER + "\n" + "".join(f"A1;Nome {n};P;I;;;AB123CD;;;;\n" for n in range(500))

    found = rows_of(data.encode())

    assert Counter(row.verdict for row in found) == {Verdict.SKIPPED: 1, Verdict.HELD: 500}
    assert max(len(row.remarks[0].it) for row in found) < 200


def consume(data: bytes) -> None:
    with suppress(Refused):
        for row in read(data, today=TODAY).rows:
            assert row.line > 0


@settings(deadline=None)  # the cores are shared
@given(st.binary())
@example(b"\xef\xbb\xbf")
@example(b'"\n"\n"')
def test_arbitrary_bytes_are_read_or_refused(data):
    consume(data)


@settings(deadline=None)  # the cores are shared
@given(st.binary(max_size=400))
def test_arbitrary_bytes_below_a_header_are_read_or_refused(data):
    consume(HEADER.encode() + b"\r\n" + data)


TELLING = ("#@#", "31/11/2026", "30/11/2026", "SI", "U", "AB123CD", "3331234567", "46350", "1.500")
CELL = st.text(max_size=12) | st.sampled_from(TELLING) | st.text('"; €')


@settings(deadline=None)  # the cores are shared
@given(st.lists(st.lists(CELL, min_size=9, max_size=12), max_size=6))
def test_arbitrary_cells_give_one_verdict_each(rows):
    body = "\r\n".join(";".join(row) for row in rows)
    consume(f"{HEADER}\r\n{body}".encode("utf-8", "replace"))
    consume(ORDERS.replace("\t", ";").encode() + body.encode("utf-8", "replace"))
