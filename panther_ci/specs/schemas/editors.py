"""The schemas as editors get them: with messages for people, and one that fits a spec of any type.

yaml-language-server shows a message of ours for a pattern and for a key that is false, but none for `not`.
"""

import json
from typing import Any, Final

from panther_ci.errors import InputError
from panther_ci.kinds import ID_KEYS, AnalysisType
from panther_ci.specs.schemas import TYPES, read_schema

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_CHARACTERS: Final = 'A deployment refuses the characters < > & " %, and control characters.'


def published(kind: str = "") -> str:
    """The schema of a type as text, or the one for all; raises `InputError` for what is no type."""
    if kind and kind not in TYPES:
        raise InputError(
            f"There is no schema for `{kind}`.", f"The types are {', '.join(TYPES)}, and settings."
        )
    schema = read_schema(AnalysisType(kind)) if kind else _unite()
    return json.dumps(_word(schema), indent=2, ensure_ascii=False) + "\n"


def _unite() -> dict[str, Any]:
    """A schema of specs of all types, which says nothing about files that are no specs."""
    definitions: dict[str, Any] = {}
    for kind in TYPES:
        schema = read_schema(kind)
        definitions |= schema.pop("$defs")
        del schema["$schema"]
        definitions[kind] = schema
    stated = {"enum": list(TYPES), "description": "The type of the spec, which says what other keys it has."}
    return {
        "$schema": _DIALECT,
        "title": "A Panther spec",
        "if": {"anyOf": [{"required": [key]} for key in (*ID_KEYS, "BaseDetection")]},
        "then": {"required": ["AnalysisType"]},
        "properties": {"AnalysisType": stated},
        "allOf": [_when(kind) for kind in TYPES],
        "$defs": definitions,
    }


def _when(kind: AnalysisType) -> dict[str, Any]:
    stated = {"properties": {"AnalysisType": {"const": kind}}, "required": ["AnalysisType"]}
    return {"if": {"type": "object", **stated}, "then": {"$ref": f"#/$defs/{kind}"}}


def _word(schema: Any) -> Any:
    """The same schema without `not` where another keyword says the same, with its message."""
    if isinstance(schema, list):
        return [_word(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    worded = {key: _word(value) for key, value in schema.items()}
    match schema.get("not"):
        case {"pattern": pattern}:
            del worded["not"]
            worded["pattern"] = f"^(?![\\s\\S]*(?:{pattern}))"
            worded["patternErrorMessage"] = worded.pop("errorMessage", _CHARACTERS)
        case {"required": [key]}:
            del worded["not"]
            worded["properties"] = {key: False}
    return worded
