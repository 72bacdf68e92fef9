"""Ids that two specs claim."""

from collections import defaultdict
from collections.abc import Iterator

from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    claims: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, outline in project.outlines.items():
        for each in outline.ids if outline.type else ():
            claims[outline.type.kind.table if outline.type else "", each].append(path)
    for spec in project.selected:
        rivals = [path for path in claims[spec.type.kind.table, spec.id] if path != spec.path]
        rivals = [path for path in rivals if spec.id in project.exact_outline(path).ids]
        if rivals:
            message = (
                f"The id `{cut(spec.id)}` is also that of {', '.join(f'`{path}`' for path in rivals[:3])}."
            )
            hint = "Give one of them another id: a deployment refuses both."
            yield Finding("duplicate-id", message, spec.location, hint=hint, detection=spec.id)


CHECK = Check(("duplicate-id",), _find)
