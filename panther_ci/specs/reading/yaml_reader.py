"""YAML -> the values a deployment reads, and where each key and value is, from the events of libyaml."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.yaml_scalars import find_tag
from panther_ci.model import Json
from panther_ci.specs.reading.document import (
    DEEPEST,
    MOST_EXPANDED,
    DocumentBuilder,
    Keys,
    Mark,
    Spot,
    Spots,
    UnreadableError,
    cut,
    find_spot,
)
from panther_ci.specs.reading.scalars import Scalars, construct

_TAG: Final = "tag:yaml.org,2002:"
_WITHOUT_VALUE: Final = frozenset({"=", "<<"})
_SCALAR_TAGS: Final = frozenset({"str", "int", "float", "bool", "null"})
_SYNTAX_HINT: Final = "Look at the indentation, the quotes and the brackets here and just before."
# libyaml compares each with all before it, and specs have none.
_MOST_TAG_LINES: Final = 100
# After each line break of YAML 1.1; the last bytes of three of them in UTF-8 are 85, A8 and A9.
_TAG_LINE: Final = re.compile(rb"(?<=[\r\n\x85\xa8\xa9])%TAG")
_NO_KEY: Final[Any] = object()
_UNKNOWN: Final = object()
_ENDS: Final = frozenset({MappingEndEvent, SequenceEndEvent})
_STARTS: Final = frozenset({MappingStartEvent, SequenceStartEvent})


class _Merge:
    """The key `<<` while its mapping is being read."""

    def __str__(self) -> str:
        return "<<"


_MERGE: Final[Any] = _Merge()


@dataclass(slots=True)
class _Reader:
    """One reading of one file; `open` are the mappings and lists around the current one and its key."""

    parser: Any
    builder: DocumentBuilder
    scalars: Scalars
    open: list[tuple[Any, Spots, Any]] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    awaited: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    top: Spots = field(default_factory=dict)
    expanded: int = 0

    def read(self) -> Json:
        """The only document of the stream."""
        get = self.parser.get_event
        get()
        if isinstance(get(), StreamEndEvent):
            raise self.builder.refuse(
                CheckId.EMPTY_FILE, "The file is empty.", None, "Write the spec, or delete the file."
            )
        value = self.read_document()
        after = get()
        if not isinstance(after, StreamEndEvent):
            hint = "Write each spec into a separate file: a deployment reads one from each file."
            raise self.builder.refuse(
                CheckId.SEVERAL_DOCUMENTS, "A second YAML document begins here.", after.start_mark, hint
            )
        return value

    def read_document(self) -> Json:
        """The value of the document that has begun. One loop, since most time is spent here."""
        get, known = self.parser.get_event, self.scalars.known
        node: Any = []
        key_mark: Any = None
        box, spots, key = node, self.top, _NO_KEY
        while True:
            event = get()
            kind = event.__class__
            if kind is ScalarEvent:
                if event.implicit[0]:
                    value = known.get(event.value, _UNKNOWN)
                    if value is _UNKNOWN:
                        value = self.resolve(event, node, key)
                else:
                    value = event.value if event.tag is None else self.read_tagged(event)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, len(event.value))
            elif kind in _ENDS:
                self.close(node, event)
                node, spots, key = self.open.pop()
                key = _NO_KEY
                continue
            elif kind is AliasEvent:
                value = self.expand(event)
            elif kind in _STARTS:
                value = {} if kind is MappingStartEvent else []
            else:
                return self.finish(box)
            mark = event.start_mark
            if node.__class__ is list:
                key = len(node)
                node.append(value)
            elif key is _NO_KEY:
                key, key_mark = value if value.__class__ is str else self.read_key(event, value), mark
                continue
            else:
                if key in node:
                    self.builder.report_duplicate(key, key_mark, spots)
                node[key] = value
            spots[key] = (key_mark or mark, mark)
            if kind in _STARTS:
                self.begin(event, value)
                self.open.append((node, spots, key))
                node, spots = value, {}
                self.builder.places[id(value)] = spots
            key, key_mark = _NO_KEY, None

    def finish(self, box: list[Json]) -> Json:
        """The value of a document that has ended."""
        self.builder.root = self.top[0][1]
        return box[0]

    def resolve(self, event: Any, node: Any, key: Any) -> Any:
        """The value of a plain scalar that isn't known yet; a suspicious one is noted."""
        is_key = isinstance(node, dict) and key is _NO_KEY
        if is_key and event.value == "<<":
            return _MERGE
        if event.value in _WITHOUT_VALUE:
            message = f"`{event.value}` without quotes has no value here."
            self.builder.report(CheckId.YAML_FEATURE, message, event.start_mark, "Put it into quotes.")
        value, suspicious = self.scalars.resolve(event.value)
        if suspicious:
            here = () if not self.open or is_key else (len(node) if isinstance(node, list) else key,)
            self.builder.note(self.path() + here, suspicious, event.start_mark)
        return value

    def path(self) -> Keys:
        """The keys that lead to the innermost open mapping or list."""
        return tuple(key for _, _, key in self.open[1:])

    def read_key(self, event: Any, value: Any) -> Any:
        """A key as JSON writes it, since the keys of events are text."""
        if value is _MERGE:
            return value
        if isinstance(value, dict | list):
            raise self.builder.refuse(
                CheckId.YAML_FEATURE, "A key is a mapping or a list here.", event.start_mark, "Keys are text."
            )
        return (
            {None: "null", True: "true", False: "false"}[value]
            if value is None or value is True or value is False
            else str(value)
        )

    def read_tagged(self, event: Any) -> Any:
        """A scalar with a tag: one of YAML's own plain types, and really of that type."""
        short = event.tag.removeprefix(_TAG)
        if short == "str":
            return event.value
        if short not in _SCALAR_TAGS or not event.tag.startswith(_TAG) or find_tag(event.value) != short:
            raise self.refuse_tag(event)
        value, suspicious = construct(short, event.value)
        if suspicious and suspicious.fatal:
            self.builder.note(self.path(), suspicious, event.start_mark)
        return value

    def refuse_tag(self, event: Any) -> UnreadableError:
        """The exception for a tag that has no meaning in JSON."""
        message = f"The tag `{cut(event.tag)}` has no meaning in a spec."
        return self.builder.refuse(
            CheckId.YAML_FEATURE, message, event.start_mark, "Remove the tag; write plain values."
        )

    def begin(self, event: Any, value: Any) -> None:
        """Refuse a mapping or list that nests too deeply or has a tag; remember its anchor until its end."""
        if len(self.open) >= DEEPEST:
            raise self.builder.refuse_depth(event.start_mark)
        if event.tag not in (None, "!", f"{_TAG}map", f"{_TAG}seq"):
            raise self.refuse_tag(event)
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)
            self.awaited[id(value)] = (event.anchor, event.start_mark.index, self.expanded)

    def close(self, node: Any, event: Any) -> None:
        """Apply the merge key of a mapping that ends, and make the anchor of a mapping or list known."""
        if _MERGE in node:
            self.merge(node, event.start_mark)
        if id(node) in self.awaited:
            anchor, start, expanded = self.awaited.pop(id(node))
            self.anchors[anchor] = (node, event.end_mark.index - start + self.expanded - expanded)

    def merge(self, node: dict[Any, Any], mark: Mark) -> None:
        """Add the keys of the mappings under `<<` that the mapping itself does not have."""
        spots = self.builder.places[id(node)]
        sources = node.pop(_MERGE)
        _, mark = spots.pop(_MERGE)
        for source in sources if isinstance(sources, list) else [sources]:
            if not isinstance(source, dict):
                raise self.builder.refuse(
                    CheckId.YAML_FEATURE, "`<<` merges mappings only.", mark, "Name a mapping after `<<`."
                )
            for key in source.keys() - node.keys():
                spots[key] = self.builder.places[id(source)][key]
            node |= {key: value for key, value in source.items() if key not in node}

    def expand(self, event: Any) -> Any:
        """The value an alias stands for, as long as all aliases together stay small."""
        if event.anchor not in self.anchors:
            message = f"The alias `*{cut(event.anchor)}` has no anchor that ends before it."
            raise self.builder.refuse(CheckId.YAML_FEATURE, message, event.start_mark, "Write the value out.")
        value, size = self.anchors[event.anchor]
        self.expanded += size + 1
        if self.expanded > MOST_EXPANDED:
            message = f"The aliases of this file expand to more than {MOST_EXPANDED // 2**20} MiB of text."
            hint = "Write the values out."
            raise self.builder.refuse(CheckId.EXPANSION_LIMIT, message, event.start_mark, hint)
        return value


