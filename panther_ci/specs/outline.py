"""What a file provides and needs, by name: for selection, and for checks of the whole repository.

The quick way reads the top-level lines of a spec and the import lines of a body, and may find too much, never
too little; where lines are not enough, the file is parsed. The exact way always parses.
"""

import json
import posixpath
import re
from collections.abc import Container, Iterator, Mapping
from itertools import chain
from typing import Final, NamedTuple

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.kinds import ID_KEYS, AnalysisType
from panther_ci.model import Json, Node
from panther_ci.specs.bodies import may_import_by_call, read_body
from panther_ci.specs.reading.document import Keys
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import find_id, find_type, is_spec, may_be_spec
from panther_ci.specs.reading.scalars import Scalars

_LISTS: Final = frozenset({"LogTypes", "ResourceTypes", "ScheduledQueries"})
# The line of a key that matters here, or (with no key) one that only a parser understands.
_LINE: Final = (
    rb"(?=[\"'A-Z?{\[&*!<|>-])(?:([\"']?)(AnalysisType|RuleID|PolicyID|GlobalID|DataModelID|PackID|QueryName"
    rb"|LookupName|PromptName|Filename|BaseDetection|ScheduledQueries|LogTypes|ResourceTypes|Enabled|Status)"
    rb"\1[ \t]*:(?=[ \t\r\n])([^\n]*)|[?{\[&*!<|>]|---[ \t]*[^\s#]|\"[^\"\n]*\\)"
)
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?" + _LINE)
_OTHER_LINE = re.compile(rb"\n" + _LINE)
_PLAIN = re.compile(rb"[A-Za-z][\w.\-/]*(?: [\w.\-/()]+)*")
_QUOTED = re.compile(rb"\"([^\"\\]+)\"|'([^']+)'")
_ITEM = re.compile(rb"(?:\r?\n[ \t]*(?:#[^\n]*)?(?=\r?\n))*+\r?\n[ \t]*-[ \t]+([^\n]*)")
_NEXT_KEY = re.compile(rb"(?:\r?\n[ \t]*(?:#[^\n]*)?(?=\r?\n))*+(?:\r?\n(?![ \t\r\n])|\s*+\Z)")
# Two, since a pattern that begins with plain letters is searched much faster.
_IMPORT = re.compile(rb"import[^\w]([^\n]*)")
_FROM = re.compile(rb"from[^\w]([^\n]*)")
_WORD = re.compile(rb"[A-Za-z_]\w*")
# The log type that an event states, plain to see: in quotes, or until the line or the flow value ends.
_LOG_TYPE = re.compile(
    rb"p_log_type[\"']?[ \t]*:[ \t]*(?:\"([\w.-]++)\"|'([\w.-]++)'|([\w.-]++)[ \t]*+(?=[,}]|[ \t]#"
    rb"|(?:\r?\n[ \t]*)++(?:[-}\]#]|[\"']?[\w@.$-]++[\"']?[ \t]*:|\Z)|\Z))"
)
# Escapes that may spell the same key.
_SPELLING = re.compile(rb"\\(?:[xuU]0{0,6}[2-7][0-9A-Fa-f]|\r?\n)")
# How far before a key its anchor is looked for.
_NEAR: Final = 200
# Line breaks in YAML 1.1 that no pattern here sees: NEL, LS and PS.
_OTHER_BREAKS: Final = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_UNUSUAL: Final = (b"\\\n", b"\\\r", b"coding")


