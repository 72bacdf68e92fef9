"""The paths of data models."""

from typing import Any

import pytest

from panther_ci.running.engine.paths import PathError, compile_path

DATA: dict[str, Any] = {
    "a": {"b": {"c": 1}, "with space": 2, "d-e": 3, "@type": 6},
    "list": [{"n": 1, "k": "x"}, {"n": 2, "k": "y"}, {"k": "y", "flag": True}],
    "table": [[1, 2], [3]],
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("a.b.c", [1]),
        ("$.a.b.c", [1]),
        ("$.a['with space']", [2]),
        ('$.a."with space"', [2]),
        ("a.'d-e'", [3]),
        ("a.d-e", [3]),
        ("a['@type']", [6]),
        ("a.b.*", [1]),
        ("list[0].n", [1]),
        ("list[-1].flag", [True]),
        ("list[7].n", []),
        ("list[-7].n", []),
        ("list[*].n", [1, 2]),
        ("list.n", []),
        ("table[0][1]", [2]),
        ("table[*][*]", [1, 2, 3]),
        ("list[?(@.k == 'y')].n", [2]),
        ("list[?(@.k=='y')].flag", [True]),
        ('list[?k = "x"].n', [1]),
        ("list[?(@.n == 2)].k", ["y"]),
        ("list[?(@.n != 2)].k", ["x", "y"]),
        ("list[?(@.flag == true)].k", ["y"]),
        ("a.nothing.c", []),
        ("a.b.c.d", []),
    ],
)
def test_a_path_finds_its_values(path: str, values: list[Any]) -> None:
    assert compile_path(path)(DATA) == values


@pytest.mark.parametrize(
    "path", ["", "$", "  ", "a..b", "a.", "a[", "a[0:2]", "a[?(@.n > 1)]", "a|b", "a b", "$.`len`"]
)
def test_a_path_that_can_not_be_read_is_named(path: str) -> None:
    with pytest.raises(PathError, match="the path"):
        compile_path(path)
