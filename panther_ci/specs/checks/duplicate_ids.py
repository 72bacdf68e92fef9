"""Ids that two specs have."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

_SHOWN = 3


def find_duplicates(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if another spec of the repository has the id of this one."""
    same = project.providers.get(f"detection:{spec.id}", ())
    rivals = [path for path in same if path != spec.path and _is_rival(spec, path, project)]
    if rivals:
        others = ", ".join(f"`{path}`" for path in rivals[:_SHOWN])
        message = f"The id `{cut(spec.id)}` is also the id of {others}."
        hint = "Give one of them another id: a deployment refuses both."
        yield Finding.of(CheckId.DUPLICATE_ID, message, spec.location, hint)


def _is_rival(spec: Spec, path: str, project: Project) -> bool:
    """Whether another spec really has the id, in the table of a deployment where ids are unique."""
    other = project.outlines[path].type
    same_table = other is not None and other.kind.table == spec.type.kind.table
    return same_table and spec.id in project.exact_outline(path).ids