class Outline(NamedTuple):
    """The names in a spec file. `ids` has several only where lines don't show which of them counts.

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


def read_nodes(
    files: Mapping[str, bytes], exact: Container[str] = (), outlines: Mapping[str, Outline] | None = None
) -> tuple[Node, ...]:
    """A node for every file; those in `exact` are parsed in full, the others name at least what they need.

    `outlines` are what `read_outlines` returns for these files, if the caller has them already.
    """
    known = read_outlines(files, exact) if outlines is None else outlines
    return tuple(_read_node(path, data, path in exact, known.get(path)) for path, data in files.items())


def names_provided(files: Mapping[str, bytes]) -> frozenset[str]:
    """Every name that these files provide; for the base side of what a change touched."""
    return frozenset[str]().union(*(node.provides for node in read_nodes(files, exact=files)))


def read_outlines(files: Mapping[str, bytes], exact: Container[str] = ()) -> dict[str, Outline]:
    """The outlines of all files that are specs, or were meant to be, by path."""
    scalars = Scalars()
    specs = (path for path in files if path.endswith(SPEC_SUFFIXES))
    found = (read_outline(path, files[path], scalars, path in exact) for path in specs)
    return {outline.path: outline for outline in found if outline}


def read_outline(path: str, data: bytes, scalars: Scalars, exact: bool = False) -> Outline | None:
    """The outline of one spec file, from its lines if they are enough; None for a file that is no spec."""
    if not may_be_spec(data):
        return None
    lines = None if path.endswith(".json") else _read_lines(data)
    stated = _read_stated(data)
    if exact or lines is None or stated is None or _has_references(find_type(lines)):
        value = _read_json(data) if path.endswith(".json") else parse(data, path, scalars).value
        if is_spec(value, path):
            return describe(path, value)
        return describe(path, lines) if value is None and lines else None
    return describe(path, lines)._replace(stated=stated)


def _read_json(data: bytes) -> Json:
    """The value of a JSON file, None for one that has none; quicker than with positions."""
    try:
        value: Json = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return value


def describe(path: str, value: Json) -> Outline:
    """The outline of a parsed spec, complete or not."""
    if not isinstance(value, dict):
        return Outline(path)
    kind = find_type(value)
    filename = value.get("Filename")
    body = (
        posixpath.normpath(posixpath.join(posixpath.dirname(path), filename))
        if isinstance(filename, str)
        else ""
    )
    log_types = (*_texts(value.get("LogTypes")), *_texts(value.get("ResourceTypes")))
    base = value.get("BaseDetection")
    return Outline(
        path,
        kind,
        _find_ids(kind, value),
        body,
        base if isinstance(base, str) else "",
        log_types,
        _texts(value.get("ScheduledQueries")),
        tuple(each for _, each in find_references(kind, value)),
        value.get("Enabled") is not False,
        kind is None or kind.is_released(value.get("Status")),
        tuple(sorted(_find_stated(value.get("Tests")))),
    )


def _read_node(path: str, data: bytes, exact: bool, outline: Outline | None) -> Node:
    if outline:
        return Node(path, outline.provides, outline.requires)
    modules = find_modules(path, data, exact) if path.endswith(".py") else ()
    return Node(path, frozenset({f"file:{path}"}), frozenset(f"module:{name}" for name in modules))


def find_modules(path: str, data: bytes, exact: bool) -> frozenset[str]:
    """Top-level names of the modules a body imports; without `exact`, at least those."""
    lines = b"\n".join(_IMPORT.findall(data) + _FROM.findall(data))
    if exact or may_import_by_call(data) or any(sign in data for sign in _UNUSUAL):
        body = read_body(path, data)
        if not body.broken:
            return body.modules
    return frozenset(word.decode() for word in _WORD.findall(lines))


def _read_lines(data: bytes) -> dict[str, Json] | None:
    """The top-level keys of a plain YAML mapping that matter here; None if lines are not enough."""
    found: dict[str, Json] = {}
    first = _FIRST_LINE.match(data)
    for match in chain((first,) if first else (), _OTHER_LINE.finditer(data)):
        if match[2] is None:
            return None
        key = match[2].decode()
        value = _read_list(data, match) if key in _LISTS else _read_scalar(data, match)
        if value is None or key in found:
            return None
        found[key] = value
    if "AnalysisType" not in found or _has_other_breaks(data):
        return None
    kind = find_type(found)
    return found if kind and _find_ids(kind, found) else None


def _has_other_breaks(text: bytes) -> bool:
    """Whether YAML sees line breaks that the patterns don't see: a key could follow after a comment."""
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return True
    return not text.isascii() and any(each in text for each in _OTHER_BREAKS)


def _read_scalar(text: bytes, match: re.Match[bytes]) -> str | bool | None:
    value = _read_word(match[3].strip())
    if value is None or not _NEXT_KEY.match(text, match.end()):
        return None
    if match[2] == b"Enabled":
        return {"true": True, "false": False}.get(value)
    return value


def _read_stated(data: bytes) -> tuple[str, ...] | None:
    """The log types that events state, rather too many than too few; None if lines are not enough.

    A plain value that goes on in the next line has a blank, which no log type has.
    """
    found = list(_LOG_TYPE.finditer(data))
    if len(found) != data.count(b"p_log_type") or _SPELLING.search(data):
        return None
    if any(_may_have_anchor(data, match.start()) for match in found):
        return None
    return tuple(sorted({(match[1] or match[2] or match[3]).decode() for match in found}))


def _may_have_anchor(data: bytes, start: int) -> bool:
    """Whether an alias may stand for the key at this place elsewhere."""
    words = data[max(0, start - _NEAR) : start].split()
    return any(sign in words[-1] for sign in (b"&", b"!")) if words else start > _NEAR


def _find_stated(tests: Json) -> Iterator[str]:
    for test in tests if isinstance(tests, list) else ():
        events = (test.get(key) for key in ("Log", "Resource")) if isinstance(test, dict) else ()
        for event in events:
            log_type = event.get("p_log_type") if isinstance(event, dict) else None
            if isinstance(log_type, str):
                yield log_type


def _read_list(text: bytes, match: re.Match[bytes]) -> list[Json] | None:
    rest = match[3].strip()
    if rest.startswith(b"[") and rest.endswith(b"]"):
        words = [_read_word(part.strip()) for part in rest[1:-1].split(b",")] if rest[1:-1].strip() else []
        return None if None in words else list(words)
    if rest and not rest.startswith(b"#"):
        return None
    items: list[Json] = []
    end = match.end()
    while item := _ITEM.match(text, end):
        word = _read_word(item[1].strip())
        if word is None:
            return None
        items.append(word)
        end = item.end()
    return items if _NEXT_KEY.match(text, end) else None


def _read_word(text: bytes) -> str | None:
    """A scalar that every reader reads the same; None for one that needs a parser."""
    word, sign, _ = text.partition(b" #")
    word = word.strip() if sign else text
    quoted = _QUOTED.fullmatch(word)
    if quoted:
        return (quoted[1] or quoted[2]).decode("utf-8", "replace")
    if not _PLAIN.fullmatch(word) or word.lower() == b"null":
        return None
    return word.decode()


def _find_ids(kind: AnalysisType | None, value: Mapping[str, Json]) -> tuple[str, ...]:
    if kind is AnalysisType.GLOBAL:
        return (find_id(kind, value)[1],) if find_id(kind, value)[1] else ()
    keys = kind.kind.id_keys if kind else ID_KEYS
    return tuple(dict.fromkeys(each for key in keys if isinstance(each := value.get(key), str) and each))


def _has_references(kind: AnalysisType | None) -> bool:
    return kind is not None and kind.kind.references is not None


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
