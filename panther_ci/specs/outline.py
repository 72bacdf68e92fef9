"""What a spec provides and needs, by name: for selection, and for checks of the whole repository."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.kinds import ID_KEYS, AnalysisType
from panther_ci.model import Json
from panther_ci.specs.reading.document import Document, Keys
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import find_id, find_type, is_spec, may_be_spec
from panther_ci.specs.reading.scalars import Scalars
from panther_ci.specs.reading.yaml_reader import read_top_keys

# In a file that can't be parsed, the lines that seem to say what it is.
_GUESSED: Final = re.compile(
    r"^[ \t{,]*+([\"']?)(AnalysisType|" + "|".join(ID_KEYS) + r"|Filename|BaseDetection)\1[ \t]*:[ \t]*"
    r"([\"']?)([\w.\-/][\w.\-/ ()]*+)\3[ \t,]*+(?:#.*)?$",
    re.MULTILINE,
)
# Import lines of a body that can't be parsed.
_IMPORT = re.compile(rb"\b(?:import|from)\b([^\n]*)")
# A spec may have so many bytes; real ones have less than a tenth.
LARGEST: Final = 4 * 1024 * 1024
# Larger YAML files than most specs are looked through first, which takes a tenth of reading them.
_LARGE: Final = 64 * 1024
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Outline(NamedTuple):
    """The names in a spec file; `ids` has several only where its type does not show which of them counts.

    `stated` are the log types of the events of its cases, which choose the data models they are read through.
    """

    path: str
    type: AnalysisType | None = None
    ids: tuple[str, ...] = ()
    body: str = ""
    base: str = ""
    log_types: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    enabled: bool = True
    released: bool = True
    stated: tuple[str, ...] = ()

    @property
    def provides(self) -> frozenset[str]:
        """The names others may need this file by."""
        names = {f"file:{self.path}", *(f"detection:{each}" for each in self.ids)}
        provides = self.type.kind.provides if self.type else ""
        if provides:
            values = self.log_types if provides == "log-type" else self.ids
            names |= {f"{provides}:{each}" for each in values}
        return frozenset(names)

    @property
    def requires(self) -> frozenset[str]:
        """The names this file needs."""
        names = {f"query:{each}" for each in self.queries} | {f"detection:{each}" for each in self.references}
        if self.body:
            names.add(f"file:{self.body}")
        if self.base:
            names.add(f"detection:{self.base}")
        if self.type and self.type.kind.uses_data_models:
            names |= {f"log-type:{each}" for each in (*self.log_types, *self.stated)}
        return frozenset(names)


def read_outline(path: str, data: bytes, scalars: Scalars) -> Outline | None:
    """The outline of one file; None for a file that is no spec."""
    if not path.endswith(SPEC_SUFFIXES) or len(data) > LARGEST or not may_be_spec(data):
        return None
    return None if is_plain_data(data, path) else outline_of(parse(data, path, scalars), data)


def is_plain_data(data: bytes, path: str) -> bool:
    """Whether a file is clearly no spec, as an index of all specs; found without reading any positions."""
    if path.endswith(".json"):
        try:
            return not is_spec(json.loads(data.decode("utf-8-sig")), path)
        except (ValueError, RecursionError):
            return False
    keys = read_top_keys(data) if len(data) > _LARGE else None
    return keys is not None and not is_spec(dict.fromkeys(keys), path)


def outline_of(document: Document, data: bytes) -> Outline | None:
    """The outline of a file that was parsed; None if it is no spec.

    One that can't be parsed is guessed, so that what refers to it is not reported as well.
    """
    if document.value is None and document.findings:
        guess = _guess(data)
        return describe(document.path, guess) if find_type(guess) else None
    return describe(document.path, document.value) if is_spec(document.value, document.path) else None


def _guess(data: bytes) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for match in _GUESSED.finditer(data.decode("utf-8", "replace")):
        found.setdefault(match[2], match[4].strip())
    return found


def describe(path: str, value: Json) -> Outline:
    """The outline of a parsed spec, complete or not."""
    if not isinstance(value, dict):
        return Outline(path)
    kind = find_type(value)
    log_types = (*_texts(value.get("LogTypes")), *_texts(value.get("ResourceTypes")))
    base = value.get("BaseDetection")
    return Outline(
        path,
        kind,
        _find_ids(kind, value),
        _find_body(path, value.get("Filename")),
        base if isinstance(base, str) else "",
        log_types,
        _texts(value.get("ScheduledQueries")),
        tuple(each for _, each in find_references(kind, value)),
        value.get("Enabled") is not False,
        kind is None or kind.is_released(value.get("Status")),
        tuple(sorted(_find_stated(value.get("Tests")))),
    )


def _find_body(path: str, filename: Json) -> str:
    """The path that `Filename` leads to; none for one like `..`, which is a folder around the spec."""
    if not isinstance(filename, str):
        return ""
    body = posixpath.normpath(posixpath.join(posixpath.dirname(path), filename))
    return body if posixpath.basename(body) in filename else ""


def find_modules(data: bytes) -> frozenset[str]:
    """The words of the import lines of a body that can't be parsed: at least the modules it imports."""
    lines = b"\n".join(_IMPORT.findall(data))
    return frozenset(word.decode() for word in _WORD.findall(lines))


def _find_stated(tests: Json) -> Iterator[str]:
    for test in tests if isinstance(tests, list) else ():
        events = (test.get(key) for key in ("Log", "Resource")) if isinstance(test, dict) else ()
        for event in events:
            log_type = event.get("p_log_type") if isinstance(event, dict) else None
            if isinstance(log_type, str):
                yield log_type


def _find_ids(kind: AnalysisType | None, value: Mapping[str, Json]) -> tuple[str, ...]:
    if kind is AnalysisType.GLOBAL:
        return (find_id(kind, value)[1],) if find_id(kind, value)[1] else ()
    keys = kind.kind.id_keys if kind else ID_KEYS
    return tuple(dict.fromkeys(each for key in keys if isinstance(each := value.get(key), str) and each))


def find_references(kind: AnalysisType | None, value: Mapping[str, Json]) -> Iterator[tuple[Keys, str]]:
    """The ids of other specs that a spec names, as a pack does, each with the keys that lead to it."""
    references = kind.kind.references if kind else None
    if references is None:
        return
    node: Json = dict(value)
    for key in references.root:
        node = node.get(key) if isinstance(node, dict) else None
    waiting: list[tuple[Keys, Json]] = [(references.root, node)]
    while waiting:
        keys, node = waiting.pop()
        if isinstance(node, dict):
            waiting.extend(((*keys, key), node[key]) for key in reversed(node))
        elif isinstance(node, list) and (references.key or keys == references.root):
            waiting.extend(((*keys, index), node[index]) for index in reversed(range(len(node))))
        elif isinstance(node, str) and keys != references.root and keys[-1] == (references.key or keys[-1]):
            yield keys, node


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
