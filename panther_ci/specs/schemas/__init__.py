"""The JSON Schemas of specs, one a type: the only source of which keys a spec has, and their values."""

import json
import pkgutil
from typing import Any, Final

from panther_ci.errors import InputError
from panther_ci.kinds import ID_KEYS, AnalysisType

_WITH_DISPLAY_NAME: Final = frozenset({AnalysisType.PACK, AnalysisType.CORRELATION_RULE})
TYPES: Final = tuple(kind for kind in AnalysisType if kind.supported)


def read_schema(kind: AnalysisType) -> dict[str, Any]:
    """The schema of a type, complete in itself; for one that isn't supported yet, that of its id."""
    schema: dict[str, Any] = _read_json(kind.value) if kind.supported else _describe_id(kind)
    definitions = _read_json("definitions")["$defs"]
    used: dict[str, Any] = {}
    waiting = _references(schema)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = definitions[name]
            waiting |= _references(used[name])
    return schema | {"$defs": dict(sorted(used.items()))}


def known_keys() -> frozenset[str]:
    """The top-level keys that specs of any type may have; of the types without a schema, those of ids."""
    return frozenset(ID_KEYS).union(*(_read_json(kind.value)["properties"] for kind in TYPES))


def published(kind: str) -> str:
    """The schema of a type as text for editors; raises `InputError` for a type without one."""
    if kind not in TYPES:
        raise InputError(f"There is no schema for `{kind}`.", f"The types with one are {', '.join(TYPES)}.")
    return json.dumps(read_schema(AnalysisType(kind)), indent=2, ensure_ascii=False) + "\n"


def _describe_id(kind: AnalysisType) -> dict[str, Any]:
    """What a deployment asks of every spec: an id, without which it refuses the archive, and a clean name."""
    (key,) = kind.kind.id_keys
    properties = {key: {"$ref": "#/$defs/label"}}
    if kind in _WITH_DISPLAY_NAME:
        properties["DisplayName"] = {"$ref": "#/$defs/displayName"}
    return {"type": "object", "required": [key], "properties": properties}


def _read_json(name: str) -> Any:
    return json.loads(pkgutil.get_data(__name__, f"{name}.json") or b"")


def _references(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].removeprefix("#/$defs/")} if "$ref" in schema else set()
    return own.union(*map(_references, schema.values()))
