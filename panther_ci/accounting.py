"""Accounts for every case of the specs chosen: each has exactly one result, whatever ran."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from panther_ci.catalogue import CheckId
from panther_ci.errors import Interrupted
from panther_ci.model import CaseResult, Finding, Job, JobResult, Location, Outcome, Spec
from panther_ci.model.reasons import NotRun, Skip, SkipReason
from panther_ci.specs.project import Project

RunJobs: TypeAlias = Callable[[Sequence[Job]], Iterator[JobResult]]


class Early(NamedTuple):
    """How to begin with the jobs that will be run, and to go on with them without waiting for any."""

    begin: Callable[[Sequence[Job]], None]
    work: Callable[[], None]


def skip_reasons(specs: Iterable[Spec], project: Project, skip_disabled: bool) -> Mapping[str, SkipReason]:
    """Why the cases of a spec are not run, by path."""
    reasons = {spec.path: project.skipped[spec.path] for spec in specs if spec.path in project.skipped}
    if skip_disabled:
        reasons |= {spec.path: Skip.DISABLED for spec in specs if not spec.enabled}
    return reasons


def collect(run: RunJobs, jobs: Sequence[Job]) -> tuple[Mapping[str, JobResult], str]:
    """The results by path, and the signal that cut the run short; an empty one if none did."""
    results: dict[str, JobResult] = {}
    stream = run(jobs)
    try:
        for result in stream:
            results[result.path] = result
    except Interrupted as signal:
        return results, str(signal)
    return results, ""


def report_unloaded(jobs: Iterable[Job], results: Mapping[str, JobResult]) -> Iterator[Finding]:
    """A finding for each detection without cases that has no result: it has no case to be an error."""
    for job in jobs:
        if not job.spec.cases and job.spec.path not in results:
            place = Location(job.body.path)
            yield Finding(CheckId.BODY_LOADS, "", place, detection=job.spec.id, reason=NotRun.BODY)


def account(spec: Spec, result: JobResult | None, skipped: SkipReason | None) -> Iterator[CaseResult]:
    """Exactly one result for each case of a spec, in order; an error if there is none."""
    came = result.cases if result else ()
    for index, case in enumerate(spec.cases):
        blank = CaseResult(spec.id, case.name, Outcome.ERRORED, case.location, case.expected)
        if skipped:
            yield replace(blank, outcome=Outcome.SKIPPED, reason=skipped)
        elif index < len(came) and came[index].case == case.name:
            yield came[index]
        else:
            yield replace(blank, reason=NotRun.CASE)
