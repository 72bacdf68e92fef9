"""Judges what was observed against what the cases expect: every case gets exactly one result.

Whatever is not accounted for is an error. Nothing here runs, reads or waits.
"""

from panther_ci.catalogue import CheckId
from panther_ci.judging.alert_functions import warn_of_lengths
from panther_ci.judging.alerts import make_alert
from panther_ci.judging.field_hints import add_nearest
from panther_ci.judging.judgements import Judgement, judge_case, judge_missing
from panther_ci.judging.lines import returned_at
from panther_ci.judging.observations import CaseObservation, Observed, UnknownMock
from panther_ci.model import CaseResult, Finding, Job, JobResult, Location, Outcome
from panther_ci.model.reasons import AlertFunctionsWrong, NotABoolean, WrongVerdict, error_of

# Ten traced cases explain as much as a hundred.
MAX_TRACED = 10


def needs_trace(job: Job, observed: Observed) -> tuple[int, ...]:
    """The cases that a second, traced run could explain."""
    if observed.problem is not None or not job.explained:
        return ()
    wrong = [
        index
        for index, seen in observed.cases.items()
        if not isinstance(seen.matcher, UnknownMock)
        and judge_case(job, job.spec.cases[index], seen).outcome is not Outcome.PASSED
    ]
    return tuple(wrong[:MAX_TRACED])


def judge_job(job: Job, observed: Observed, traced: Observed | None = None) -> JobResult:
    """The results of a job; a traced run explains them and never changes them."""
    results = tuple(_result(job, observed, index, traced) for index in range(len(job.spec.cases)))
    findings = (*_body_findings(job, observed), *warn_of_lengths(job, observed))
    return JobResult(job.spec.path, results, findings)


def _result(job: Job, observed: Observed, index: int, traced: Observed | None) -> CaseResult:
    case = job.spec.cases[index]
    seen = observed.cases.get(index)
    if observed.ended is not None and len(observed.cases) == len(job.spec.cases):
        seen = None  # all cases had run, and then the process did not end as it should: any may be to blame
    explained = traced.cases.get(index) if traced is not None else None
    judgement = judge_case(job, case, seen) if seen is not None else judge_missing(job, observed, index)
    reads = explained.reads if explained is not None else ()
    return CaseResult(
        detection=job.spec.id,
        case=case.name,
        outcome=judgement.outcome,
        location=case.location,
        expected=case.expected,
        reason=judgement.reason,
        reads=add_nearest((read for read in reads if read.function == judgement.function), case.event),
        steps=explained.steps if explained is not None else (),
        output=_join_output(observed, seen, index),
        seconds=seen.seconds if seen is not None else 0.0,
        returned_at=_find_return(job, judgement, seen, explained),
        alert=make_alert(job, seen) if seen is not None else None,
    )


def _join_output(observed: Observed, seen: CaseObservation | None, index: int) -> str:
    """What was printed in a case; the first one has what was printed before it as well."""
    if seen is None:
        return observed.output
    return observed.output + seen.output if index == 0 else seen.output


def _find_return(
    job: Job, judgement: Judgement, seen: CaseObservation | None, explained: CaseObservation | None
) -> Location | None:
    """Where the function that is to blame returned: in the traced run, if its answer was the same there."""
    answered = isinstance(judgement.reason, WrongVerdict | NotABoolean | AlertFunctionsWrong)
    if seen is None or not answered or error_of(judgement.reason):
        return None
    name = judgement.function
    same = explained is not None and _answer(explained, name) == _answer(seen, name)
    line = explained.lines.get(name) if explained is not None and same else None
    return returned_at(job, name, line)


def _answer(seen: CaseObservation, function: str) -> object:
    return seen.functions.get(function, seen.matcher)


def _body_findings(job: Job, observed: Observed) -> tuple[Finding, ...]:
    """What keeps a body from running must be reported even if there is no case to report it."""
    if job.spec.cases or not (observed.problem or observed.ended):
        return ()
    reason = judge_missing(job, observed).reason
    error = error_of(reason)
    place = error.location if error and error.location else Location(job.body.path)
    return (Finding(CheckId.BODY_LOADS, "", place, detection=job.spec.id, reason=reason),)
