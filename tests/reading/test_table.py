"""Bytes into rows of cells."""

import pytest

from messaging.errors import Refused
from messaging.reading.remarks import Code
from messaging.reading.table import Line, open_text


def lines(data: bytes, separator: str = ";") -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in open_text(data).lines(separator)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encoding_is_found(encoding):
    assert lines("Niccolò;Sandonà\n".encode(encoding)) == [(1, ("Niccolò", "Sandonà"))]


def test_the_euro_sign_of_windows_is_read():
    assert lines(b"Importo \x80;\xc0\r\n") == [(1, ("Importo €", "À"))]


def test_a_row_in_utf8_within_a_windows_file_is_let_pass():
    data = "Sandonà;1\n".encode("cp1252") + "Sánchez, Ál;”\n".encode()

    assert [number for number, _ in lines(data)] == [1, 2]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"a;b\n\xe0;\x81\n", "neither UTF-8 nor Windows-1252 (line 2)"),
        ("a;b\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "Excel"),
        (b"a;b\0\n", "not a text"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data, says):
    with pytest.raises(Refused, match=says.replace("(", r"\(").replace(")", r"\)")) as refused:
        open_text(data)
    assert refused.value.hint


def test_every_line_end_counts():
    assert lines(b"a;1\r\nb;2\nc;3\rd;4") == [
        (1, ("a", "1")),
        (2, ("b", "2")),
        (3, ("c", "3")),
        (4, ("d", "4")),
    ]


def test_quotes_protect_separators_line_breaks_and_quotes():
    data = b'"a;b";1\r\n"c ""d"" e";2\r\n"f\r\ng";3\r\nh "i" j;4\r\n'

    assert lines(data) == [
        (1, ("a;b", "1")),
        (2, ('c "d" e', "2")),
        (3, ("f\r\ng", "3")),
        (5, ('h "i" j', "4")),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_row_only():
    data = b'a;"b\nc;d\ne;"f;g"\nh;i\n'

    found = list(open_text(data).lines(";"))

    assert found[0] == Line(1, ("a", "b"), Code.QUOTE_OPEN)
    assert [line.cells for line in found[1:]] == [("c", "d"), ("e", "f;g"), ("h", "i")]


def test_a_quote_far_above_its_end_costs_its_own_row_only():
    data = b'a;"b\n' + b"c;d\n" * 30 + b'e;f"\n'

    found = list(open_text(data).lines(";"))

    assert [line.broken for line in found] == [Code.QUOTE_OPEN] + [None] * 31


def test_the_end_in_the_middle_of_a_quoted_cell_is_said():
    found = list(open_text(b'a;b\nc;"d').lines(";"))

    assert found[1] == Line(2, ("c", "d"), Code.ROW_TRUNCATED, ended=False)


def test_reading_twice_gives_the_same():
    text = open_text(b"a;b\nc;d")

    assert list(text.lines(";")) == list(text.lines(";"))
