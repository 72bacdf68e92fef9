"""The match expressions of simple detections and of inline filters, read into a tree of conditions.

The grammar is that of panther_analysis_tool 1.11. Nothing is left out silently: what can't be read raises.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from panther_ci.deployment_rules.conditions import (
    ABSOLUTE,
    CONDITIONS,
    OF_ADDRESSES,
    OF_TWO_FIELDS,
    Combinator,
    Condition,
    Elements,
    Operand,
)
from panther_ci.deployment_rules.key_paths import EACH, Field, KeyPathError, KeyStep, read_key_path

Keys: TypeAlias = tuple[str | int, ...]
ENRICHMENT: Final = "p_enrichment"
_DEEPEST: Final = 64
_SPECIFIERS: Final = frozenset({"Key", "DeepKey", "KeyPath"})
_COMBINATORS: Final = frozenset(each.value for each in Combinator)
_ELEMENTS: Final = frozenset(each.value for each in Elements)
_SCALARS: Final = (str, int, float, bool, type(None))
_MOST_SHOWN: Final = 60


class ExpressionError(Exception):
    """An expression can't be decided here; `keys` lead to it, and `problem` says why."""

    def __init__(self, keys: Keys, problem: str) -> None:
        super().__init__(problem)
        self.keys = keys
        self.problem = problem


class FieldTest(NamedTuple):
    """A condition, by its name in the spec too: a field is compared with `wanted`, or with another field."""

    keys: Keys
    field: Field
    name: str
    condition: Condition
    wanted: Any = None
    other: Field | None = None


class Comprehension(NamedTuple):
    """A condition on the elements of a list, each of which may meet all expressions."""

    keys: Keys
    field: Field
    elements: Elements
    inner: "tuple[Expression, ...]"


class Absolute(NamedTuple):
    """A condition that always has the same answer."""

    keys: Keys
    answer: bool


class Group(NamedTuple):
    """Several expressions, of which a certain number has to hold."""

    keys: Keys
    combinator: Combinator
    inner: "tuple[Expression, ...]"


Expression: TypeAlias = FieldTest | Comprehension | Absolute | Group


class Dialect(Enum):
    """Where expressions are: inline filters have fewer shapes, and are decided in another way."""

    DETECTION = "Detection"
    FILTERS = "InlineFilters"


def read_expressions(value: Any, keys: Keys, dialect: Dialect) -> Group:
    """A list of expressions, all of which have to hold; `keys` lead to it. Raises ExpressionError."""
    return Group(keys, Combinator.ALL, _Reader(dialect).read_list(value, keys))


def read_field(value: Any, keys: Keys, dialect: Dialect = Dialect.DETECTION) -> Field:
    """The field that a mapping with one key specifier names. Raises ExpressionError."""
    if not isinstance(value, Mapping) or len(value) != 1 or not _SPECIFIERS.issuperset(value):
        raise ExpressionError(keys, "a field is named by one of `Key`, `DeepKey` and `KeyPath`")
    ((name, path),) = value.items()
    if dialect is Dialect.FILTERS and name != "KeyPath":
        raise ExpressionError(keys, f"`InlineFilters` name fields by `KeyPath`, not by `{name}`")
    if name == "Key" and isinstance(path, str):
        return Field(path, (path,))
    if (
        name == "DeepKey"
        and isinstance(path, list)
        and path
        and all(type(each) in (str, int) for each in path)
    ):
        return Field(_join(path), tuple(path))
    if name == "KeyPath" and isinstance(path, str):
        return Field(path, _read_path(path, keys, dialect))
    raise ExpressionError(keys, f"`{name}` has a value that names no field")


def _read_path(path: str, keys: Keys, dialect: Dialect) -> tuple[KeyStep, ...]:
    try:
        steps = read_key_path(path, loose=dialect is Dialect.DETECTION)
    except KeyPathError as error:
        raise ExpressionError(keys, str(error)) from None
    if steps.count(EACH) > 1 and dialect is Dialect.DETECTION:
        raise ExpressionError(keys, f"only a deployment reads a path with several `[*]`: `{path}`")
    return steps


