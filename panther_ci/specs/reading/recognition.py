"""Whether a YAML or JSON file is a spec, or was clearly meant to be one, and of which type."""

import re
from collections.abc import Mapping
from typing import Final

from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.kinds import DEFAULT_GLOBAL, ID_KEYS, LEGACY_GLOBALS, AnalysisType
from panther_ci.model import Json

_KINDS: Final = {kind.value: kind for kind in AnalysisType}
_SURE_KEYS: Final = frozenset(ID_KEYS) | {"BaseDetection"}
_COMMON_KEYS: Final = frozenset(
    {
        "Enabled",
        "Filename",
        "Severity",
        "LogTypes",
        "ResourceTypes",
        "Tests",
        "DedupPeriodMinutes",
        "DisplayName",
    }
)
_TYPE: Final = r"nal[iy]?s[iey]?s?[ _-]?type?s?"
# Of any three common keys, one is among these.
_WORDS = re.compile(
    rb"(?i:" + _TYPE.encode() + rb"|(?:rule|policy|global|datamodel|pack)id\b|basedetection)"
    rb"|(?:Query|Lookup|Prompt)Name|Filename|Severity|LogTypes|ResourceTypes|DisplayName|DedupPeriodMinutes"
)
# How these begin, in lower case: one pattern for all of them takes ten times as long.
_KEY_STARTS: Final = (
    *(b"ruleid", b"policyid", b"globalid", b"datamodelid", b"packid", b"basedetection", b"displayname"),
    *(b"queryname", b"lookupname", b"promptname", b"filename", b"severity", b"logtypes", b"resourcetypes"),
    *(b"dedupperiodminutes", b"anal", b"nal"),
)
_REST_OF_KEY = re.compile(rb"(?<![\w.])(?:a?" + _TYPE.encode() + rb"|(?!a?nal)[a-z]+)[\"']?[ \t]*:")
_KEY: Final = rb"[\"']?(?:AnalysisType|RuleID|PolicyID|GlobalID|DataModelID|PackID|QueryName)[\"']?[ \t]*:"
_KEY_LINE = re.compile(rb"^[ \t{,-]*" + _KEY, re.MULTILINE)
_TOP_KEY_LINE = re.compile(rb"^" + _KEY, re.MULTILINE)
_LIKE_TYPE = re.compile(f"a?{_TYPE}", re.IGNORECASE)


def may_be_spec(data: bytes) -> bool:
    """A fast superset: false only where no reading of the file can be a spec."""
    if b"AnalysisType" in data or b"\\" in data:
        return True
    if b"{" in data or b"?" in data or b"*" in data:
        return _WORDS.search(data) is not None
    # Without flow mappings, marks of complex keys and aliases, each key of YAML is followed by a colon.
    lowered = data.lower()
    return any(_has_key(lowered, start) for start in _KEY_STARTS)


def _has_key(data: bytes, start: bytes) -> bool:
    at = data.find(start)
    while at >= 0:
        if _REST_OF_KEY.match(data, at):
            return True
        at = data.find(start, at + 1)
    return False


def reads_like_spec(data: bytes, top_level: bool = False) -> bool:
    """Whether a file that can't be parsed was clearly meant to be a spec; `top_level` ignores inner keys."""
    return (_TOP_KEY_LINE if top_level else _KEY_LINE).search(data) is not None


def is_among_detections(path: str) -> bool:
    """Whether a file is in a folder that is named like those of detections."""
    return is_detection_folder(path.rpartition("/")[0])


def is_spec(value: Json, path: str) -> bool:
    """Whether a parsed file is a spec, or was clearly meant to be one."""
    if path.endswith(".json"):
        return _is_json_spec(value, path)
    if isinstance(value, list):
        return any(isinstance(item, dict) and "AnalysisType" in item for item in value)
    if not isinstance(value, dict):
        return False
    keys = value.keys()
    if "AnalysisType" in keys or keys & _SURE_KEYS or len(keys & _COMMON_KEYS) > 2:
        return True
    return any(_LIKE_TYPE.fullmatch(key) for key in keys)


def _is_json_spec(value: Json, path: str) -> bool:
    """JSON is mostly data, such as an index of all specs: without `AnalysisType`, more must speak for it."""
    if isinstance(value, dict) and "AnalysisType" in value:
        return True
    if not is_among_detections(path):
        return False
    if isinstance(value, list):
        return any(isinstance(item, dict) and "AnalysisType" in item for item in value)
    if not isinstance(value, dict):
        return False
    sure = bool(value.keys() & _SURE_KEYS)
    return sure and ("Filename" in value or any(_LIKE_TYPE.fullmatch(key) for key in value))


def find_type(value: Json) -> AnalysisType | None:
    """The valid type a parsed file states; a policy that carries the globals of Panther 1.x is a global."""
    if not isinstance(value, dict):
        return None
    stated = value.get("AnalysisType")
    kind = _KINDS.get(stated) if isinstance(stated, str) else None
    carries = kind is AnalysisType.POLICY and value.get("PolicyID") == LEGACY_GLOBALS
    return AnalysisType.GLOBAL if carries else kind


def find_id(kind: AnalysisType, value: Mapping[str, Json]) -> tuple[str, str]:
    """The key of the id and the id itself; empty texts where there is none. A global needs no id."""
    keys = ("GlobalID", "PolicyID") if kind is AnalysisType.GLOBAL else kind.kind.id_keys
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found:
            return key, found
    return ("", DEFAULT_GLOBAL) if kind is AnalysisType.GLOBAL and "GlobalID" not in value else ("", "")
