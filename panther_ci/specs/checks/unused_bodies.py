"""Files that look like bodies but that no spec names, so that they neither run nor are deployed."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.model import Finding, Location
from panther_ci.specs.bodies import find_matcher
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_unused(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each of the selected files that defines `rule` or `policy`."""
    for path in sorted(project.chosen):
        if not path.endswith(".py"):
            continue
        data = project.files[path]
        match = find_matcher(data)
        if match and not _is_named(project, path) and not _has_broken_spec(project, path):
            where = Location(path, data.count(b"\n", 0, match.start()) + 1, 1)
            message = f"This file defines `{match[1].decode()}`, but no spec names it."
            hint = "Name it in the `Filename` of a spec, or delete it."
            yield Finding.of(CheckId.UNUSED_BODY, message, where, hint)


def _is_named(project: Project, path: str) -> bool:
    return any(map(project.search.outline, project.search.requirers(f"file:{path}")))


def _has_broken_spec(project: Project, path: str) -> bool:
    """Whether the spec beside a body can't be read, which is already reported and may be the only problem."""
    names = [path.removesuffix(".py") + suffix for suffix in SPEC_SUFFIXES]
    return any(name in project.files and name not in project.specs for name in names)
