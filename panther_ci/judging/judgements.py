"""Judges one case by what was observed of it, or by why nothing was."""

from typing import NamedTuple

from panther_ci.judging.alert_functions import judge_functions
from panther_ci.judging.body_errors import body_error, stopped_at
from panther_ci.judging.observations import (
    CaseObservation,
    MissingMatcher,
    Observed,
    Raised,
    Undecided,
    UnknownMock,
)
from panther_ci.model import Case, Job, Outcome
from panther_ci.model.reasons import (
    AlertFunction,
    AlertFunctionsWrong,
    BodyError,
    BodyNotLoaded,
    ConditionsDiffer,
    ConditionUndecided,
    FunctionRaised,
    MatcherMissing,
    MockUnknown,
    NoResult,
    NotABoolean,
    NotReached,
    Reason,
    Refused,
    Unfinished,
    Value,
    WrongVerdict,
)


class Judgement(NamedTuple):
    """An outcome and its reason; the fields that `function` read explain it."""

    outcome: Outcome
    reason: Reason | None = None
    function: str = ""


def judge_case(job: Job, case: Case, seen: CaseObservation) -> Judgement:
    """Judge a case that ran; it passes only by the expected one of True and False."""
    matcher = seen.matcher
    name = job.spec.type.kind.matcher.function
    if isinstance(matcher, UnknownMock):
        return Judgement(Outcome.ERRORED, MockUnknown(matcher.name, job.body.path))
    if isinstance(matcher, Undecided):
        return Judgement(Outcome.ERRORED, ConditionUndecided(matcher.keys, matcher.text), name)
    if isinstance(matcher, Raised):
        return Judgement(Outcome.ERRORED, FunctionRaised(name, body_error(job, matcher)), name)
    if matcher.type != "bool" or matcher.text not in ("True", "False"):
        return Judgement(Outcome.FAILED, NotABoolean(name, Value(matcher.type, matcher.text)), name)
    answer = matcher.text == "True"
    if answer is not case.expected:
        return Judgement(Outcome.FAILED, _explain_verdict(job, case, seen, name), name)
    alerts = answer is job.spec.type.kind.matcher.alerts_on
    wrong = judge_functions(job, case, seen.functions, alerts)
    return _judge_alert(wrong) if wrong else Judgement(Outcome.PASSED)


def _explain_verdict(job: Job, case: Case, seen: CaseObservation, name: str) -> Reason:
    """Why the answer is the wrong one of True and False."""
    if seen.filtered:
        return Refused.BY_FILTERS
    if job.spec.declared:
        return ConditionsDiffer(case.expected)
    idle = tuple(mock.name for mock in case.mocks if mock.name in seen.idle)
    return WrongVerdict(name, case.expected, not case.expected, idle)


def _judge_alert(wrong: tuple[AlertFunction, ...]) -> Judgement:
    raised = next((each for each in wrong if isinstance(each.problem, BodyError)), None)
    outcome = Outcome.ERRORED if raised else Outcome.FAILED
    return Judgement(outcome, AlertFunctionsWrong(wrong), (raised or wrong[0]).function)


def judge_missing(job: Job, observed: Observed, index: int = 0) -> Judgement:
    """Judge a case, or a body without cases, that gave no result: an error, whatever the reason."""
    return Judgement(Outcome.ERRORED, _why_missing(job, observed, index))


def _why_missing(job: Job, observed: Observed, index: int) -> Reason:
    if isinstance(observed.problem, MissingMatcher):
        return MatcherMissing(job.body.path, observed.problem.name)
    if isinstance(observed.problem, Raised):
        return BodyNotLoaded(job.body.path, body_error(job, observed.problem))
    ending = observed.ended or NoResult.UNKNOWN
    where = stopped_at(job, observed.late)
    if isinstance(ending, NoResult):
        return Unfinished(ending, where)
    if not observed.imported:
        return Unfinished(ending, where, job.body.path)
    under_way = len(observed.cases)
    if index > under_way:
        return NotReached(job.spec.cases[under_way].name, ending)
    return Unfinished(ending, where)
