"""Ids that two specs have."""

from collections.abc import Iterable, Iterator
from itertools import islice

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

_SHOWN = 3


def find_duplicates(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if another spec of the repository has the id of this one.

    It is a warning where a deployment stores the two in different tables, such as a query and a rule:
    panther_analysis_tool refuses these too, but a deployment does not.
    """
    same = project.search.providers(f"detection:{spec.id}")
    rivals = _find_others(spec, (path for path in same if _share_table(spec, path, project)))
    others = rivals or _find_others(spec, same)
    if others:
        shown = ", ".join(f"`{path}`" for path in others)
        message = f"The id `{cut(spec.id)}` is also the id of {shown}."
        who = "a deployment refuses both" if rivals else "panther_analysis_tool refuses both"
        level = CheckId.DUPLICATE_ID.level if rivals else Level.WARNING
        hint = f"Give one of them another id: {who}."
        yield Finding.of(CheckId.DUPLICATE_ID, message, spec.location, hint)._replace(level=level)


def _find_others(spec: Spec, paths: Iterable[str]) -> tuple[str, ...]:
    """The first of these specs that are others."""
    return tuple(islice((path for path in paths if path != spec.path), _SHOWN))


def _share_table(spec: Spec, path: str, project: Project) -> bool:
    """Whether a deployment stores another spec in the same table, where ids are unique."""
    other = project.search.outline(path)
    kind = other.type.kind if other and other.type else None
    return kind is not None and kind.table == spec.type.kind.table
