"""Specs in files whose suffix is not in lower case, so that a deployment ignores them."""

import posixpath
from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.model import Finding, Location
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.recognition import reads_like_spec


def find_wrong_suffixes(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each selected file with such a suffix that looks like a spec."""
    for path in sorted(project.chosen):
        suffix = posixpath.splitext(path)[1]
        if suffix in SPEC_SUFFIXES or suffix.lower() not in SPEC_SUFFIXES:
            continue
        if reads_like_spec(project.files[path]):
            message = f"This file contains a spec, but a deployment ignores files that end in `{suffix}`."
            hint = f"Rename it, so that it ends in `{suffix.lower()}`."
            yield Finding.of(CheckId.FILE_SUFFIX, message, Location(path), hint)
