"""The JSON Schema of `.panther-ci.yml`, for editors."""

import json
from collections.abc import Mapping
from dataclasses import Field
from typing import Any, Final

from panther_ci.inputs import IN_FILE, LISTS, input_name
from panther_ci.settings.own import OWN_FILE
from panther_ci.settings.values import FIELDS

_TYPES: Final[Mapping[Any, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}


def published() -> str:
    """The schema as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{OWN_FILE}: settings of a repository for panther-ci",
        "type": "object",
        "properties": {input_name(FIELDS[name]): _describe(FIELDS[name]) for name in IN_FILE},
        "additionalProperties": False,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _describe(item: "Field[Any]") -> dict[str, Any]:
    described = {"description": item.metadata["help"], "default": item.default}
    kind = _TYPES[item.type]
    if item.metadata["choices"]:
        return {"enum": [*item.metadata["choices"]], **described}
    if item.name in LISTS:
        return {"type": [kind, "array"], "items": {"type": kind}, **described}
    return {"type": kind, **described}
