"""Which faults the cases of a detection notice: each is run as a detection of its own, confined as always."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from panther_ci.accounting import RunJobs
from panther_ci.model import Job, JobResult, Level, Outcome, Spec
from panther_ci.model.reasons import ConditionUndecided, TimedOut, Unfinished
from panther_ci.mutation.faults import Fault, make_faults
from panther_ci.specs.assembly import build_job
from panther_ci.specs.project import Project


class Score(NamedTuple):
    """The faults of one detection: how many were tried, those that no case noticed, and how many ran out of
    time, which counts as noticed. A `problem` is why none could be tried."""

    detection: str
    path: str
    tried: int = 0
    unnoticed: tuple[Fault, ...] = ()
    timed_out: int = 0
    problem: str = ""

    @property
    def percent(self) -> float:
        """The share that was noticed; 100 where there is nothing to get wrong."""
        return 100.0 * (self.tried - len(self.unnoticed)) / self.tried if self.tried else 100.0


def score_detections(project: Project, specs: Iterable[Spec], run: RunJobs) -> Iterator[Score]:
    """The score of each detection, in the order given."""
    for spec in specs:
        job = build_job(project, spec)
        problem = _find_problem(job, run)
        blank = Score(spec.id, spec.path, problem=problem)
        yield blank if problem or job is None else _score(blank, project, job, run)


def _find_problem(job: Job | None, run: RunJobs) -> str:
    """Why its faults can't be tried: without one, all of its cases have to pass."""
    if job is None:
        return "its cases can't be run here"
    if not job.spec.cases:
        return "it has no cases"
    if any(_notices(result) for result in run([job])):
        return "its cases do not pass as it is; `panther-ci test` shows why"
    return ""


def _score(blank: Score, project: Project, job: Job, run: RunJobs) -> Score:
    faults: dict[str, Fault] = {}
    jobs: list[Job] = []
    for number, (fault, source) in enumerate(make_faults(project, job)):
        # The path tells the results apart; no path of a repository contains a NUL.
        path = f"{job.spec.path}\0{number}"
        faults[path] = fault
        jobs.append(job._replace(spec=replace(job.spec, path=path), body=source, explained=False))
    results = {result.path: result for result in run(jobs) if _notices(result) or not _is_undecided(result)}
    unnoticed = (fault for path, fault in faults.items() if path in results and not _notices(results[path]))
    timed_out = sum(_timed_out(result) for result in results.values())
    return blank._replace(tried=len(results), unnoticed=tuple(unnoticed), timed_out=timed_out)


def _notices(result: JobResult) -> bool:
    errors = any(finding.level is Level.ERROR for finding in result.findings)
    decided = (case for case in result.cases if not isinstance(case.reason, ConditionUndecided))
    return errors or any(case.outcome is not Outcome.PASSED for case in decided)


def _is_undecided(result: JobResult) -> bool:
    """Whether only a deployment knows what comes of a case with the fault."""
    return any(isinstance(case.reason, ConditionUndecided) for case in result.cases)


def _timed_out(result: JobResult) -> bool:
    reasons = (case.reason for case in result.cases)
    return any(isinstance(each, Unfinished) and isinstance(each.ending, TimedOut) for each in reasons)
