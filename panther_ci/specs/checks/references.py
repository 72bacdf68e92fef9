"""Names of other specs that no file of the repository provides."""

from collections.abc import Iterator
from dataclasses import dataclass

from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.outline import find_references
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.schemas.wording import find_likely

# Each search compares with every name of the repository, and a hostile spec names a hundred thousand others.
MOST_HINTS = 100


@dataclass(slots=True)
class _Known:
    """The names that the repository provides, and how often one may still be sought by its likeness."""

    names: frozenset[str]
    left: int = MOST_HINTS

    def advise(self, kind: str, name: str) -> str:
        """What was probably meant; nothing past the bound."""
        self.left -= 1
        if self.left < 0:
            return ""
        names = sorted(each.partition(":")[2] for each in self.names if each.startswith(f"{kind}:"))
        near = find_likely(name, names)
        return f"Did you mean `{near}`?" if near else ""


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    known = _Known(frozenset().union(*(outline.provides for outline in project.outlines.values())))
    for spec in project.selected:
        yield from _judge_named(project, spec, known)
        if spec.base and spec.type.judged:
            yield from _judge_base(project, spec, known)
        for index, query in enumerate(spec.queries if spec.type.kind.runs_queries else ()):
            if f"query:{query}" not in known.names:
                where = project.locate(spec.path, ("ScheduledQueries", index))
                message = f"No query of the repository has the name `{cut(query)}`."
                hint = known.advise("query", query) or "Add the query, or correct its name."
                yield Finding("unresolved-reference", message, where, hint=hint, detection=spec.id)


def _judge_named(project: Project, spec: Spec, known: _Known) -> Iterator[Finding]:
    """What packs and correlation rules name; only a warning, since these types aren't judged yet."""
    for keys, each in find_references(spec.type, spec.fields):
        if f"detection:{each}" not in known.names:
            where = project.locate(spec.path, keys)
            message = f"No spec of the repository has the id `{cut(each)}`."
            hint = known.advise("detection", each) or "Add it to the repository, or remove its id here."
            yield Finding("unresolved-reference", message, where, Level.WARNING, hint, spec.id)


def _judge_base(project: Project, spec: Spec, known: _Known) -> Iterator[Finding]:
    chain = project.bases(spec)
    last = chain[-1] if chain else spec
    if not last.base:
        if {base.type for base in chain} == {spec.type}:
            return
        message = f"The base `{cut(spec.base)}` is of another type than this {spec.type}."
        hint = "Derive from a detection of the same type."
    elif f"detection:{last.base}" in known.names:
        message = f"The base `{cut(last.base)}` is no rule that can be read, or rests on this one again."
        hint = "Mend the base, or name another one."
    else:
        message = f"No rule of the repository has the id `{cut(last.base)}`, so that there is no body to run."
        hint = known.advise("detection", last.base) or "Add the base to the repository, or correct its id."
    where = project.locate(spec.path, ("BaseDetection",))
    yield Finding("unresolved-reference", message, where, hint=hint, detection=spec.id)


CHECK = Check(("unresolved-reference",), _find)
