"""Bodies with the same file name in different folders, of which a deployment keeps only one."""

from collections.abc import Iterator, Mapping

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_collisions(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding if another spec names another body with the file name of a spec's own.

    Only a warning if the `Status` of one of the two keeps it out of a deployment.
    """
    known: dict[str, Mapping[str, str]] = {}
    for spec in project.selected:
        if spec.body and spec.body in project.files:
            name = body_name(spec.body)
            if name not in known:
                known[name] = project.search.namesakes(name)
            yield from _judge(spec, project, settings, known[name])


def _judge(
    spec: Spec, project: Project, settings: CheckSettings, namesakes: Mapping[str, str]
) -> Iterator[Finding]:
    for body, path in namesakes.items():
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
            found = Finding.of(CheckId.BODY_NAME_COLLISION, message, where, hint, spec.id)
            yield found if together else found._replace(level=Level.WARNING)
            return