def read_yaml(data: bytes, builder: DocumentBuilder, scalars: Scalars) -> Json:
    """The value of a YAML file with one document, or None after a finding says why there is none."""
    if first_tag := _find_too_many_tags(data):
        message = f"The file has more than {_MOST_TAG_LINES} lines with `%TAG`."
        first = Spot(data.count(b"\n", 0, first_tag), 0)
        builder.report(CheckId.YAML_FEATURE, message, first, "Remove them; write plain values.")
        return None
    try:
        return _Reader(CParser(data), builder, scalars).read()
    except UnreadableError:
        return None
    except ReaderError as error:
        _report_characters(data, builder, error)
    except YAMLError as error:
        _report_syntax(data, builder, error)
    return None


def read_top_keys(data: bytes) -> frozenset[str] | None:
    """The keys of the one mapping in a YAML file, as text; None if only a full reading can tell them."""
    if _find_too_many_tags(data):
        return None
    try:
        return _collect_keys(CParser(data).get_event)
    except YAMLError:
        return None


def _find_too_many_tags(data: bytes) -> int:
    """Where the first line with `%TAG` begins if there are too many; 0 if there are not."""
    places = [match.start() for match in islice(_TAG_LINE.finditer(data), _MOST_TAG_LINES + 1)]
    return places[0] if len(places) > _MOST_TAG_LINES else 0


