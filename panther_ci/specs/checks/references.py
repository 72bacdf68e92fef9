"""Names of other specs that are not in the repository."""

from collections.abc import Iterator
from dataclasses import dataclass

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.outline import find_references
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut
from panther_ci.specs.schemas.wording import find_likely

# Each search compares with every name of the repository, and a hostile spec names a hundred thousand others.
MOST_HINTS = 100


@dataclass(slots=True)
class _Finder:
    """Finds references that lead nowhere; `hints_left` bounds the search for names that are alike."""

    project: Project
    hints_left: int = MOST_HINTS

    def find(self, spec: Spec) -> Iterator[Finding]:
        """The findings on one spec."""
        yield from self.find_named(spec)
        if spec.base and spec.type.judged:
            yield from self.find_base(spec)
        yield from self.find_queries(spec)

    def find_named(self, spec: Spec) -> Iterator[Finding]:
        """What packs and correlation rules name; only warnings, since these types aren't judged yet."""
        for keys, each in find_references(spec.type, spec.fields):
            if f"detection:{each}" not in self.project.providers:
                message = f"No spec of the repository has the id `{cut(each)}`."
                hint = self.advise("detection", each) or "Add it to the repository, or remove its id here."
                yield self.report(spec, keys, message, hint)._replace(level=Level.WARNING)

    def find_base(self, spec: Spec) -> Iterator[Finding]:
        """The base of a derived detection, or the base of that one."""
        chain = self.project.bases(spec)
        last = chain[-1] if chain else spec
        if not last.base:
            if {base.type for base in chain} == {spec.type}:
                return
            message = f"The base `{cut(spec.base)}` has another type than this {spec.type}."
            hint = "Derive from a detection of the same type."
        elif f"detection:{last.base}" in self.project.providers:
            message = f"The base `{cut(last.base)}` can't be read, or is derived from this rule."
            hint = "Fix the base, or name another one."
        else:
            message = f"No rule of the repository has the id `{cut(last.base)}`, so there is no body to run."
            hint = self.advise("detection", last.base) or "Add the base to the repository, or fix its id."
        yield self.report(spec, ("BaseDetection",), message, hint)

    def find_queries(self, spec: Spec) -> Iterator[Finding]:
        """The queries of a scheduled rule."""
        for index, query in enumerate(spec.queries if spec.type.kind.runs_queries else ()):
            if f"query:{query}" not in self.project.providers:
                message = f"No query of the repository has the name `{cut(query)}`."
                hint = self.advise("query", query) or "Add the query, or fix its name."
                yield self.report(spec, ("ScheduledQueries", index), message, hint)

    def report(self, spec: Spec, keys: Keys, message: str, hint: str) -> Finding:
        """The finding on the value under these keys."""
        where = self.project.locate(spec.path, keys)
        return Finding.of(CheckId.UNRESOLVED_REFERENCE, message, where, hint, spec.id)

    def advise(self, kind: str, name: str) -> str:
        """What was probably meant; nothing past the bound."""
        self.hints_left -= 1
        if self.hints_left < 0:
            return ""
        known = [each.partition(":") for each in self.project.providers]
        names = sorted(value for start, _, value in known if start == kind)
        near = find_likely(name, names)
        return f"Did you mean `{near}`?" if near else ""


def find_unresolved(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each reference that leads nowhere; of the project, as the bound is one for all specs."""
    finder = _Finder(project)
    for spec in project.selected:
        yield from finder.find(spec)
