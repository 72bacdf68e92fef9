"""Paths to the fields of events, compared with the library by which a deployment reads those of filters."""

from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.deployment_rules.key_paths import EACH, LONGEST, KeyPathError, read_key_path
from panther_ci.running.confined.engine.field_paths import find
from panther_ci.running.confined.engine.panther_core.immutable import MISSING


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("a", ("a",)),
        ("_a1", ("_a1",)),
        ("1st", ("1st",)),
        ("a.b", ("a", "b")),
        ("a_b.Z_9.c__", ("a_b", "Z_9", "c__")),
        ("a[0].b", ("a", 0, "b")),
        ("a[-1]", ("a", -1)),
        ("a[*].b", ("a", EACH, "b")),
        ("[0].a", (0, "a")),
        ('"a-b".c', ("a-b", "c")),
        ('a."b.c"[0][1]', ("a", "b.c", 0, 1)),
    ],
)
@pytest.mark.parametrize("loose", [True, False])
def test_a_path_has_steps(path, steps, loose):
    assert read_key_path(path, loose) == steps


@pytest.mark.parametrize("path", ["a-b", "@t", "a.1st", "a:b.c", "$x", "a/b"])
def test_only_loose_paths_have_names_with_other_signs_without_quotes(path):
    assert read_key_path(path, loose=True) == tuple(path.split("."))
    with pytest.raises(KeyPathError, match=r"^only a deployment reads the path `"):
        read_key_path(path, loose=False)


@pytest.mark.parametrize(
    "path",
    ["", ".", ".a", "a.", "a..b", "a.[0]", "a[]", "a[0", "a[x]", "a[0]b", "a b", "a.*", "a || b", "a[?b]"]
    + ["a[0:2]", "length(a)", '"a', '""', '"a\\"b"', '"a\nb"', "a.b()", "a | b", "[*]a", "a[1234567890]"],
)
@pytest.mark.parametrize("loose", [True, False])
def test_what_is_more_than_a_path_to_a_field_is_not_read(path, loose):
    with pytest.raises(KeyPathError):
        read_key_path(path, loose)


def test_a_path_has_a_longest():
    assert read_key_path("a" * LONGEST, loose=False) == ("a" * LONGEST,)
    with pytest.raises(KeyPathError, match="longer than 1000 characters"):
        read_key_path("a" * (LONGEST + 1), loose=False)


NAMES = st.sampled_from(["a", "b", '"a-b"'])
PARTS = st.one_of(
    NAMES.map(lambda name: f".{name}"), st.sampled_from(["[0]", "[1]", "[-1]", "[*]", ".[0]", ".*", "[]"])
)
VALUES = st.recursive(
    st.sampled_from([None, 0, 1, "", "x", True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "a-b"]), inner),
    max_leaves=12,
)


@given(NAMES, st.lists(PARTS, max_size=4), st.dictionaries(st.sampled_from(["a", "b", "a-b"]), VALUES))
def test_a_path_finds_what_jmespath_finds_or_is_not_read(name: str, parts: list[str], event: Any) -> None:
    path = name + "".join(parts)
    try:
        steps = read_key_path(path, loose=False)
    except KeyPathError:
        assert any(part in (".[0]", ".*", "[]") for part in parts)
        return
    found = find(event, steps)
    assert (None if found is MISSING else found) == jmespath.search(path, event)


@pytest.mark.parametrize("at", range(-4, 5))
def test_an_item_is_counted_from_either_end(at):
    path, event = f"a[{at}]", {"a": ["x", "y", "z"]}
    found = find(event, read_key_path(path, loose=False))
    assert (None if found is MISSING else found) == jmespath.search(path, event)


def test_all_items_are_those_that_are_neither_missing_nor_null():
    event = {"a": [{"b": 1}, {}, {"b": None}, 5, {"b": [None, 2]}, {"b": 0}]}
    for path, values in (("a[*].b", [1, [None, 2], 0]), ("a[*].b[*]", [[2]]), ("a[*].b[1]", [2])):
        assert find(event, read_key_path(path, loose=False)) == values == jmespath.search(path, event)
