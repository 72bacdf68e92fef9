"""The rules for specs and bodies, one in each file, and the lists of them."""

from collections.abc import Iterator
from typing import Final

from panther_ci.model import Finding
from panther_ci.specs.checks import (
    body_names,
    body_paths,
    body_syntax,
    case_names,
    correlations,
    data_model_paths,
    data_models,
    duplicate_ids,
    file_paths,
    file_suffixes,
    global_names,
    id_length,
    imports,
    log_types,
    lookup_tables,
    matchers,
    methods,
    minimum_tests,
    mocks,
    networks,
    packs,
    placeholders,
    queries,
    query_links,
    references,
    repeated_values,
    replaced_values,
    schedules,
    skips,
    unknown_log_types,
    unused_bodies,
)
from panther_ci.specs.checks.base import CheckSettings, ProjectCheck, SpecCheck, go_on
from panther_ci.specs.checks.bounds import bound
from panther_ci.specs.project import Project

__all__ = ["CheckSettings", "check_project", "go_on"]

SPEC_CHECKS: Final[tuple[SpecCheck, ...]] = (
    body_syntax.find_broken_body,
    case_names.find_repeated_names,
    data_model_paths.find_unreadable_paths,
    data_models.find_rivals,
    data_models.find_repeated_mappings,
    duplicate_ids.find_duplicates,
    file_paths.find_wrong_paths,
    global_names.find_shadows,
    id_length.find_long_id,
    log_types.find_foreign_events,
    methods.find_missing_methods,
    minimum_tests.find_too_few,
    networks.find_wrong_networks,
    query_links.find_unscheduled_queries,
    query_links.find_unused_query,
    repeated_values.find_repeated_values,
    replaced_values.find_replaced_values,
    schedules.find_wrong_schedules,
    skips.find_skipped,
)
PROJECT_CHECKS: Final[tuple[ProjectCheck, ...]] = (
    body_names.find_collisions,
    body_paths.find_wrong_paths,
    correlations.find_wrong_correlations,
    file_suffixes.find_wrong_suffixes,
    imports.find_missing_modules,
    lookup_tables.find_wrong_tables,
    matchers.find_wrong_matchers,
    mocks.find_unknown_mocks,
    packs.find_wrong_packs,
    placeholders.find_left_placeholders,
    queries.find_wrong_sql,
    references.find_unresolved,
    unknown_log_types.find_unknown_log_types,
    unused_bodies.find_unused,
)


def check_project(project: Project, settings: CheckSettings) -> tuple[Finding, ...]:
    """Every finding on the selected files: of reading them and of each check, in the order of the files."""
    found = [*project.findings, *_check_specs(project, settings)]
    for check in PROJECT_CHECKS:
        settings.pause()
        found += check(project, settings)
    return tuple(bound(sorted(dict.fromkeys(found), key=_position)))


def _check_specs(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        settings.pause()
        for check in SPEC_CHECKS:
            for finding in check(spec, project, settings):
                yield finding._replace(detection=spec.id)


def _position(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.location
    return place.path, place.line or 0, place.column or 0, finding.check, finding.message
