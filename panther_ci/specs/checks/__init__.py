"""The rules that specs and bodies must keep, one a file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from panther_ci.model import Finding
from panther_ci.specs.checks import (
    body_names,
    body_paths,
    body_syntax,
    case_names,
    data_model_paths,
    data_models,
    duplicate_ids,
    file_paths,
    file_suffixes,
    global_names,
    id_length,
    imports,
    inline_filters,
    log_types,
    matchers,
    methods,
    minimum_tests,
    mocks,
    references,
    unused_bodies,
)
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import MOST_PROBLEMS

__all__ = ["CHECKS", "CHECK_IDS", "CheckSettings", "check_project"]

CHECKS: Final[tuple[Check, ...]] = (
    body_names.CHECK,
    body_paths.CHECK,
    body_syntax.CHECK,
    case_names.CHECK,
    data_model_paths.CHECK,
    data_models.CHECK,
    duplicate_ids.CHECK,
    file_paths.CHECK,
    file_suffixes.CHECK,
    global_names.CHECK,
    id_length.CHECK,
    imports.CHECK,
    inline_filters.CHECK,
    log_types.CHECK,
    matchers.CHECK,
    methods.CHECK,
    minimum_tests.CHECK,
    mocks.CHECK,
    references.CHECK,
    unused_bodies.CHECK,
)
_READING_IDS: Final = (
    "analysis-type",
    "duplicate-key",
    "empty-file",
    "encoding",
    "exclusive-keys",
    "expansion-limit",
    "id-characters",
    "json-syntax",
    "missing-key",
    "nesting-limit",
    "not-json",
    "several-documents",
    "unknown-key",
    "unmeant-value",
    "wrong-type",
    "wrong-value",
    "yaml-feature",
    "yaml-syntax",
)
CHECK_IDS: Final = tuple(sorted({*_READING_IDS, *(each for check in CHECKS for each in check.ids)}))


def check_project(project: Project, settings: CheckSettings) -> tuple[Finding, ...]:
    """Every finding on the selected files: of reading them and of each check, in the order of the files."""
    found = [*project.findings, *(finding for check in CHECKS for finding in check.find(project, settings))]
    return tuple(_bound(sorted(dict.fromkeys(found), key=_position)))


def _bound(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first findings of each check on each file, so that one file can't flood a report."""
    count: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        count[finding.check, finding.location.path] += 1
        if count[finding.check, finding.location.path] <= MOST_PROBLEMS:
            yield finding


def _position(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.location
    return place.path, place.line or 0, place.column or 0, finding.check, finding.message
