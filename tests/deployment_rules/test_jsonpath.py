"""The paths of data models, compared with jsonpath-ng.

Deployments run versions of jsonpath-ng before 1.7.0, and a newer one is installed here. Where the two differ,
ours does what deployments do (see tests/running/confined/engine/test_paths.py), and nothing is compared:
- a bare number as a name, as in `a.1`: only the newer one reads it;
- a filter on values of another type than the one they are compared with, on missing ones with `!=`, and one
  that compares with null;
- an index that counts back beyond the first item;
- `*` on a list, and `[*]` on anything else.
"""

import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonpath_ng import JSONPath
from jsonpath_ng.ext.parser import ExtendedJsonPathParser

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.jsonpath import PathError, UnsupportedPathError, read_path
from panther_ci.running.confined.engine.paths import compile_path
from panther_ci.specs.checks.data_model_paths import judge_path

PARSER = ExtendedJsonPathParser()
Texts = st.SearchStrategy[str]


def parse(path: str) -> JSONPath | None:
    """The path as jsonpath-ng reads it; None for one that it can't read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return PARSER.parse(path)
        except Exception:  # the parser lets exceptions of several kinds through
            return None


def verdict(path: str) -> CheckId | None:
    problem = judge_path(path)
    return problem[0] if problem else None


# Any path, right and wrong ------------------------------------------------------------------------

OPERANDS = ["$", "@", "*", "a", "a-b", "@type", "'x y'", '"q"', r"'it\'s'", "a,b", "null", "true", "trueish"]
OPERANDS += ["where", "`len`", "`this`", "`str()`", "`other`"]
BRACKETS = ["[*]", "[0]", "[ -1 ]", "[0,1]", "[1:2]", "[:]", "[::]", "['a']", "[a]", "['a','b']"]
CONNECTORS = [".", ".", ".", " . ", "..", "|", "&", "+", "-", "*", " where ", " wherenot "]
COMPARISONS = ["==", "=", "!=", " == ", "<", ">=", "=~"]
VALUES = ["'x'", '"y z"', "word", "1", "-2", "1.5", "true", "null", "@", "$.a", "@.a[0]", "@['x']"]
PIECES = [*"a.[]()?=!<'\"*$@,:|&+-1 `\\/#ä\n", "==", "&&", "||", "..", "[?"]


def joined(*parts: str | Texts) -> Texts:
    return st.tuples(*(st.just(each) if isinstance(each, str) else each for each in parts)).map("".join)


def any_of(texts: list[str]) -> Texts:
    return st.sampled_from(texts)


def repeated(part: Texts, most: int) -> Texts:
    return st.lists(part, max_size=most).map("".join)


@cache
def paths(depth: int) -> Texts:
    more = brackets(depth) | joined(any_of(CONNECTORS), operands(depth)) | any_of(["+1.5", "*2", "..[?a]"])
    return joined(operands(depth), repeated(more, 3)) | joined("1.5+", operands(depth))


@cache
def operands(depth: int) -> Texts:
    plain = any_of(OPERANDS + BRACKETS)
    return plain | joined("(", paths(depth - 1), ")") if depth else plain


@cache
def brackets(depth: int) -> Texts:
    if not depth:
        return any_of(BRACKETS)
    filters = joined("[?", conditions(depth - 1), "]")
    return any_of(BRACKETS) | filters | filters | joined("[/", paths(depth - 1), ",\\a]")


@cache
def conditions(depth: int) -> Texts:
    comparison = joined(paths(depth), any_of(COMPARISONS), any_of(VALUES))
    condition = comparison | joined("(", comparison, ")") | joined(any_of(["", "!"]), paths(depth))
    return joined(condition, repeated(joined(any_of(["&&", " || ", "&"]), condition), 1))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A path in which pieces may be put in, taken out or replaced."""
    path = draw(paths(2))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(path)))
        path = path[:start] + draw(any_of(PIECES)) * draw(st.booleans()) + path[start + draw(st.booleans()) :]
    return path


