"""A JSON Schema compiled into plain functions: shows fast whether a spec conforms, but not why it doesn't.

Only the keywords our schemas use are known; tests hold the answers against jsonschema's.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

Test: TypeAlias = Callable[[Any], bool]
# Of a schema and the definitions it may refer to.
Build: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Test]

_NOTES: Final = frozenset({"$schema", "$defs", "title", "description"})
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
    """A function that returns whether a value conforms; raises `KeyError` for an unknown keyword."""
    return _compile(schema, schema.get("$defs", {}))


def _compile(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    tests: list[Test] = []
    for keyword in schema.keys() - _NOTES:
        build = _KEYWORDS[keyword]
        if build is not None:
            tests.append(build(schema, definitions))
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(test(value) for test in tests)


def _type(schema: dict[str, Any], _: dict[str, Any]) -> Test:
    wanted = schema["type"]
    if isinstance(wanted, str):
        return _TYPES[wanted]
    options = [_TYPES[name] for name in wanted]
    return lambda value: any(option(value) for option in options)


def _enum(schema: dict[str, Any], _: dict[str, Any]) -> Test:
    allowed = schema["enum"] if "enum" in schema else [schema["const"]]
    return lambda value: isinstance(value, str) and value in allowed


def _properties(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
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


def _required(schema: dict[str, Any], _: dict[str, Any]) -> Test:
    wanted = frozenset(schema["required"])
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _items(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    test = _compile(schema["items"], definitions)
    return lambda value: not isinstance(value, list) or all(map(test, value))


def _length(keyword: str, kind: type[list[Any] | str], sign: int) -> Build:
    def build(schema: dict[str, Any], _: dict[str, Any]) -> Test:
        limit = schema[keyword]
        return lambda value: not isinstance(value, kind) or (len(value) - limit) * sign >= 0

    return build


def _minimum(schema: dict[str, Any], _: dict[str, Any]) -> Test:
    limit = schema["minimum"]
    return lambda value: not isinstance(value, int | float) or isinstance(value, bool) or value >= limit


def _pattern(schema: dict[str, Any], _: dict[str, Any]) -> Test:
    search = re.compile(schema["pattern"]).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _not(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    test = _compile(schema["not"], definitions)
    return lambda value: not test(value)


def _reference(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    return _compile(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)


def _all_of(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["allOf"]]
    return lambda value: all(test(value) for test in tests)


def _one_of(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    tests = [_compile(inner, definitions) for inner in schema["oneOf"]]
    return lambda value: sum(test(value) for test in tests) == 1


def _if(schema: dict[str, Any], definitions: dict[str, Any]) -> Test:
    condition = _compile(schema["if"], definitions)
    then, other = (_compile(schema.get(key, {}), definitions) for key in ("then", "else"))
    return lambda value: then(value) if condition(value) else other(value)


_KEYWORDS: Final[dict[str, Build | None]] = {
    "type": _type,
    "enum": _enum,
    "const": _enum,
    "properties": _properties,
    "additionalProperties": lambda schema, definitions: (
        _constant(True) if "properties" in schema else _properties(schema, definitions)
    ),
    "required": _required,
    "items": _items,
    "minItems": _length("minItems", list, 1),
    "maxItems": _length("maxItems", list, -1),
    "minLength": _length("minLength", str, 1),
    "minimum": _minimum,
    "pattern": _pattern,
    "not": _not,
    "$ref": _reference,
    "allOf": _all_of,
    "oneOf": _one_of,
    "if": _if,
    "then": None,
    "else": None,
}
