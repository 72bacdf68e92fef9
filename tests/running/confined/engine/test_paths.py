"""The paths of data models."""

from typing import Any

import pytest

from panther_ci.deployment_rules.jsonpath import PathError
from panther_ci.running.confined.engine.paths import compile_path

DATA: dict[str, Any] = {
    "a": {"b": {"c": 1}, "with space": 2, "d-e": 3, "@type": 6},
    "list": [{"n": 1, "k": "x"}, {"n": 2, "k": "y"}, {"k": "y", "flag": True}],
    "table": [[1, 2], [3]],
    "texts": [{"n": "2", "k": "x"}, {"n": "many", "k": "y"}],
    "nulls": [{"n": None}],
    "empty": [],
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("a.b.c", [1]),
        ("$.a.b.c", [1]),
        ("$", [DATA]),
        ("$.a['with space']", [2]),
        ('$.a."with space"', [2]),
        ("a.'d-e'", [3]),
        ("a.d-e", [3]),
        ("a['@type']", [6]),
        ("a.b.*", [1]),
        ("list[0].n", [1]),
        ("list[-1].flag", [True]),
        ("list[7].n", []),
        ("empty[-1]", []),
        ("list[*].n", [1, 2]),
        ("list.n", []),
        ("table[0][1]", [2]),
        ("table[*][*]", [1, 2, 3]),
        ("list[?(@.k == 'y')].n", [2]),
        ("list[?(@.k=='y')].flag", [True]),
        ('list[?k = "x"].n', [1]),
        ("list[?(@.n == 2)].k", ["y"]),
        ("list[?(@.n != 2)].k", ["x"]),
        ("list[?(@.n == true)].k", ["x"]),
        ("list[?(@.k == 1)].n", []),
        ("list[?(@.flag == null)].k", []),
        ("texts[?(@.n == 2)].k", ["x"]),
        ("texts[?(@.n == '2')].k", ["x"]),
        ("a[?(@.c == 1)].c", [1]),
        ("a.@type", [6]),
        ("a[*]", []),
        ("list.*", []),
        ("list[?(@.flag == true)].k", ["y"]),
        ("a.nothing.c", []),
        ("a.b.c.d", []),
        ("a[0]", []),
        ("a.b.c[0]", []),
        ("texts[0].n[0]", []),
        ("a.b.c[?(@.n == 1)]", []),
        ("texts[0].n[?(@.n == 1)]", []),
    ],
)
def test_a_path_finds_its_values(path: str, values: list[Any]) -> None:
    assert compile_path(path)(DATA) == values


@pytest.mark.parametrize(
    "path",
    [
        "",
        "  ",
        "a.",
        "a[",
        "a|b",
        "a b",
        "table.1",
        "a:b",
        "list.[?(@.k == 'x')]",
    ],
)
def test_a_path_that_can_not_be_read_is_named(path: str) -> None:
    with pytest.raises(PathError, match="the path"):
        compile_path(path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$..n", [1, 2]),
        ("$.who..n", [1]),
        ("list[0:1].n", [2]),
        ("list[?(@.n > 1)].n", [2]),
        ("list[0,1].k", ["x", "y"]),
        ("list.`len`", [2]),
        ("none..n", []),
    ],
)
def test_other_paths_are_read_by_the_library_of_a_deployment(path: str, found: list[Any]) -> None:
    event = {"who": {"deep": {"n": 1}}, "list": [{"n": 2, "k": "x"}, {"k": "y"}]}
    assert sorted(compile_path(path)(event), key=str) == found


@pytest.mark.parametrize(("path", "error"), [("nulls[?(@.n == 1)]", TypeError), ("list[-7].n", IndexError)])
def test_a_path_raises_where_a_deployment_does(path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        compile_path(path)(DATA)
