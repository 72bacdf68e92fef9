"""Specs in files whose suffix a deployment doesn't know, since it minds the case of its letters."""

import posixpath
from collections.abc import Iterator

from panther_ci.model import Finding, Location
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.recognition import SPEC_SUFFIXES, reads_like_spec


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for path in sorted(project.chosen):
        suffix = posixpath.splitext(path)[1]
        if suffix in SPEC_SUFFIXES or suffix.lower() not in SPEC_SUFFIXES:
            continue
        if reads_like_spec(project.files[path]):
            message = f"This file holds a spec, and a deployment passes over files that end in `{suffix}`."
            hint = f"Rename it, so that it ends in `{suffix.lower()}`."
            yield Finding("file-suffix", message, Location(path), hint=hint)


CHECK = Check(("file-suffix",), _find)
