"""The rows of lookup tables, and how far a file is read."""

import pytest

from panther_ci.specs.lookup_data import Repeated, read_table


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.csv", "\ufeffip,owner\r\n1,x\r\n2,y"),
        ("A.CSV", 'ip,"owner"\n1,"x, y"\n\n2,"two\nlines"\n'),
        ("a.jsonl", '{"ip": "1", "owner": "x"}\r\n\r\n{"ip": "2"}'),
    ],
)
def test_the_columns_of_a_table_are_found_in_both_forms(path, text):
    table = read_table(path, text.encode(), "ip")
    assert (sorted(table.columns), *table[1:]) == (["ip", "owner"], (), (), ())


def test_rows_with_the_same_key_or_none_are_told_with_their_lines():
    table = read_table("a.csv", b"ip,owner\n1,x\n,y\n1,z\n", "ip")
    assert (table.lacking, table.repeated) == ((3,), (Repeated(4, "1", 2),))


def test_a_row_may_be_shorter_or_longer_than_the_header():
    table = read_table("a.csv", b"owner,ip\nx\ny,1,more\n", "ip")
    assert (table.faults, table.lacking) == ((), (2,))


def test_a_number_and_its_text_are_the_same_key():
    table = read_table("a.jsonl", b'{"ip": 1}\n{"ip": "1"}\n{"ip": null}\n', "ip")
    assert (table.lacking, table.repeated) == ((3,), (Repeated(2, "1", 1),))


@pytest.mark.parametrize(
    ("path", "data", "line", "message"),
    [
        ("a.csv", b"", 1, "The first line has to name the columns."),
        ("a.csv", b'ip\n"1"x\n', 2, "This is not CSV: ',' expected after '\"'."),
        ("a.csv", b'ip\n"' + b"1" * 200_000, 2, "This is not CSV: field larger than field limit (131072)."),
        ("a.csv", b"ip\n\xff\n", 2, "This is not UTF-8."),
        ("a.jsonl", b'{"ip": 1}\n{"ip"', 2, "This line is not JSON."),
        ("a.jsonl", b"[" * 100_000, 1, "This line is not JSON."),
        ("a.jsonl", b"\n1\n", 2, "A line has to be a JSON object, in braces."),
    ],
)
def test_a_line_that_can_not_be_read_is_told_and_ends_the_reading(path, data, line, message):
    more = b"\nmore\n" if data else b""
    assert read_table(path, data + more, "ip").faults == ((line, message),)


@pytest.mark.parametrize(("before", "line"), [(b"", 1), (b"ip\n1\n\n", 4), (b'ip\n"two\nlines"\n', 4)])
def test_a_quote_without_an_end_is_told_where_its_row_begins(before, line):
    table = read_table("a.csv", before + b'"2\n3\n4\n', "ip")
    assert table.faults == ((line, "This is not CSV: a quoted value of this row does not end."),)


@pytest.mark.parametrize("row", [b'{"ip": 1}\n', b"{}\n"])
def test_of_many_faults_a_few_are_kept(row):
    table = read_table("a.jsonl", row * 10_000, "ip")
    assert len(table.lacking) + len(table.repeated) == 21