def _join(path: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


class _Reader:
    """Reads expressions of one dialect, which may be inside of each other."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.filters = dialect is Dialect.FILTERS

    def read_list(self, value: Any, keys: Keys) -> tuple[Expression, ...]:
        """All expressions of a list."""
        if not isinstance(value, list):
            raise ExpressionError(keys, "expressions are a list")
        if len(keys) > _DEEPEST:
            raise ExpressionError(keys, "the expressions nest too deeply")
        return tuple(self.read(each, (*keys, index)) for index, each in enumerate(value))

    def read(self, value: Any, keys: Keys) -> Expression:
        """One expression, by the shape that its keys have."""
        if not isinstance(value, Mapping):
            raise ExpressionError(keys, "an expression is a mapping")
        if len(value) == 1 and not _COMBINATORS.isdisjoint(value):
            return self.read_group(value, keys)
        self.refuse_others(value, keys)
        name = value.get("Condition")
        if not isinstance(name, str):
            raise ExpressionError(keys, "an expression has a `Condition`, or All, Any, None or OnlyOne alone")
        if name in ABSOLUTE and len(value) == 1 and not self.filters:
            return Absolute(keys, ABSOLUTE[name])
        if name in _ELEMENTS and not self.filters:
            return self.read_comprehension(value, keys)
        if name not in CONDITIONS:
            raise ExpressionError(
                (*keys, "Condition"), f"only a deployment decides the condition `{_cut(name)}`"
            )
        return self.read_test(value, keys, name)

    def refuse_others(self, value: Mapping[str, Any], keys: Keys) -> None:
        """Raises ExpressionError for a key that expressions do not have."""
        known = {*_SPECIFIERS, "Condition", "Value", "Values", "Enrichment", "Expressions"}
        for key in value:
            if key not in known:
                raise ExpressionError(keys, f"an expression has no key `{_cut(str(key))}`")

    def read_group(self, value: Mapping[str, Any], keys: Keys) -> Group:
        """A combinator and its expressions."""
        ((name, inner),) = value.items()
        if self.filters and name not in ("All", "Any"):
            raise ExpressionError(keys, f"`InlineFilters` have no `{name}`")
        return Group(keys, Combinator(name), self.read_list(inner, (*keys, name)))

    def read_comprehension(self, value: Mapping[str, Any], keys: Keys) -> Comprehension:
        """A condition on the elements of a list."""
        if "Value" in value or "Values" in value:
            raise ExpressionError(keys, f"`{value['Condition']}` has `Expressions` and no values")
        inner = self.read_list(value.get("Expressions"), (*keys, "Expressions"))
        return Comprehension(keys, self.find_field(value, keys), Elements(value["Condition"]), inner)

    def read_test(self, value: Mapping[str, Any], keys: Keys, name: str) -> FieldTest:
        """A condition on a field, or on two of them."""
        condition = CONDITIONS[name]
        given = [key for key in ("Value", "Values", "Expressions") if key in value]
        if given == ["Values"] and _has_fields(value["Values"]):
            return self.compare_fields(value, keys, condition)
        wanted = {Operand.NOTHING: [], Operand.VALUE: ["Value"], Operand.VALUES: ["Values"]}
        if condition.operator in OF_ADDRESSES and value.get("Value") is True:
            given.remove("Value")  # the form of older specs
        if given != wanted[condition.operand]:
            raise ExpressionError(keys, f"`{name}` takes {condition.operand.value}")
        operand = value.get(given[0]) if given else None
        compared = operand if condition.operand is Operand.VALUES else [operand]
        if not isinstance(compared, list) or not all(isinstance(each, _SCALARS) for each in compared):
            raise ExpressionError(keys, f"`{name}` compares with numbers, texts and booleans only")
        return FieldTest(keys, self.find_field(value, keys), name, condition, operand)

    def compare_fields(self, value: Mapping[str, Any], keys: Keys, condition: Condition) -> FieldTest:
        """A condition on two fields."""
        values = value["Values"]
        if len(value) != 2 or len(values) != 2 or self.filters:
            raise ExpressionError(keys, "`Values` are values, or two fields and nothing else")
        if condition.operator not in OF_TWO_FIELDS:
            raise ExpressionError(keys, f"only a deployment decides `{value['Condition']}` of two fields")
        first, other = (read_field(each, (*keys, "Values", at)) for at, each in enumerate(values))
        return FieldTest(keys, first, value["Condition"], condition, other=other)

    def find_field(self, value: Mapping[str, Any], keys: Keys) -> Field:
        """The field that an expression is about."""
        named = {key: value[key] for key in value if key in _SPECIFIERS}
        if "Enrichment" not in value:
            return read_field(named, keys, self.dialect)
        if named:
            raise ExpressionError(keys, "an expression has one of `Enrichment` and a key")
        return self.read_enrichment(value["Enrichment"], (*keys, "Enrichment"))

    def read_enrichment(self, value: Any, keys: Keys) -> Field:
        """A field of a row of a lookup table that the event was enriched with."""
        names = ("Table", "Selector", "FieldPath")
        if not isinstance(value, Mapping) or set(value) != set(names):
            raise ExpressionError(keys, "`Enrichment` has `Table`, `Selector` and `FieldPath`")
        if not all(isinstance(each, str) for each in value.values()):
            raise ExpressionError(keys, "`Table`, `Selector` and `FieldPath` are texts")
        table, selector, path = (value[name] for name in names)
        steps = _read_path(path, (*keys, "FieldPath"), self.dialect)
        return Field(f"{ENRICHMENT}.{table}.{selector}.{path}", (ENRICHMENT, table, selector, *steps))


def _has_fields(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(each, Mapping) for each in values)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