def _collect_keys(get: Callable[[], Any]) -> frozenset[str] | None:
    get(), get()
    if get().__class__ is not MappingStartEvent:
        return None
    keys: set[str] = set()
    depth, is_key = 1, True
    while depth:
        event = get()
        kind = event.__class__
        if depth == 1 and is_key and kind is not MappingEndEvent:
            if kind is not ScalarEvent or event.value == "<<":
                return None
            keys.add(event.value)
        depth += (kind in _STARTS) - (kind in _ENDS)
        is_key = depth == 1 and not is_key
    get()
    return frozenset(keys) if isinstance(get(), StreamEndEvent) else None


def _report_characters(data: bytes, builder: DocumentBuilder, error: ReaderError) -> None:
    spot = find_spot(data[: error.position].decode("utf-8", "replace"), error.position)
    if "octet" in error.reason or "UTF-8" in error.reason:
        builder.report(CheckId.ENCODING, "The file is not UTF-8 from here on.", spot, "Save it as UTF-8.")
    else:
        message = f"YAML does not allow the character U+{error.character:04X}."
        hint = "Remove it, or write it as an escape in double quotes."
        builder.report(CheckId.ENCODING, message, spot, hint)


def _report_syntax(data: bytes, builder: DocumentBuilder, error: YAMLError) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = " ".join(filter(None, (getattr(error, "problem", None), getattr(error, "context", None))))
    lines = data.decode("utf-8", "replace").split("\n")
    if mark is not None and mark.line >= len(lines) - (not lines[-1]):
        last = max(0, len(lines) - 1 - (not lines[-1]))
        mark = Spot(last, len(lines[last]))
    hint = (
        "YAML forbids tabs for indentation."
        if mark and "\t" in lines[mark.line][: mark.column + 1]
        else _SYNTAX_HINT
    )
    builder.report(CheckId.YAML_SYNTAX, f"This is not YAML: {problem}.", mark, hint)
