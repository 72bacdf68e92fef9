"""Finds the files that provide or need a name: their bytes are searched, and what is hit is read exactly.

A file that contains a name contains its bytes, or it is opaque: an escape may spell a letter of it, or join
two lines. So nothing depends on how a file is laid out, and few files are parsed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final, TypeAlias

from panther_ci.deployment_rules.uploads import DATA_SUFFIXES, SPEC_SUFFIXES, body_name
from panther_ci.kinds import DEFAULT_GLOBAL, ID_KEYS, KINDS, LEGACY_GLOBALS
from panther_ci.model import Node
from panther_ci.specs.bodies import Body, may_import_by_call, read_body
from panther_ci.specs.outline import Outline, find_modules, read_outline
from panther_ci.specs.reading.scalars import Scalars

_Index: TypeAlias = "Mapping[str, Sequence[str]]"

# Reading everything costs as much as this many searches of everything (measured on the public library).
MOST_SEARCHES: Final = 100
# For so few searches of a kind, it does not pay to find out first which files matter to all of them. Of
# modules, there are always more: each body imports some.
FEW: Final = 3
# What an escape in double quotes can't spell: printable ASCII without blanks, quotes and slashes.
_RUN = re.compile(r"[!#-&(-.0-\[\]-~]+")
# The escapes of YAML and JSON that spell printable ASCII, or join lines.
_OPAQUE = re.compile(rb"\\(?:[xuU]0{0,6}[2-7][0-9A-Fa-f]|\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9])")
_ID_LINE = re.compile(rb"\n(?:" + "|".join(ID_KEYS).encode() + rb"): *([^\r\n]*)")
# An encoding that a Python file declares, by https://peps.python.org/pep-0263/.
_COOKIE = re.compile(rb"\A(?:[^\r\n]*(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*coding[:=]")
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")
# What is a global by its id, whatever its type.
_BY_ID: Final = {"module": (LEGACY_GLOBALS,)}
# A word of which each file has one that provides, or needs, a kind of name; any file may do for the others.
_PROVIDING: Final = {
    provides: (
        *(kind.type.value for kind in KINDS.values() if kind.provides == provides),
        *_BY_ID.get(provides, ()),
    )
    for provides in sorted({kind.provides for kind in KINDS.values() if kind.provides})
}
# How the files end that specs name, or their own files.
_USUAL_ENDINGS: Final = (*SPEC_SUFFIXES, *DATA_SUFFIXES, ".py")
_REFERRING: Final = tuple(kind.type.value for kind in KINDS.values() if kind.references)
_REQUIRING: Final = {
    "file": ("Filename",),
    "query": ("ScheduledQueries",),
    "detection": ("BaseDetection", *_REFERRING),
}


@dataclass(frozen=True)
class Memory:
    """What is known of files by their bytes alone, so that a later search need not read them again."""

    outlines: dict[str, Outline | None] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)

    def forget(self, paths: Iterable[str]) -> None:
        """What was known of these files: they changed, or are gone."""
        for path in paths:
            self.outlines.pop(path, None)
            self.bodies.pop(path, None)


class Search:
    """The files of a repository, with what is known of them so far, or what a `memory` has of them.

    A name has a kind and a value: `detection:ID`, `file:PATH`, `module:NAME`, `log-type:NAME`, `query:NAME`.
    """

    def __init__(
        self, files: Mapping[str, bytes], most_searches: int = MOST_SEARCHES, memory: Memory | None = None
    ) -> None:
        self.files = files
        self.specs = tuple(sorted(path for path in files if path.endswith(SPEC_SUFFIXES)))
        self.scripts = tuple(sorted(path for path in files if path.endswith(".py")))
        self.budget = most_searches * max(len(self.specs), len(self.scripts))
        memory = memory or Memory()
        self.known, self.bodies = memory.outlines, memory.bodies
        self.scalars = Scalars()
        self.candidates: dict[tuple[str, ...], Sequence[str]] = {}
        self.hits: dict[str, Sequence[str]] = {}
        self.asked = Counter({_PROVIDING["module"]: FEW})
        self.single = 0

    def learn(self, path: str, outline: Outline | None) -> None:
        """Take the outline of a spec file that was read already; None if it is no spec."""
        self.known[path] = outline

    def outline(self, path: str) -> Outline | None:
        """The outline of a file; None if it is no spec."""
        if not path.endswith(SPEC_SUFFIXES) or path not in self.files:
            return None
        if path not in self.known:
            self.known[path] = read_outline(path, self.files[path], self.scalars)
        return self.known[path]

    def body(self, path: str | None) -> Body | None:
        """What a Python file defines and imports; None where there is no such file."""
        if path is None or path not in self.files or not path.endswith(".py"):
            return None
        if path not in self.bodies:
            self.bodies[path] = read_body(path, self.files[path])
        return self.bodies[path]

    def node(self, path: str) -> Node:
        """The names that a file provides and requires."""
        if outline := self.outline(path):
            return Node(path, outline.provides, outline.requires)
        needs = {f"module:{name}" for name in self._modules(path)}
        needs |= {f"file:{each}" for each in _list_beside(path)}
        return Node(path, frozenset({f"file:{path}"}), frozenset(needs))

    def providers(self, name: str) -> tuple[str, ...]:
        """The files that provide a name, in the order of their paths."""
        kind, _, value = name.partition(":")
        if kind == "file":
            return (value,) if value in self.files else ()
        if self._is_costly():
            return tuple(self._provided.get(name, ()))
        # A global without an id has this one.
        text = "" if value == DEFAULT_GLOBAL else value
        found = self._search(_PROVIDING.get(kind, ()), text)
        return tuple(each.path for each in found if name in each.provides)

    def provider(self, name: str) -> Outline | None:
        """One spec that provides a name, a released one if there is any; quicker than all of them."""
        self.single += 1
        likely = self._likely.get(name.partition(":")[2]) if self.single > FEW else None
        first = self.outline(likely) if likely else None
        if first and first.released and name in first.provides:
            return first
        outlines = [*self._outlines(self.providers(name))]
        return next((each for each in outlines if each.released), outlines[0] if outlines else None)

    def requirers(self, name: str) -> tuple[str, ...]:
        """The files that require a name, in the order of their paths."""
        kind, _, value = name.partition(":")
        if kind == "module":
            return tuple(path for path in self._search_scripts(value) if value in self._modules(path))
        beside = self._find_meant(value) if kind == "file" else ()
        if self._is_costly():
            return tuple(sorted({*self._required.get(name, ()), *beside}))
        words = _REQUIRING.get(kind, ())
        found = self._search_files(words, value) if kind == "file" else self._search(words, value)
        return tuple(sorted({*(each.path for each in found if name in each.requires), *beside}))

    def namesakes(self, name: str) -> Mapping[str, str]:
        """The bodies with a file name that specs may name, each with one of these specs.

        Those of released specs come first, since a conflict with them weighs more.
        """
        named = self._named.get(name, ()) if self._is_costly() else self._search(_REQUIRING["file"], name)
        found: dict[str, str] = {}
        for each in sorted(named, key=lambda outline: (not outline.released, outline.path)):
            if body_name(each.body) == name and each.body in self.files and _may_have_body(each):
                found.setdefault(each.body, each.path)
        return found

    def rivals(self, path: str) -> frozenset[str]:
        """The specs that have a name in common with a spec, or name another body with its file name."""
        outline = self.outline(path)
        if outline is None:
            return frozenset()
        names = outline.provides - {f"file:{path}"}
        found = {each for name in names for each in self.providers(name)}
        return frozenset(found.union(self.namesakes(body_name(outline.body)).values()) - {path})

    def count(self, paths: Iterable[str]) -> int:
        """How many of these files are specs, by their type where they were not read."""
        read, known = self.known.keys(), self.known
        return sum(known[path] is not None if path in read else _has_type(self.files[path]) for path in paths)

    def names(self) -> frozenset[str]:
        """Every name that these files provide."""
        provided = (outline.provides for outline in self.read_all())
        return frozenset(f"file:{path}" for path in self.files).union(*provided)

    def read_all(self) -> Iterator[Outline]:
        """The outline of every spec, in the order of the paths."""
        return self._outlines(self.specs)

    def _outlines(self, paths: Iterable[str]) -> Iterator[Outline]:
        """The outlines of those of these files that are specs."""
        return (each for path in paths if (each := self.outline(path)))

    def _find_meant(self, path: str) -> Sequence[str]:
        """The files that are no specs, and that what is at a path may show to be meant as such."""
        beside = (path.rpartition(".")[0] + suffix for suffix in SPEC_SUFFIXES)
        here = (each for each in beside if path in _list_beside(each) and each in self.files)
        return [each for each in here if self.outline(each) is None]

    def _is_costly(self) -> bool:
        """Whether the next search costs more than what is left to read."""
        return self.budget < 0 or len(self.known) >= len(self.specs)

    def _search(self, words: tuple[str, ...], text: str) -> Iterator[Outline]:
        """The specs that may contain a text and one of these words."""
        return self._outlines(self._find(words, text))

    def _search_files(self, words: tuple[str, ...], path: str) -> Iterator[Outline]:
        """The specs that may name a file; many files of a kind that no spec names cost one search."""
        file = path.rpartition("/")[2]
        _, dot, ending = file.rpartition(".")
        if not dot or file.endswith(_USUAL_ENDINGS):
            return self._search(words, file)
        among = self._containing((file,), self._find((), f".{ending}"))
        return self._outlines(self._containing(words, among))

    def _find(self, words: tuple[str, ...], text: str) -> Sequence[str]:
        self.asked[words] += 1
        if text not in self.hits and (self.asked[words] <= FEW or not words):
            self.hits[text] = self._containing((text,), self.specs)
        if text in self.hits:
            return self._containing(words, self.hits[text]) if words else self.hits[text]
        if words not in self.candidates:
            self.candidates[words] = self._containing(words, self.specs)
        return self._containing((text,), self.candidates[words])

    def _containing(self, texts: Iterable[str], paths: Sequence[str]) -> Sequence[str]:
        """Those of these files that may contain one of the texts."""
        finders = [_finder(text) for text in texts]
        self.budget -= len(paths)
        return [
            path
            for path in paths
            if path in self._opaque or any(contains(self.files[path]) for contains in finders)
        ]

    def _search_scripts(self, module: str) -> Iterable[str]:
        """The Python files that may import a module."""
        if self.budget < 0:
            return sorted({*self._words.get(module.encode(), ()), *self._dynamic})
        self.budget -= len(self.scripts)
        name = module.encode("utf-8", "surrogateescape")
        return [path for path in self.scripts if name in self.files[path] or path in self._dynamic]

    def _modules(self, path: str) -> frozenset[str]:
        body = self.body(path)
        if body is None:
            return frozenset()
        return find_modules(self.files[path]) if body.broken else body.modules

    @cached_property
    def _likely(self) -> Mapping[str, str]:
        """A file by each id that lines seem to state: where to look first, and no more."""
        found: dict[str, str] = {}
        for path in self.specs:
            for value in _ID_LINE.findall(self.files[path]):
                found.setdefault(value.strip(b" \"'").decode("utf-8", "replace"), path)
        return found

    @cached_property
    def _opaque(self) -> frozenset[str]:
        """The spec files in which a name may be spelt in another way."""
        return frozenset(path for path in self.specs if _is_opaque(self.files[path]))

    @cached_property
    def _dynamic(self) -> frozenset[str]:
        """The Python files whose imports may be spelt in another way."""
        return frozenset(path for path in self.scripts if _is_dynamic(self.files[path]))

    @cached_property
    def _words(self) -> Mapping[bytes, Sequence[str]]:
        found: dict[bytes, list[str]] = defaultdict(list)
        for path in self.scripts:
            for word in set(_IDENTIFIER.findall(self.files[path])):
                found[word].append(path)
        return found

    @cached_property
    def _provided(self) -> _Index:
        return _invert((each.path, each.provides) for each in self.read_all())

    @cached_property
    def _required(self) -> _Index:
        return _invert((each.path, each.requires) for each in self.read_all())

    @cached_property
    def _named(self) -> Mapping[str, Sequence[Outline]]:
        found: dict[str, list[Outline]] = defaultdict(list)
        for each in self.read_all():
            found[body_name(each.body)].append(each)
        return found


def _list_beside(path: str) -> frozenset[str]:
    """The body and the specs that show whether a file with the suffix of a spec is meant to be one."""
    stem = path.rpartition(".")[0]
    suffixes = (*SPEC_SUFFIXES, ".py") if path.endswith(SPEC_SUFFIXES) else ()
    return frozenset(stem + suffix for suffix in suffixes) - {path}


def _invert(names: Iterable[tuple[str, Iterable[str]]]) -> _Index:
    """The paths by name, of names by path."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, each in names:
        for name in each:
            found[name].append(path)
    return found


