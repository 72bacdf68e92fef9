"""The specs that are judged and what they need, read in full; the rest of the repository in outline."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES, body_name
from panther_ci.kinds import AnalysisType
from panther_ci.kinds import Body as BodyUse
from panther_ci.model import Finding, Location, Spec
from panther_ci.model.reasons import BaseElsewhere, NotJudgedYet, Skip, SkipReason
from panther_ci.specs.bodies import Body, find_matcher, read_body
from panther_ci.specs.loader import Loaded, SpecLoader
from panther_ci.specs.outline import Outline, read_outline, read_outlines
from panther_ci.specs.reading.document import Document, Keys
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import is_among_detections
from panther_ci.specs.reading.scalars import Scalars


@dataclass(frozen=True, eq=False)
class Project:
    """A repository as this run sees it. Paths lead from its root.

    `selected` are the specs to judge; `specs` are these and what they need, by path. `findings` come from
    reading the selected files.
    """

    files: Mapping[str, bytes]
    outlines: Mapping[str, Outline]
    chosen: frozenset[str]
    specs: Mapping[str, Spec]
    findings: tuple[Finding, ...]
    bodies: dict[str, Body] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    exact: dict[str, Outline] = field(default_factory=dict)

    @cached_property
    def selected(self) -> tuple[Spec, ...]:
        """The specs to judge, in the order of their paths."""
        return tuple(self.specs[path] for path in sorted(self.specs) if path in self.chosen)

    @cached_property
    def skipped(self) -> Mapping[str, SkipReason]:
        """Why the cases of a spec can't be run, by path: because of the spec, or of one of its bases."""
        skipped: dict[str, SkipReason] = {}
        for path, spec in self.specs.items():
            for each in (*reversed(self.bases(spec)), spec):
                if reason := explain_skip(each) or self._explain_base(each):
                    skipped[path] = reason
        return skipped

    def _explain_base(self, spec: Spec) -> SkipReason | None:
        """That the base of a detection is not in the repository; None where it is, or there is none."""
        missing = spec.type.judged and spec.base and f"detection:{spec.base}" not in self.providers
        return BaseElsewhere(spec.base) if missing else None

    def body(self, path: str | None) -> Body | None:
        """The outline of a Python file; None where there is no such file."""
        if path is None or path not in self.files or not path.endswith(".py"):
            return None
        if path not in self.bodies:
            self.bodies[path] = read_body(path, self.files[path])
        return self.bodies[path]

    def locate(self, path: str, keys: Keys) -> Location:
        """Where a value of a spec is; reads the file again, since only findings need this."""
        return self._document(path).locate(keys)

    def locate_key(self, path: str, key: str) -> Location:
        """Where a top-level key of a spec is."""
        return self._document(path).locate_key((key,))

    def exact_outline(self, path: str) -> Outline:
        """The outline of a spec as a parser sees it, for a conflict that the quick one suggests."""
        if path not in self.exact:
            self.exact[path] = read_outline(path, self.files[path], Scalars(), exact=True) or Outline(path)
        return self.exact[path]

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

    @cached_property
    def providers(self) -> Mapping[str, Sequence[str]]:
        """The paths of all specs that may provide a name, by that name."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, outline in self.outlines.items():
            for name in outline.provides:
                found[name].append(path)
        return dict(found)

    @cached_property
    def namesakes(self) -> Mapping[str, Mapping[str, str]]:
        """The bodies that specs may name, by their file name, each with one of these specs.

        Those of released specs come first, since a conflict with them weighs more.
        """
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for path, outline in sorted(self.outlines.items(), key=lambda each: (not each[1].released, each[0])):
            if outline.body in self.files and outline.type and outline.type.kind.body is not BodyUse.NONE:
                found[body_name(outline.body)].setdefault(outline.body, path)
        return dict(found)

    def bases(self, spec: Spec) -> tuple[Spec, ...]:
        """The bases of a derived detection, nearest first; ends where one is missing or repeats."""
        chain: dict[str, Spec] = {}
        while spec.base in self.detections and spec.base not in chain:
            chain[spec.base] = spec = self.detections[spec.base]
        return tuple(chain.values())

    def body_path(self, spec: Spec) -> str | None:
        """The path of the body that runs for a spec: its own, or that of its base."""
        if not spec.base:
            return spec.body
        chain = self.bases(spec)
        return chain[-1].body if chain and not chain[-1].base else None


def load_project(
    files: Mapping[str, bytes], selected: Container[str], outlines: Mapping[str, Outline] | None = None
) -> Project:
    """Read the selected specs and all they need; what can't be read is a finding, never an exception.

    `outlines` are what `read_outlines` returns for these files, if the caller has them already.
    """
    return _Loading(files, selected, read_outlines(files) if outlines is None else outlines).finish()


@dataclass(slots=True)
class _Loading:
    """The reading of a project: specs are read until everything needed is there.

    `providers` has the paths of the specs that provide a name, except those loaded at first.
    """

    files: Mapping[str, bytes]
    selected: Container[str]
    outlines: Mapping[str, Outline]
    loader: SpecLoader = field(default_factory=SpecLoader)
    loaded: dict[str, Loaded] = field(default_factory=dict)
    providers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def finish(self) -> Project:
        """The project, with everything it needs."""
        chosen = frozenset(path for path in self.files if path in self.selected)
        for path in sorted(chosen):
            if path.endswith(SPEC_SUFFIXES):
                self.load(path)
        project = self.assemble(chosen)
        while missing := self.find_missing(project):
            for path in missing:
                self.load(path)
            project = self.assemble(chosen, project.bodies)
        return project

    def load(self, path: str) -> None:
        """Read one spec file."""
        data = self.files[path]
        self.loaded[path] = self.loader.read(path, data, self.is_suspected(path))

    def is_suspected(self, path: str) -> bool:
        """Whether a file is meant to be a spec, whatever it contains, since the body beside it has no other.

        A script may have its settings beside it: only a detection folder or a matcher makes it a body.
        """
        stem = path.rpartition(".")[0]
        body = f"{stem}.py"
        beside = [stem + suffix for suffix in SPEC_SUFFIXES if stem + suffix != path]
        if body not in self.files or any(self._names(other, body) for other in beside):
            return False
        return is_among_detections(path) or find_matcher(self.files[body]) is not None

    def _names(self, path: str, body: str) -> bool:
        return path in self.outlines and self.outlines[path].body == body

    def assemble(self, chosen: frozenset[str], bodies: dict[str, Body] | None = None) -> Project:
        """The project of what is loaded so far."""
        specs = {path: each.spec for path, each in self.loaded.items() if each.spec}
        findings = tuple(
            finding
            for path in sorted(self.loaded)
            if path in chosen
            for finding in self.loaded[path].findings
        )
        return Project(self.files, self.outlines, chosen, specs, findings, bodies or {})

    def find_missing(self, project: Project) -> list[str]:
        """The specs that loaded ones need, and that aren't loaded yet."""
        needed: set[str] = set()
        for spec in project.specs.values():
            if spec.type.kind.uses_data_models:
                needed |= {f"log-type:{each}" for each in find_stated_log_types(spec)}
            if spec.base:
                needed.add(f"detection:{spec.base}")
            body = project.body(spec.body)
            needed |= {f"module:{each}" for each in body.modules} if body else set()
        if not self.providers:
            for path in self.outlines.keys() - self.loaded.keys():
                for name in self.outlines[path].provides:
                    self.providers[name].append(path)
        found = {path for name in needed for path in self.providers.get(name, ())}
        return sorted(found.difference(self.loaded))


def find_stated_log_types(spec: Spec) -> tuple[str, ...]:
    """The log types that the events of the cases state: each event is read through the data model of its own,
    whatever the detection's `LogTypes` are."""
    events = (case.event for case in spec.cases if isinstance(case.event, Mapping))
    stated = {event.get("p_log_type") for event in events}
    return tuple(sorted(each for each in stated if isinstance(each, str)))


def explain_skip(spec: Spec) -> SkipReason | None:
    """Why the cases of a spec can't be run here; None when they can."""
    if not spec.type.supported:
        return NotJudgedYet(spec.type)
    if spec.type.judged and spec.body is None and not spec.base and "Detection" in spec.fields:
        return Skip.ONLY_DEPLOYED
    return None
