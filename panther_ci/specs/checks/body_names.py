"""Bodies with the same file name in different folders, of which a deployment keeps only one."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_collisions(spec: Spec, project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding if another spec names another body with the file name of this one.

    Only a warning if the `Status` of one of the two keeps it out of a deployment.
    """
    if not spec.body or spec.body not in project.files:
        return
    for body, path in project.search.namesakes(body_name(spec.body)).items():
        other = project.search.outline(path) if body != spec.body else None
        if other is not None:
            together = settings.deploy_all or (spec.released and other.released)
            where = project.locate(spec.path, ("Filename",))
            message = (
                f"`{body}` is another body with this file name, and a deployment keeps only one of them."
            )
            hint = "Rename one of the files, also in its spec."
            if not together:
                hint = f"Not both are deployed, because of `Status`. {hint}"
            found = Finding.of(CheckId.BODY_NAME_COLLISION, message, where, hint)
            yield found if together else found._replace(level=Level.WARNING)
            return