def _finder(text: str) -> Callable[[bytes], bool]:
    """A test for bytes that may contain a value: its longest run, and all of it where it is one run."""
    run = max(_RUN.findall(text), key=len, default="").encode()
    if not run or run.decode() != text or not (_is_word(run[0]) and _is_word(run[-1])):
        return lambda data: run in data
    # The letters come first, since a pattern that begins with them is searched much faster.
    letters = re.escape(run)
    whole = letters + rb"(?![A-Za-z0-9_])(?<![A-Za-z0-9_]" + letters + rb")"
    # Most of many names are in no file, and a pattern takes longer to compile than a file to search.
    pattern = cache(lambda: re.compile(whole))
    return lambda data: run in data and pattern().search(data) is not None


def _is_word(byte: int) -> bool:
    return chr(byte).isalnum()


def _is_opaque(data: bytes) -> bool:
    return b"\\" in data and _OPAQUE.search(data) is not None


def _is_dynamic(data: bytes) -> bool:
    return may_import_by_call(data) or (b"coding" in data and _COOKIE.match(data) is not None)


def _may_have_body(outline: Outline) -> bool:
    return outline.type is not None and outline.type.kind.body.is_python


def _has_type(data: bytes) -> bool:
    """Whether a line of a file begins with the key that each spec has."""
    at = data.find(b"AnalysisType")
    return at >= 0 and not data[data.rfind(b"\n", 0, at) + 1 : at].strip(b" \t{\"'\xef\xbb\xbf")
