"""The specs that are judged and what they need, read in full; the rest of the repository in outline."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Location, Spec
from panther_ci.model.reasons import BaseElsewhere, NotDecidedHere, SkipReason
from panther_ci.specs.bodies import Body, find_matcher
from panther_ci.specs.declared import Declarations
from panther_ci.specs.loader import Loaded, SpecLoader
from panther_ci.specs.reading.document import Document, Key, Keys
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import is_among_detections
from panther_ci.specs.search import Search

# Real rules are derived from one that is not derived itself.
MOST_BASES: Final = 20


@dataclass(frozen=True, eq=False)
class Project:
    """A repository as this run sees it. Paths lead from its root.

    `selected` are the specs to judge; `specs` are these and what they need, by path. `findings` come from
    reading the selected files, `of_others` from reading what these need. `search` finds what else is in the
    repository.
    """

    search: Search
    chosen: frozenset[str]
    specs: Mapping[str, Spec]
    findings: tuple[Finding, ...]
    of_others: tuple[Finding, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    declarations: Declarations = field(default_factory=Declarations)

    @property
    def files(self) -> Mapping[str, bytes]:
        """The bytes of all files, by path."""
        return self.search.files

    @cached_property
    def selected(self) -> tuple[Spec, ...]:
        """The specs to judge, in the order of their paths."""
        return tuple(self.specs[path] for path in sorted(self.specs) if path in self.chosen)

    @property
    def of_needed(self) -> "Project":
        """The same with what the selected specs need in their place."""
        return replace(self, chosen=frozenset(self.specs) - self.chosen, findings=self.of_others)

    @cached_property
    def skipped(self) -> Mapping[str, SkipReason]:
        """Why the cases of a spec can't be run, by path: because of the spec, or of one of its bases."""
        skipped: dict[str, SkipReason] = {}
        for path, spec in self.specs.items():
            chain = self.chain(spec)
            reasons = (reason for each in chain if (reason := self._explain_base(each)))
            if reason := next(reasons, None) or self._explain_conditions(chain):
                skipped[path] = reason
        return skipped

    def _explain_conditions(self, chain: tuple[Spec, ...]) -> SkipReason | None:
        """That a detection has conditions which only a deployment decides."""
        found = self.declarations.find_undecidable(chain)
        return NotDecidedHere(found.problem, self.locate(found.path, found.keys)) if found else None

    def _explain_base(self, spec: Spec) -> SkipReason | None:
        """That the base of a detection is not in the repository; None where it is, or there is none."""
        if not (spec.type.judged and spec.base) or self.search.provider(f"detection:{spec.base}"):
            return None
        return BaseElsewhere(spec.base)

    def body(self, path: str | None) -> Body | None:
        """The outline of a Python file; None where there is no such file."""
        return self.search.body(path)

    def locate(self, path: str, keys: Keys) -> Location:
        """Where a value of a spec is; reads the file again, since only findings need this."""
        return self._document(path).locate(keys)

    def locate_key(self, path: str, *keys: Key) -> Location:
        """Where a key of a spec is, the last of those that lead to it."""
        return self._document(path).locate_key(keys)

    def _document(self, path: str) -> Document:
        if path not in self.documents:
            self.documents[path] = parse(self.files[path], path)
        return self.documents[path]

    @cached_property
    def globals(self) -> Mapping[str, Spec]:
        """The loaded globals by the name they are imported by; of two, the one with the first path."""
        found = (self.specs[path] for path in sorted(self.specs, reverse=True))
        return {spec.id: spec for spec in found if spec.type is AnalysisType.GLOBAL}

    @cached_property
    def data_models(self) -> Mapping[str, Spec]:
        """The loaded and enabled data models by log type; of two, the one with the first path."""
        found = (self.specs[path] for path in sorted(self.specs, reverse=True))
        models = (spec for spec in found if spec.type is AnalysisType.DATAMODEL and spec.enabled)
        return {spec.log_types[0]: spec for spec in models if spec.log_types}

    @cached_property
    def detections(self) -> Mapping[str, Spec]:
        """The loaded detections by id; of two, the one with the first path."""
        found = (self.specs[path] for path in sorted(self.specs, reverse=True))
        return {spec.id: spec for spec in found if spec.type.judged}

    def bases(self, spec: Spec) -> tuple[Spec, ...]:
        """The bases of a derived detection, nearest first, at most `MOST_BASES`; ends where one is missing
        or repeats."""
        chain: dict[str, Spec] = {}
        while spec.base in self.detections and spec.base not in chain and len(chain) < MOST_BASES:
            chain[spec.base] = spec = self.detections[spec.base]
        return tuple(chain.values())

    def chain(self, spec: Spec) -> tuple[Spec, ...]:
        """A detection, then its bases."""
        return (spec, *self.bases(spec))

    def body_path(self, spec: Spec) -> str | None:
        """The path of the body that runs for a spec: its own, or that of its base."""
        if not spec.base:
            return spec.body
        chain = self.bases(spec)
        return chain[-1].body if chain and not chain[-1].base else None


