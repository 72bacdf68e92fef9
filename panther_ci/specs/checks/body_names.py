"""Bodies with the same file name in different folders, of which a deployment keeps only one."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_collisions(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if another spec names another body with the file name of this one."""
    if not spec.body or spec.body not in project.files:
        return
    for body, path in project.namesakes.get(body_name(spec.body), {}).items():
        if body != spec.body and project.exact_outline(path).body == body:
            where = project.locate(spec.path, ("Filename",))
            message = (
                f"`{body}` is another body with this file name, and a deployment keeps only one of them."
            )
            hint = "Rename one of the files, also in its spec."
            yield Finding.of(CheckId.BODY_NAME_COLLISION, message, where, hint)
            return
