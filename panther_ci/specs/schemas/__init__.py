"""The JSON Schemas of specs, one a type: the only source of which keys a spec has, and their values."""

import json
import pkgutil
from typing import Any, Final

from panther_ci.kinds import AnalysisType

# Where the definitions are that several schemas, or several places of one, have in common.
_DEFINITIONS: Final = ("definitions", "expressions", "correlations")
TYPES: Final = tuple(AnalysisType)


def read_schema(kind: AnalysisType) -> dict[str, Any]:
    """The schema of a type, complete in itself."""
    schema: dict[str, Any] = _read_json(kind.value)
    definitions = {name: each for file in _DEFINITIONS for name, each in _read_json(file)["$defs"].items()}
    used: dict[str, Any] = {}
    waiting = _references(schema)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = definitions[name]
            waiting |= _references(used[name])
    return schema | {"$defs": dict(sorted(used.items()))}


def known_keys() -> frozenset[str]:
    """The top-level keys that specs of any type may have."""
    return frozenset[str]().union(*(_read_json(kind.value)["properties"] for kind in TYPES))


def _read_json(name: str) -> Any:
    return json.loads(pkgutil.get_data(__name__, f"{name}.json") or b"")


def _references(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].removeprefix("#/$defs/")} if "$ref" in schema else set()
    return own.union(*map(_references, schema.values()))