def texts_in(node: Any) -> Iterator[str]:
    """Every text in a path of jsonpath-ng, names above all."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | tuple):
        for item in node:
            yield from texts_in(item)
    elif isinstance(node, JSONPath):
        yield from texts_in(list(vars(node).values()))


@settings(max_examples=400)
@given(mutated())
def test_a_path_is_invalid_only_if_jsonpath_ng_can_not_read_it(path: str) -> None:
    known = parse(path)
    assume(not any(re.fullmatch(r"-?\d+", text) for text in texts_in(known)))
    assert (verdict(path) is CheckId.INVALID_PATH) is (known is None)


# Paths that cases can read, and events to read --------------------------------------------------------

NAMES = ["a", "b-c", "@type", "x y", "it's", "true", "a.b", "*"]
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([])
ROWS = st.lists(
    st.fixed_dictionaries({"k": any_of(["x", "y", "1"]), "n": st.integers(0, 2), "f": st.floats(0, 2)}),
    max_size=4,
)
VALUES_OF_EVENTS = st.recursive(
    LEAVES | ROWS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_of(NAMES), inner, max_size=3),
)
EVENTS = st.builds(
    lambda rows, others: {"rows": rows, **others},
    ROWS,
    st.dictionaries(any_of(NAMES), VALUES_OF_EVENTS, max_size=3),
)
CONDITIONS = ["@.k == 'x'", '@.k != "y"', "k = x", "@.n == 1", "(n != 2)", "@['n'] == 0", "@.f == 1.0"]


@st.composite
def ways(draw: st.DrawFn, event: Any) -> str:
    """A path through an event that cases can read; it may leave the event."""
    path, value, one = draw(any_of(["$", ""])), event, True
    for _ in range(draw(st.integers(0 if path else 1, 4))):
        if isinstance(value, list) and (path or value):
            step, value, wild = draw(list_steps(value, one))
        else:
            step, value, wild = draw(field_steps(value if isinstance(value, dict) else {}, one))
        path += step if path else step.removeprefix(" . ").removeprefix(".")
        one = one and not wild
    return path


@st.composite
def list_steps(draw: st.DrawFn, value: list[Any], one: bool) -> tuple[str, Any, bool]:
    """A step into a list, the value it leads to, and whether it may lead to several."""
    is_rows = bool(value) and all(isinstance(item, dict) and "k" in item for item in value)
    wild = [("[*]", True), *((f"[?({each})]", True) for each in CONDITIONS if is_rows)]
    first = -len(value) if one else 0
    plain = [(f"[{index}]", False) for index in range(first, len(value) + 1)]
    step, many = draw(st.sampled_from(plain + wild if one else plain))
    index = 0 if many else int(step[1:-1])
    return step, value[index] if index < len(value) else None, many


@st.composite
def field_steps(draw: st.DrawFn, value: dict[str, Any], one: bool) -> tuple[str, Any, bool]:
    """A step to a key in one of its notations, or to all keys where only one value was reached so far."""
    if one and draw(st.integers(0, 5)) == 0:
        return ".*", next(iter(value.values()), None), True
    name = draw(any_of([*value, *value, "missing"]))
    quoted = "'" + name.replace("'", "\\'") + "'"
    notations = [f".{quoted}", f"[{quoted}]", f'["{name}"]', f" . '{quoted[1:]}"]
    if re.fullmatch(r"@?[A-Za-z_][\w-]*", name):
        notations += [f".{name}"] * 3 + [f"[{name}]"]
    return draw(st.sampled_from(notations)), value.get(name), False


@settings(max_examples=400)
@given(st.data(), EVENTS)
def test_a_path_without_finding_leads_to_the_values_that_jsonpath_ng_finds(
    data: st.DataObject, event: dict[str, Any]
) -> None:
    path = data.draw(ways(event))
    known = parse(path)
    assert known is not None
    assert verdict(path) is None
    assert compile_path(path)(event) == [found.value for found in known.find(event)]


# Limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["(" * 499 + "a" + ")" * 499, "a[?(" * 200 + "a", "[" * 1000])
def test_nested_brackets_are_refused_before_they_fill_the_stack(path: str) -> None:
    with pytest.raises(PathError):
        read_path(path)


def test_a_path_of_more_than_a_thousand_characters_is_refused() -> None:
    assert len(read_path("a." * 499 + "ab")) == 500
    with pytest.raises(PathError, match="is longer than 1000 characters"):
        read_path("a." * 499 + "abc")


def test_an_unsupported_feature_is_named() -> None:
    with pytest.raises(UnsupportedPathError, match="it has a slice") as caught:
        read_path("a[0:2]..b")
    assert caught.value.feature == "a slice"
