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
from panther_ci.deployment_rules.jsonpath import (
    AllFields,
    AllItems,
    Field,
    Filter,
    Item,
    PathError,
    Step,
    UnsupportedPathError,
    read_path,
)
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


# What each notation means ----------------------------------------------------------------------------

A, B, C = Field("a"), Field("b"), Field("c")


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$", []),
        ("$.a.b", [A, B]),
        (" a\t.\nb [ 0 ] ", [A, B, Item(0)]),
        ("$['a'][\"b\"][c]", [A, B, C]),
        (r"'it\'s'", [Field("it's")]),
        (r'"q\"\\"', [Field('q"\\')]),
        ("'a\nb'", [Field("a\nb")]),
        ("@type._Az-09", [Field("@type"), Field("_Az-09")]),
        ("Z@z", [Field("Z@z")]),
        ("a[10][-1]", [A, Item(10), Item(-1)]),
        ("a[*].*", [A, AllItems(), AllFields()]),
        ("[*]", [AllItems()]),
        ("[0].a", [Item(0), A]),
        ("(a).b", [A, B]),
        ("($.a)[0]", [A, Item(0)]),
        ("wherever", [Field("wherever")]),
    ],
)
def test_a_path_has_these_steps(path: str, steps: list[Step]) -> None:
    assert parse(path) is not None
    assert [*read_path(path)] == steps


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("b==1", Filter((B,), True, 1)),
        ("b = 'x'", Filter((B,), True, "x")),
        ("@.b != -2", Filter((B,), False, -2)),
        ("b==12.34", Filter((B,), True, 12.34)),
        ("b==-0.5", Filter((B,), True, -0.5)),
        ("b==word", Filter((B,), True, "word")),
        ("b==true", Filter((B,), True, True)),
        ("b==false", Filter((B,), True, False)),
        ("b=='true'", Filter((B,), True, "true")),
        ("(b==1)", Filter((B,), True, 1)),
        ("(b)==1", Filter((B,), True, 1)),
        ("((b).c)==1", Filter((B, C), True, 1)),
        ("@.b[0]['c']==1", Filter((B, Item(0), C), True, 1)),
        ("@==1", Filter((), True, 1)),
    ],
)
def test_a_filter_compares_with_this_value(condition: str, found: Filter) -> None:
    (step,) = read_path(f"[*][?{condition}]")[1:]
    assert isinstance(step, Filter)
    assert (step, type(step.value)) == (found, type(found.value))


FEATURES = {
    "`..`, which searches at any depth": ["a..b", "a..[?b==1]", "a..*", "a..b[0:1]"],
    "the operator `|`": ["a|b", "a|b[0:1]"],
    "the operator `&`": ["a&b"],
    "the operator `where`": ["a where b"],
    "the operator `wherenot`": ["a wherenot b"],
    "the operator `+`": ["1.5+a", "a+1", "1+2", "1.5+2.5", "a+2.5", "1+a", "a[0]+2.5"],
    "the operator `-`": ["a - 1"],
    "the operator `*`": ["a*2"],
    "`$` inside": ["a.$", "a[?$.b==1]"],
    "`@` inside": ["@.a", "a.@"],
    "a list of fields or indexes": ["a,b", "a,'b',c", "['a','b']", "a[0,1]", "a[0,-1,2]"],
    "a slice": ["a[0:2]", "a[:]", "a[::]", "a[1::2]", "a[:2:-1]"],
    "an order to sort by": [r"a[/b]", r"a[\b]", r"a[/b,\c]", "a[ / b , / c ]"],
    "an operator in backquotes": [
        *("a.`len`", "a.`keys`", "a.`path`", "a.`sorted`", "`this`", "a.`parent`", "a.`str()`"),
        *("a.`split(x, 0, -1)`", "a.`sub(/x/, z)`"),
    ],
    "a filter by anything but `==` or `!=`": [
        *("a[?b]", "a[?!b]", "a[?b>1]", "a[?b<1]", "a[?b>='x']", "a[?b<=1.5]", "a[?b=~'x']", "a[?(b)]"),
        *("a[?b==1&&c==2]", "a[?b==1 || c==2]", "a[?b==1&c==2]", "a[?(b==1&&c==2)]", "a[?(b==1)&&c]"),
        *("a[?b==@.c]", "a[?b==$.c[0]['x'][y]]", "a[?b!=$]", "a[?b==@['c'].'d']"),
    ],
}


@pytest.mark.parametrize(
    ("path", "feature"), [(path, feature) for feature, paths in FEATURES.items() for path in paths]
)
def test_what_cases_can_not_read_is_named_by_the_first_such_thing(path: str, feature: str) -> None:
    assert parse(path) is not None
    with pytest.raises(UnsupportedPathError) as caught:
        read_path(path)
    assert caught.value.feature == feature


WRONG = [
    *("", ".", "a.", ".a", "a b", "1.5", "a[", "a[]", "a[0", "a]", "(a", "a)", "()", "'a", "`x`"),
    *("a.`str`", "[?a]", "[/a]", "a+", "1+1.5", "a[1,]", "a[1,'b']", "a['b',]", "a[1:2:3:4]", "a,"),
    *("a..", "a|", "a[/]", "a[?]", "a[?b==]", "a[?(b]", "a[?b=~@.c]", "a[?b==`len`]", "a[?b==$.1]"),
    *("a[?b==$[0]", "a[?b==@[*]]", "a[?b==1&&]", "a[?!]", "a#b", "a[?b==@..c]", "a.`len", "a.(b"),
    *("a[0]b", "a[?b==$[0.5]]", "where", "=~"),
]


@pytest.mark.parametrize("path", WRONG)
def test_what_is_no_path_is_refused(path: str) -> None:
    assert parse(path) is None
    with pytest.raises(PathError) as caught:
        read_path(path)
    assert type(caught.value) is PathError


@pytest.mark.parametrize("nested", ["({})", "[?({})==1]", "[?{}==1]"])
def test_brackets_may_be_nested_so_deep(nested: str) -> None:
    def nest(levels: int) -> str:
        path = "a"
        for _ in range(levels):
            path = "a" + nested.format(path) if nested.startswith("[") else nested.format(path)
        return path

    deepest = 16 if "(" in nested and "[" in nested else 32
    read_path(nest(deepest))
    with pytest.raises(UnsupportedPathError, match="more than 32 levels of brackets"):
        read_path(nest(deepest + 1))


@pytest.mark.parametrize("path", ["a.`split(\n)`", r"a.`sub(\`)`", "a.`str()\n`"])
def test_what_is_in_the_parentheses_of_an_operator_is_not_checked(path: str) -> None:
    with pytest.raises(UnsupportedPathError, match="an operator in backquotes"):
        read_path(path)


def test_brackets_side_by_side_are_not_nested() -> None:
    assert len(read_path("(a)" + "[0]" * 40 + ".(b)" * 40 + "[?(a)==1]" * 40)) == 121