def load_project(search: Search, selected: Container[str], loader: SpecLoader | None = None) -> Project:
    """Read the selected specs and all they need; what can't be read is a finding, never an exception."""
    return _Loading(search, selected, loader or SpecLoader()).finish()


@dataclass(slots=True)
class _Loading:
    """The reading of a project: specs are read until everything needed is there."""

    search: Search
    selected: Container[str]
    loader: SpecLoader
    loaded: dict[str, Loaded] = field(default_factory=dict)

    def finish(self) -> Project:
        """The project, with everything it needs."""
        chosen = frozenset(path for path in self.search.files if path in self.selected)
        for path in sorted(chosen):
            if path.endswith(SPEC_SUFFIXES):
                self.load(path)
        waiting = list(self.loaded)
        while waiting:
            waiting = self.find_missing(waiting)
            for path in waiting:
                self.load(path)
        return self.assemble(chosen)

    def load(self, path: str) -> None:
        """Read one spec file."""
        self.loaded[path] = self.loader.read(path, self.search.files[path], self.is_suspected(path))
        self.search.learn(path, self.loaded[path].outline)

    def is_suspected(self, path: str) -> bool:
        """Whether a file is meant to be a spec, whatever it contains, since the body beside it has no other.

        A script may have its settings beside it: only a detection folder or a matcher makes it a body.
        """
        stem = path.rpartition(".")[0]
        body = f"{stem}.py"
        beside = [stem + suffix for suffix in SPEC_SUFFIXES if stem + suffix != path]
        if body not in self.search.files or any(self._names(other, body) for other in beside):
            return False
        return is_among_detections(path) or find_matcher(self.search.files[body]) is not None

    def _names(self, path: str, body: str) -> bool:
        outline = self.search.outline(path)
        return outline is not None and outline.body == body

    def assemble(self, chosen: frozenset[str]) -> Project:
        """The project of what was loaded."""
        specs = {path: each.spec for path, each in self.loaded.items() if each.spec}
        found: dict[bool, list[Finding]] = {True: [], False: []}
        for path in sorted(self.loaded):
            found[path in chosen] += self.loaded[path].findings
        return Project(self.search, chosen, specs, tuple(found[True]), tuple(found[False]))

    def find_missing(self, paths: Iterable[str]) -> list[str]:
        """The specs that those of these files need, and that aren't loaded yet."""
        specs = (spec for path in paths if (spec := self.loaded[path].spec))
        needed = {name for spec in specs for name in self.find_needed(spec)}
        found = {path for name in needed for path in self.search.providers(name)}
        return sorted(found.difference(self.loaded))

    def find_needed(self, spec: Spec) -> Iterator[str]:
        """The names that a spec needs to be judged."""
        if spec.type.kind.uses_data_models:
            yield from (f"log-type:{each}" for each in find_stated_log_types(spec))
        if spec.base:
            yield f"detection:{spec.base}"
        if body := self.search.body(spec.body):
            yield from (f"module:{each}" for each in body.modules)


def find_stated_log_types(spec: Spec) -> tuple[str, ...]:
    """The log types that the events of the cases state: each event is read through the data model of its own,
    whatever the detection's `LogTypes` are."""
    events = (case.event for case in spec.cases if isinstance(case.event, Mapping))
    stated = {event.get("p_log_type") for event in events}
    return tuple(sorted(each for each in stated if isinstance(each, str)))
