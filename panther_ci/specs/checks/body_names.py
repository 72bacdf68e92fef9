"""Bodies of one base name in two folders, of which a deployment keeps the last."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator

from panther_ci.kinds import Body
from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for path, outline in sorted(project.outlines.items()):
        if outline.body in project.files and outline.type and outline.type.kind.body is not Body.NONE:
            owners[posixpath.basename(outline.body)].setdefault(outline.body, path)
    for spec in project.selected:
        if not spec.body or spec.body not in project.files:
            continue
        others = owners[posixpath.basename(spec.body)].items()
        rivals = [
            body for body, path in others if body != spec.body and project.exact_outline(path).body == body
        ]
        if rivals:
            where = project.locate(spec.path, ("Filename",))
            message = f"`{rivals[0]}` is another body of this name, and a deployment keeps only one of them."
            hint = "Rename one of the files, here and in its spec."
            yield Finding("body-name-collision", message, where, hint=hint, detection=spec.id)


CHECK = Check(("body-name-collision",), _find)
