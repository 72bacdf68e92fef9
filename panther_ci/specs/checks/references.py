"""Names of other specs that are not in the repository, or that are not deployed.

A deployment may have what a repository does not contain: detections that Panther manages, and queries that
somebody saved in the console. So this is an error only where an upload must contain the other spec, where
the change removes it, and where the inputs ask for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.outline import find_references
from panther_ci.specs.project import MOST_BASES, Project
from panther_ci.specs.reading.document import Keys, cut

# What correlation rules get matches from:
# https://docs.panther.com/detections/correlation-rules/correlation-rule-reference
_CORRELATED: Final = frozenset(
    {AnalysisType.RULE, AnalysisType.SCHEDULED_RULE, AnalysisType.CORRELATION_RULE}
)
# What may be in the deployment has to be this much like a name of the repository to be a mistake.
LIKENESS = 0.85


@dataclass
class _Finder:
    """Finds references that lead nowhere."""

    project: Project
    settings: CheckSettings
    hints: Hints = field(default_factory=Hints)

    @cached_property
    def names(self) -> Mapping[str, list[str]]:
        """The values of all names of the repository, by their kind."""
        provided = (each.provides for each in self.project.search.read_all())
        parts = [name.partition(":") for name in sorted(frozenset[str]().union(*provided))]
        return {kind: [value for each, _, value in parts if each == kind] for kind in ("detection", "query")}

    def find(self, spec: Spec) -> Iterator[Finding]:
        """The findings on one spec."""
        is_left_out = spec.type is AnalysisType.PACK and self.settings.packs == "off"
        for keys, each in find_references(spec.type, spec.fields) if not is_left_out else ():
            if self.settings.may_touch(f"detection:{each}", f"file:{spec.path}"):
                message = f"No spec of the repository has the id `{cut(each)}`."
                yield from self.follow(spec, keys, f"detection:{each}", message)
                yield from self.find_other_type(spec, keys, each)
        if spec.base and spec.type.judged:
            yield from self.find_base(spec)
        for index, query in enumerate(spec.queries if spec.type.kind.runs_queries else ()):
            message = f"No query of the repository has the name `{cut(query)}`."
            yield from self.follow(spec, ("ScheduledQueries", index), f"query:{query}", message)

    def find_other_type(self, spec: Spec, keys: Keys, name: str) -> Iterator[Finding]:
        """A finding if a correlation rule names a spec that never matches, such as a query."""
        search = self.project.search
        likely = search.provider(f"detection:{name}") if spec.type is AnalysisType.CORRELATION_RULE else None
        if likely is None or likely.type in _CORRELATED:
            return
        outlines = map(search.outline, search.providers(f"detection:{name}"))
        types = {each.type for each in outlines if each and each.type}
        if types and types.isdisjoint(_CORRELATED):
            kind = min(types).replace("_", " ")
            message = f"`{cut(name)}` is the id of a {kind}, which a correlation rule can't get matches from."
            hint = "Name a rule, a scheduled rule or another correlation rule."
            yield self.report(spec, keys, message, hint)

    def find_base(self, spec: Spec) -> Iterator[Finding]:
        """The base of a derived detection, or the base of that one."""
        chain = self.project.bases(spec)
        last = chain[-1] if chain else spec
        keys = ("BaseDetection",)
        if last.base in self.project.detections and len(chain) == MOST_BASES:
            message = f"More than {MOST_BASES} bases follow each other from here on."
            yield self.report(spec, keys, message, "Name a base that is not derived from so many others.")
        elif last.base and self.project.search.provider(f"detection:{last.base}") is None:
            message = f"No rule of the repository has the id `{cut(last.base)}`, so there is no body to run."
            yield from self.follow(spec, keys, f"detection:{last.base}", message)
        elif last.base:
            message = f"The base `{cut(last.base)}` can't be read, or is derived from this rule."
            yield self.report(spec, keys, message, "Fix the base, or name another one.")
        elif {base.type for base in chain} != {spec.type}:
            message = f"The base `{cut(spec.base)}` has another type than this {spec.type}."
            yield self.report(spec, keys, message, "Derive from a detection of the same type.")
        else:
            yield from self.follow(spec, keys, f"detection:{spec.base}")

    def follow(self, spec: Spec, keys: Keys, name: str, message: str = "") -> Iterator[Finding]:
        """A finding if no spec provides a name, which `message` says, or only one that is not deployed."""
        provider = self.project.search.provider(name)
        if provider is None:
            yield self.report_missing(spec, keys, name, message)
        elif spec.released and not self.settings.deploy_all and not provider.released:
            yield self.report_undeployed(spec, keys, name)

    def report_missing(self, spec: Spec, keys: Keys, name: str, message: str) -> Finding:
        """The finding on a name that no spec of the repository provides."""
        gone = name in self.settings.before
        if gone or self.is_needed(spec):
            hint = self.find_near(name) or "Add it to the repository, or remove its name here."
            hint = f"This change removes it from the repository. {hint}" if gone else hint
            return self.report(spec, keys, message, hint)
        near = self.find_near(name, LIKENESS)
        hint = f"{near} If not, the deployment must have it." if near else "The deployment must have it."
        level = Level.WARNING if near else Level.NOTICE
        return self.report(spec, keys, message, hint)._replace(level=level)

    def report_undeployed(self, spec: Spec, keys: Keys, name: str) -> Finding:
        """The finding on a name that only specs provide which their `Status` keeps out of a deployment."""
        message = f"`{cut(name.partition(':')[2])}` is not deployed, because of its `Status`."
        if self.is_needed(spec):
            return self.report(spec, keys, message, "Remove its name here, or change its `Status`.")
        hint = "The deployment must have it already. If not, change its `Status`, or use the same one here."
        return self.report(spec, keys, message, hint)._replace(level=Level.WARNING)

    def is_needed(self, spec: Spec) -> bool:
        """Whether what a spec refers to must be in the repository."""
        references = spec.type.kind.references
        return self.settings.strict_references or (references is not None and references.complete)

    def report(self, spec: Spec, keys: Keys, message: str, hint: str) -> Finding:
        """The finding on the value under these keys."""
        where = self.project.locate(spec.path, keys)
        return Finding.of(CheckId.UNRESOLVED_REFERENCE, message, where, hint, spec.id)

    def find_near(self, name: str, likeness: float = 0.7) -> str:
        """What was probably meant, as a question."""
        kind, _, value = name.partition(":")
        near = self.hints.find(value, self.names.get(kind, []), likeness)
        return f"Did you mean `{near}`?" if near else ""


def find_unresolved(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding for each reference that leads nowhere; of the project, as the bound is one for all specs."""
    finder = _Finder(project, settings)
    for spec in project.selected:
        yield from finder.find(spec)
