"""Judges what was observed against what the cases expect: every case gets exactly one result.

Whatever isn't accounted for is an error. Nothing here runs, reads or waits.
"""

from panther_ci.judging import wording
from panther_ci.judging.alert_functions import judge_functions, warn_of_lengths
from panther_ci.judging.field_hints import describe_reads, hint_at
from panther_ci.judging.judgements import Judgement
from panther_ci.judging.observations import (
    CaseObservation,
    MissingMatcher,
    Observed,
    Raised,
    UnknownMock,
)
from panther_ci.model import Case, CaseResult, Finding, Job, JobResult, Location, Outcome

# Traced runs explain; a handful explains as much as a hundred.
MAX_TRACED = 10


def needs_trace(job: Job, observed: Observed) -> tuple[int, ...]:
    """The cases that a second, traced run could explain."""
    if observed.problem is not None:
        return ()
    wrong = [
        index
        for index, seen in observed.cases.items()
        if not isinstance(seen.matcher, UnknownMock)
        and _judge_case(job, job.spec.cases[index], seen).outcome is not Outcome.PASSED
    ]
    return tuple(wrong[:MAX_TRACED])


def judge_job(job: Job, observed: Observed, traced: Observed | None = None) -> JobResult:
    """The results of a job; what a traced run saw explains them and never changes them."""
    results = tuple(_result(job, observed, index, traced) for index in range(len(job.spec.cases)))
    findings = (*_body_findings(job, observed), *warn_of_lengths(job, observed))
    return JobResult(job.spec.path, results, findings)


def _result(job: Job, observed: Observed, index: int, traced: Observed | None) -> CaseResult:
    case = job.spec.cases[index]
    seen = observed.cases.get(index)
    if observed.ended and len(observed.cases) == len(job.spec.cases):
        seen = None  # all cases had run, and then the process did not end as it should: which is to blame?
    explained = traced.cases.get(index) if traced is not None else None
    judgement = _judge_case(job, case, seen) if seen is not None else _unseen(job, observed)
    noted = explained.reads if explained is not None else ()
    reads = describe_reads((read for read in noted if read.function == judgement.function), case.event)
    return CaseResult(
        detection=job.spec.id,
        case=case.name,
        outcome=judgement.outcome,
        location=case.location,
        expected=case.expected,
        actual=judgement.actual,
        message=judgement.message,
        hint=judgement.hint or hint_at(reads) if judgement.outcome is not Outcome.PASSED else "",
        error=judgement.error,
        reads=reads,
        output=seen.output if seen is not None else observed.output,
        seconds=seen.seconds if seen is not None else 0.0,
    )


def _judge_case(job: Job, case: Case, seen: CaseObservation) -> Judgement:
    matcher = seen.matcher
    name = job.spec.type.kind.matcher.function
    if isinstance(matcher, UnknownMock):
        return wording.unknown_mock(job, matcher.name)
    if isinstance(matcher, Raised):
        return wording.raised(job, name, matcher)
    if matcher.type != "bool" or matcher.text not in ("True", "False"):
        return wording.not_a_verdict(name, matcher)
    answer = matcher.text == "True"
    if answer is not case.expected:
        return wording.wrong_verdict(name, case.expected, answer)
    alerts = answer is job.spec.type.kind.matcher.alerts_on
    wrong = judge_functions(job, seen.functions) if alerts else None
    return wrong or Judgement(Outcome.PASSED, matcher.text)


def _unseen(job: Job, observed: Observed) -> Judgement:
    if isinstance(observed.problem, MissingMatcher):
        return wording.missing_matcher(job, observed.problem.name)
    if isinstance(observed.problem, Raised):
        return wording.not_loaded(job, observed.problem)
    return wording.unfinished(job, observed)


def _body_findings(job: Job, observed: Observed) -> tuple[Finding, ...]:
    """What keeps a body from running must be said even where no case would say it."""
    if job.spec.cases or not (observed.problem or observed.ended):
        return ()
    judgement = _unseen(job, observed)
    place = (
        judgement.error.location if judgement.error and judgement.error.location else Location(job.body.path)
    )
    return (Finding("body-loads", judgement.message, place, hint=judgement.hint, detection=job.spec.id),)
