"""Where values, keys and faults of a parsed file are."""

import pytest

from panther_ci.model import Location
from panther_ci.specs.reading.document import cut
from panther_ci.specs.reading.parse import parse

TEXT = b"a:\n  - b: 1\n    c:\n      2\n"


@pytest.mark.parametrize(
    ("keys", "value", "key"),
    [
        ((), (1, 1), (1, 1)),
        (("a",), (2, 3), (1, 1)),
        (("a", 0), (2, 5), (2, 5)),
        (("a", 0, "c"), (4, 7), (3, 5)),
        (("x",), (1, 1), (1, 1)),
        (("a", 1), (2, 3), (2, 3)),
        (("a", 0, "x", "y"), (2, 5), (2, 5)),
        (("a", 0, "c", "x"), (4, 7), (4, 7)),
    ],
)
def test_what_is_not_there_is_at_the_innermost_value_around_it(keys, value, key):
    document = parse(TEXT, "a.yml")
    found = [document.locate(keys), document.locate_key(keys)]
    assert found == [Location("a.yml", *value), Location("a.yml", *key)]


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [("a.yml", b"b: 0\na:\n  - 1\na: 2\n", (4, 1)), ("a.json", b'{"b": 0,\n"a"\n:\n1,\n"a": 2}', (5, 1))],
)
def test_a_key_that_is_there_twice_names_the_line_of_the_other_key(path, text, place):
    (found,) = parse(text, path).findings
    assert found.location == Location(path, *place)
    assert (found.message, "line 2." in found.hint) == ("The key `a` is here and on line 2.", True)


def test_a_text_is_cut_where_it_is_longer_than_a_message_shows():
    assert [cut("x" * length) for length in (59, 60, 61)] == ["x" * 59, "x" * 60, "x" * 60 + "…"]
    assert [cut("abc", limit) for limit in (2, 3)] == ["ab…", "abc"]
