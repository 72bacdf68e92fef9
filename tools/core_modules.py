"""The modules that decide a verdict or what is deployed, and the tests nearest to each of them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_MODEL = ("tests/test_model.py", "tests/test_pipeline_report.py")
_RUNNER = ("tests/running/test_protocol.py", "tests/running/test_runner.py")
_ENGINE = ("tests/running/confined/engine", *_RUNNER)
_FILTERS = ("tests/running/confined/test_seccomp.py", "tests/running/confined/test_zygote.py")
_LAYERS = ("tests/running/confined/test_zygote.py", "tests/running/confined/test_layers.py")
_CORRELATION = ("tests/running/confined/engine/correlation",)
_AWS = ("tests/deployments/aws",)
_SCHEMAS = ("tests/specs/test_schema_words.py", "tests/specs/test_schemas.py")
_SETTINGS = tuple(f"tests/settings/test_{name}.py" for name in ("own", "pat", "files", "layers"))
_MESSAGES = tuple(f"tests/running/test_{name}.py" for name in ("answers", "protocol", "job_frames"))
_DEBUG = ("tests/running/test_unconfined.py", "tests/test_debug.py")
_GUARD = tuple(
    f"tests/running/confined/engine/test_{name}.py" for name in ("looks", "picture", "stamps", "guard")
)
_EVENTS = (
    "tests/running/confined/engine/panther_core",
    "tests/running/confined/engine/test_python_detection.py",
)
_DECISIONS = tuple(
    f"tests/running/confined/engine/test_{name}.py"
    for name in (
        "conditions",
        "conditions_in_words",
        "decisions",
        "decisions_at_random",
        "simple_detection",
    )
)
# A pattern of modules in the package, and where their nearest tests are.
NEAREST: Final[Mapping[str, tuple[str, ...]]] = {
    "catalogue.py": ("tests/test_catalogue.py", "tests/specs/test_golden.py"),
    "model/changes.py": (*_MODEL, "tests/test_causes.py", "tests/test_effects.py"),
    "model/packs.py": (*_MODEL, "tests/packaging/test_archive.py"),
    "model/reasons.py": (*_MODEL, "tests/judging"),
    "model/*.py": _MODEL,
    "judging/standing.py": ("tests/judging", "tests/test_base_side.py"),
    "judging/*.py": ("tests/judging",),
    "base_side.py": ("tests/test_base_side.py",),
    "effects.py": ("tests/test_effects.py",),
    "causes.py": ("tests/test_causes.py", "tests/test_base_side.py"),
    "accounting.py": ("tests/test_pipeline_report.py", "tests/test_pipeline.py"),
    "reporters/entries.py": ("tests/reporters/test_entries.py", "tests/reporters/test_proposals.py"),
    "pipeline.py": (
        "tests/test_pipeline.py",
        "tests/test_pipeline_report.py",
        "tests/test_pipeline_rivals.py",
        "tests/test_pipeline_queries.py",
        "tests/test_pipeline_scope.py",
        "tests/test_vanished_specs.py",
        "tests/test_paths.py",
    ),
    "scope.py": (
        "tests/test_pipeline.py",
        "tests/test_pipeline_report.py",
        "tests/test_pipeline_rivals.py",
        "tests/test_pipeline_queries.py",
        "tests/test_pipeline_scope.py",
        "tests/test_vanished_specs.py",
        "tests/test_paths.py",
    ),
    "repository/selection.py": ("tests/repository/test_selection.py", "tests/test_selection_end_to_end.py"),
    "repository/comparison.py": ("tests/repository/test_comparison.py",),
    "repository/disk.py": ("tests/repository/test_disk.py",),
    "repository/names.py": ("tests/repository/test_names.py",),
    "repository/files.py": ("tests/repository/test_files.py", "tests/repository/test_former.py"),
    "repository/place.py": ("tests/repository/test_place.py", "tests/test_paths.py"),
    "repository/older.py": ("tests/repository/test_older.py", "tests/test_rollback.py"),
    "repository/refusals.py": ("tests/repository/test_refusals.py", "tests/repository/test_files.py"),
    "repository/sweep.py": ("tests/repository/test_sweep.py",),
    "repository/children.py": ("tests/repository/test_children.py",),
    "repository/records.py": ("tests/repository/test_records.py", "tests/repository/test_git.py"),
    "repository/git.py": (
        "tests/repository/test_git.py",
        "tests/repository/test_git_commands.py",
        "tests/repository/test_comparison.py",
        "tests/repository/test_names.py",
    ),
    "repository/exclusions.py": ("tests/repository/test_exclusions.py",),
    "repository/former.py": ("tests/repository/test_former.py",),
    "repository/index.py": ("tests/repository/test_index.py",),
    "repository/submodules.py": ("tests/repository/test_submodules.py",),
    "settings/documents.py": _SETTINGS,
    "settings/files.py": _SETTINGS,
    "settings/layers.py": _SETTINGS,
    "settings/own.py": _SETTINGS,
    "settings/pat.py": _SETTINGS,
    "settings/values.py": _SETTINGS,
    "run.py": (
        "tests/test_run.py",
        "tests/test_prepared.py",
        "tests/test_paths.py",
        "tests/test_selection_end_to_end.py",
    ),
    "naming.py": ("tests/test_naming.py", "tests/test_named.py"),
    "specs/named.py": ("tests/test_naming.py", "tests/test_named.py"),
    "safe_files.py": ("tests/test_safe_files.py",),
    "specs/schemas/table.py": _SCHEMAS,
    "specs/schemas/wording.py": _SCHEMAS,
    "packaging/manifest.py": ("tests/packaging/test_manifest.py",),
    "deployment_rules/jsonpath.py": ("tests/deployment_rules/test_jsonpath.py",),
    "deployment_rules/zips.py": ("tests/deployment_rules/test_zips.py", "tests/packaging/test_archive.py"),
    "deployment_rules/yaml_scalars.py": ("tests/deployment_rules/test_scalars_and_names.py",),
    "deployment_rules/uploads.py": (
        "tests/deployment_rules/test_scalars_and_names.py",
        "tests/specs/test_golden.py",
    ),
    "deployment_rules/folders.py": ("tests/deployment_rules/test_scalars_and_names.py",),
    "deployments/deletion.py": ("tests/deployments/test_deletion.py",),
    "deployments/base.py": (
        "tests/deployments/test_base.py",
        "tests/deployments/test_deletion.py",
        "tests/deployments/local",
        "tests/deployments/api/test_deletion.py",
    ),
    "delivery.py": ("tests/test_delivery.py", "tests/test_ledger.py"),
    "ledger.py": ("tests/test_ledger.py",),
    "drift.py": ("tests/test_drift_fields.py",),
    "github/payload.py": ("tests/github/test_payload.py",),
    "specs/search.py": ("tests/specs/test_search.py", "tests/specs/test_outline.py"),
    "specs/reading/*.py": ("tests/specs/reading", "tests/specs/test_golden.py"),
    "specs/outline.py": ("tests/specs/test_outline.py", "tests/specs/test_search.py"),
    "specs/loader.py": (
        "tests/specs/test_loader.py",
        "tests/test_vanished_specs.py",
        "tests/specs/test_golden.py",
    ),
    "deployment_rules/key_paths.py": ("tests/deployment_rules/test_key_paths.py",),
    "deployment_rules/conditions.py": ("tests/deployment_rules/test_expressions.py", *_DECISIONS),
    "deployment_rules/expressions.py": ("tests/deployment_rules/test_expressions.py", *_DECISIONS),
    "specs/declared.py": ("tests/specs/test_declared.py", "tests/specs/test_assembly.py"),
    "specs/project.py": ("tests/specs/test_project.py", "tests/specs/test_assembly.py"),
    "specs/assembly.py": ("tests/specs/test_assembly.py",),
    "specs/filters.py": ("tests/specs/test_filters.py",),
    "specs/bodies.py": ("tests/specs/test_bodies.py",),
    "specs/f_strings.py": ("tests/specs/test_f_strings.py", "tests/specs/test_bodies.py"),
    "specs/checks/*.py": ("tests/specs/checks", "tests/specs/test_golden.py"),
    "specs/lookup_data.py": ("tests/specs/test_lookup_data.py", "tests/specs/checks/test_lookup_tables.py"),
    "specs/sql/*.py": ("tests/specs/sql", "tests/specs/checks/test_queries.py"),
    "deployment_rules/correlation.py": (*_CORRELATION, "tests/specs/test_golden.py"),
    "github/context.py": ("tests/github/test_context.py",),
    "github/commands.py": ("tests/github/test_commands.py",),
    "reporters/defuse.py": (
        "tests/reporters/test_defuse.py",
        "tests/reporters/test_links.py",
        "tests/reporters/test_autolinks.py",
    ),
    "packaging/archive.py": ("tests/packaging/test_archive.py",),
    "deployments/aws/payload.py": _AWS,
    "deployments/aws/failures.py": _AWS,
    "deployments/api/*.py": ("tests/deployments/api",),
    "packaging/record.py": ("tests/packaging/test_record.py", "tests/test_manifests.py"),
    "pruning.py": ("tests/test_manifests.py", "tests/test_manifests_on_github.py"),
    "deployments/local/*.py": ("tests/deployments/local",),
    "running/schedule.py": ("tests/running/test_schedule.py", "tests/test_trust.py"),
    "running/answers.py": _MESSAGES,
    "running/attempt.py": _MESSAGES,
    "running/protocol.py": _MESSAGES,
    "running/job_frames.py": _MESSAGES,
    "running/runner.py": (
        "tests/running/test_deaths.py",
        "tests/running/test_runner.py",
        "tests/running/test_runs_again.py",
        "tests/running/confined/engine/test_guard.py",
    ),
    "running/processes.py": ("tests/running/test_processes.py",),
    "running/zygotes.py": ("tests/running/test_zygotes.py", "tests/running/test_confined_jobs.py"),
    "running/confined_jobs.py": ("tests/running/test_confined_jobs.py",),
    "running/settings.py": ("tests/running/test_settings.py",),
    "running/preloading.py": ("tests/running/test_preloading.py",),
    "running/unconfined.py": _DEBUG,
    "running/requirements/lines.py": ("tests/running/requirements/test_lines.py",),
    "running/requirements/building.py": (
        "tests/running/requirements/test_orders.py",
        "tests/running/requirements/test_downloads.py",
        "tests/running/requirements/test_building.py",
    ),
    "running/requirements/*.py": ("tests/running/requirements/test_installing.py",),
    "running/tiers.py": ("tests/running/confined/test_layers.py",),
    "running/confined/syscalls.py": _FILTERS,
    "running/confined/seccomp.py": _FILTERS,
    "running/confined/build.py": ("tests/running/confined/test_build.py", *_FILTERS),
    "running/confined/landlock.py": ("tests/running/confined/test_landlock.py", *_LAYERS),
    "running/confined/zygote.py": (
        *_LAYERS,
        "tests/running/confined/engine/test_facade.py",
        "tests/running/test_processes.py",
        *_RUNNER,
    ),
    "running/confined/*.py": _LAYERS,
    "running/confined/engine/paths.py": ("tests/running/confined/engine/test_paths.py", *_ENGINE),
    "running/confined/engine/operators.py": _DECISIONS,
    "running/confined/engine/decisions.py": _DECISIONS,
    "running/confined/engine/field_paths.py": ("tests/deployment_rules/test_key_paths.py", *_DECISIONS),
    "running/confined/engine/conditions_in_words.py": _DECISIONS,
    "running/confined/engine/verdicts.py": _DECISIONS,
    "running/confined/engine/simple_detection.py": _DECISIONS,
    "running/confined/engine/correlation/*.py": _CORRELATION,
    "running/confined/engine/panther_core/*.py": _EVENTS,
    "running/confined/engine/guard.py": _GUARD,
    "running/confined/engine/picture.py": _GUARD,
    "running/confined/engine/stamps.py": _GUARD,
    "running/confined/engine/debugged.py": _DEBUG,
    "running/confined/engine/worker.py": ("tests/running/test_deaths.py", *_ENGINE),
    "running/confined/engine/declared.py": ("tests/running/confined/engine/test_simple_detection.py",),
    "running/confined/engine/*.py": _ENGINE,
}
# Tests that start whole commands, which run every module in other processes.
COMMANDS: Final = (
    "tests/test_cli.py",
    "tests/test_action.py",
    "tests/test_soundness.py",
    "tests/test_trust.py",
)


class Module(NamedTuple):
    """A module, by its path from the root, and the paths of its nearest tests."""

    path: str
    nearest: tuple[str, ...]


def list_modules(wanted: Iterable[str] = ("",)) -> Iterator[Module]:
    """Yield the modules whose path contains one of these texts, each once, in the order of the table."""
    texts, seen = tuple(wanted), set[str]()
    for pattern, nearest in NEAREST.items():
        for file in sorted((ROOT / "panther_ci").glob(pattern)):
            path = file.relative_to(ROOT).as_posix()
            if path not in seen and any(text in path for text in texts):
                seen.add(path)
                yield Module(path, nearest)
