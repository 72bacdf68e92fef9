"""A JSON Schema compiled into plain functions: shows fast whether a spec conforms, but not why it doesn't.

Only the keywords our schemas use are known; tests hold the answers against jsonschema's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Test: TypeAlias = Callable[[Any], bool]
# Of a schema and the definitions it may refer to.
Build: TypeAlias = "Callable[[dict[str, Any], _Definitions], Test]"

_NOTES: Final = frozenset({"$schema", "$defs", "title", "description", "errorMessage"})
_TYPES: Final[dict[str, Test]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
}


def compile_schema(schema: dict[str, Any]) -> Test:
    """A function that returns whether a value conforms.

    Raises `KeyError` for an unknown keyword, in a definition when a value is first held against it.
    """
    return _compile(schema, _Definitions(schema.get("$defs", {})))


@dataclass(slots=True)
class _Definitions:
    """The definitions of a schema, compiled when they are needed, since one may refer to itself."""

    schemas: dict[str, Any]
    tests: dict[str, Test] = field(default_factory=dict)

    def find(self, name: str) -> Test:
        """The test of a definition."""
        if name not in self.tests:
            self.tests[name] = _compile(self.schemas[name], self)
        return self.tests[name]


def _compile(schema: dict[str, Any], definitions: _Definitions) -> Test:
    tests: list[Test] = []
    for keyword in schema.keys() - _NOTES:
        build = _KEYWORDS[keyword]
        if build is not None:
            tests.append(build(schema, definitions))
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(test(value) for test in tests)


def _type(schema: dict[str, Any], _: _Definitions) -> Test:
    wanted = schema["type"]
    if isinstance(wanted, str):
        return _TYPES[wanted]
    options = [_TYPES[name] for name in wanted]
    return lambda value: any(option(value) for option in options)


def _enum(schema: dict[str, Any], _: _Definitions) -> Test:
    allowed = {(type(each), each) for each in schema.get("enum", [schema.get("const")])}
    return lambda value: isinstance(value, str | bool) and (type(value), value) in allowed


def _properties(schema: dict[str, Any], definitions: _Definitions) -> Test:
    known = {key: _compile(inner, definitions) for key, inner in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties", True)
    rest = _constant(others) if isinstance(others, bool) else _compile(others, definitions)

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        return all(known.get(key, rest)(item) for key, item in value.items())

    return test


def _constant(answer: bool) -> Test:
    return lambda _: answer


def _required(schema: dict[str, Any], _: _Definitions) -> Test:
    wanted = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _items(schema: dict[str, Any], definitions: _Definitions) -> Test:
    test = _compile(schema["items"], definitions)
    return lambda value: not isinstance(value, list) or all(map(test, value))


def _prefix_items(schema: dict[str, Any], definitions: _Definitions) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["prefixItems"]]
    # A shorter list conforms too.
    return lambda value: not isinstance(value, list) or all(map(_apply, tests, value))


def _apply(test: Test, value: Any) -> bool:
    return test(value)


def _length(keyword: str, kind: type[list[Any] | dict[str, Any] | str], sign: int) -> Build:
    def build(schema: dict[str, Any], _: _Definitions) -> Test:
        limit = schema[keyword]
        return lambda value: not isinstance(value, kind) or (len(value) - limit) * sign >= 0

    return build


def _bound(keyword: str, sign: int) -> Build:
    def build(schema: dict[str, Any], _: _Definitions) -> Test:
        limit = schema[keyword]
        return lambda value: not _TYPES["number"](value) or (value - limit) * sign >= 0

    return build


def _pattern(schema: dict[str, Any], _: _Definitions) -> Test:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _not(schema: dict[str, Any], definitions: _Definitions) -> Test:
    test = _compile(schema["not"], definitions)
    return lambda value: not test(value)


def _reference(schema: dict[str, Any], definitions: _Definitions) -> Test:
    name = schema["$ref"].removeprefix("#/$defs/")
    return lambda value: definitions.find(name)(value)


def _all_of(schema: dict[str, Any], definitions: _Definitions) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["allOf"]]
    return lambda value: all(test(value) for test in tests)


def _any_of(schema: dict[str, Any], definitions: _Definitions) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["anyOf"]]
    return lambda value: any(test(value) for test in tests)


def _one_of(schema: dict[str, Any], definitions: _Definitions) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["oneOf"]]
    return lambda value: sum(test(value) for test in tests) == 1


def _if(schema: dict[str, Any], definitions: _Definitions) -> Test:
    condition = _compile(schema["if"], definitions)
    then, other = (_compile(schema.get(key, {}), definitions) for key in ("then", "else"))
    return lambda value: then(value) if condition(value) else other(value)


_KEYWORDS: Final["dict[str, Build | None]"] = {
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "properties": _properties,
    "additionalProperties": lambda schema, definitions: (
        _constant(True) if "properties" in schema else _properties(schema, definitions)
    ),
    "required": _required,
    "items": _items,
    "prefixItems": _prefix_items,
    "minItems": _length("minItems", list, 1),
    "maxItems": _length("maxItems", list, -1),
    "minLength": _length("minLength", str, 1),
    "maxProperties": _length("maxProperties", dict, -1),
    "minimum": _bound("minimum", 1),
    "maximum": _bound("maximum", -1),
    "pattern": _pattern,
    "not": _not,
    "$ref": _reference,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "if": _if,
    "then": None,
    "else": None,
}
