"""Specs and bodies -> jobs: each detection with the bytes of everything its cases load."""

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from panther_ci.deployment_rules.correlation import read_correlation
from panther_ci.kinds import AnalysisType, Evaluator
from panther_ci.model import DataModel, Job, Source, Spec
from panther_ci.specs.declared import declare as declare
from panther_ci.specs.project import Project, find_stated_log_types

FILTERS: Final = "InlineFilters"
# The keys of a simple detection that say what an alert is made of.
OF_ALERTS: Final = ("AlertTitle", "AlertContext", "GroupBy", "DynamicSeverities")


def build_jobs(project: Project, changed: frozenset[str]) -> tuple[Job, ...]:
    """A job for each selected detection that has a body; without cases, it shows whether the body loads.

    A derived detection runs the body of its base, and the base's cases if it has none of its own.
    """
    jobs = (build_job(project, spec, changed) for spec in project.selected if spec.type.judged)
    return tuple(job for job in jobs if job)


def build_job(project: Project, spec: Spec, changed: frozenset[str] = frozenset()) -> Job | None:
    """The job of one detection; None where there is nothing that could run."""
    whole = resolve(project, spec)
    body = _find_source(project, spec, whole)
    if body is None or spec.path in project.skipped:
        return None
    models = find_data_models(project, whole)
    sources = [body, *(model.body for model in models if model.body)]
    helpers = find_helpers(project, (source.path for source in sources))
    loaded = {spec.path, *(base.path for base in project.bases(spec))}
    loaded |= {source.path for source in (*sources, *helpers)}
    loaded |= {project.globals[helper.name].path for helper in helpers}
    loaded |= {model.path for model in _enabled_models(project, whole)}
    declared = _list_declared(project, spec, whole)
    return Job(whole, sources[0], helpers, models, frozenset(loaded & changed), declared=declared)


def _find_source(project: Project, spec: Spec, whole: Spec) -> Source | None:
    """What runs for a detection: its body, or what its spec or that of its base declares."""
    if whole.evaluator is Evaluator.CORRELATION and read_correlation(whole.fields.get("Detection")) is None:
        return None
    if whole.declared:
        return project.declarations.write(project.chain(spec)[-1:], "Detection")
    body = project.body(whole.body)
    return None if body is None or body.broken else _source(project, body.path)


def _list_declared(project: Project, spec: Spec, whole: Spec) -> tuple[Source, ...]:
    """What its spec and its bases declare beside what runs: filters, and what an alert is made of.

    Filters are only for rules (panther_analysis_tool 1.11, by trial).
    """
    filters = (FILTERS,) if spec.type is AnalysisType.RULE else ()
    keys = (*filters, *(OF_ALERTS if whole.evaluator is Evaluator.SIMPLE else ()))
    found = (project.declarations.write(project.chain(spec), key) for key in keys)
    return tuple(source for source in found if source)


def find_needed(project: Project, specs: Iterable[Spec]) -> frozenset[str]:
    """The paths of the specs that these need: their bases, data models, and the globals that they import."""
    needed: set[str] = set()
    for spec in specs:
        models = _enabled_models(project, resolve(project, spec))
        bodies = [project.body_path(spec), *(model.body for model in models)]
        helpers = find_helpers(project, filter(None, bodies))
        needed |= {each.path for each in (*project.bases(spec), *models)}
        needed |= {project.globals[helper.name].path for helper in helpers}
    return frozenset(needed)


def resolve(project: Project, spec: Spec) -> Spec:
    """A derived detection with what it inherits: the body, and every field that it does not have itself."""
    for base in project.bases(spec):
        spec = replace(
            spec,
            body=base.body,
            log_types=spec.log_types or base.log_types,
            queries=spec.queries or base.queries,
            cases=spec.cases if "Tests" in spec.fields else base.cases,
            enabled=spec.enabled if "Enabled" in spec.fields else base.enabled,
            create_alert=spec.create_alert if "CreateAlert" in spec.fields else base.create_alert,
            fields={**base.fields, **spec.fields},
        )
    return spec


def find_helpers(project: Project, bodies: Iterable[str]) -> tuple[Source, ...]:
    """The globals that these bodies import, through any number of steps, by name."""
    found: dict[str, Source] = {}
    waiting = list(bodies)
    while waiting:
        body = project.body(waiting.pop())
        for name in sorted(body.modules if body else ()):
            spec = project.globals.get(name)
            if spec and spec.body and spec.body in project.files and name not in found:
                found[name] = _source(project, spec.body, name)
                waiting.append(spec.body)
    return tuple(found[name] for name in sorted(found))


def find_data_models(project: Project, spec: Spec) -> tuple[DataModel, ...]:
    """The enabled data models of the log types that a rule's cases state; scheduled rules and policies have
    none."""
    return tuple(
        DataModel(model.id, model.log_types[0], model.mappings, _model_body(project, model))
        for model in _enabled_models(project, spec)
    )


def _enabled_models(project: Project, spec: Spec) -> tuple[Spec, ...]:
    if not spec.type.kind.uses_data_models:
        return ()
    stated = find_stated_log_types(spec)
    return tuple(project.data_models[each] for each in stated if each in project.data_models)


def _model_body(project: Project, model: Spec) -> Source | None:
    return _source(project, model.body) if model.body and model.body in project.files else None


def _source(project: Project, path: str, name: str = "") -> Source:
    return Source(name or posixpath.basename(path).removesuffix(".py"), path, project.files[path])
