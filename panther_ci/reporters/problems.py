"""Everything that is wrong in a report as one ordered list: what annotations, SARIF and tables show."""

from collections.abc import Iterator
from typing import NamedTuple

from panther_ci.model import CaseResult, Finding, Level, Location, Outcome, Report
from panther_ci.reporters.wording import BAD, explain, what_happened

WRONG_VERDICT = "wrong-verdict"
BODY_RAISED = "body-raised"
CASE_ERRORED = "case-errored"
RUN_INTERRUPTED = "run-interrupted"

_LEVELS = tuple(Level)


class Problem(NamedTuple):
    """A finding or a case that went wrong; `related` is the case when `location` is in a body.

    `summary` is one sentence, `lines` the whole story; neither is defused.
    """

    check: str
    level: Level
    summary: str
    lines: tuple[str, ...]
    location: Location
    detection: str = ""
    case: CaseResult | None = None
    hint: str = ""

    @property
    def related(self) -> Location | None:
        """Where the case stands, if that is another place than the problem's own."""
        return self.case.location if self.case and self.case.location != self.location else None


def list_problems(report: Report) -> tuple[Problem, ...]:
    """All problems, most severe first, then by place: the same report always gives the same order."""
    problems = [*_interruption(report), *map(_from_finding, report.findings), *_from_cases(report)]
    return tuple(sorted(problems, key=_order))


def _interruption(report: Report) -> Iterator[Problem]:
    if report.interrupted:
        text = f"the run was cut short ({report.interrupted}): what it didn't reach was not judged"
        yield Problem(RUN_INTERRUPTED, Level.ERROR, text, (text,), Location(""))


def _from_finding(finding: Finding) -> Problem:
    lines = (finding.message, f"hint: {finding.hint}") if finding.hint else (finding.message,)
    return Problem(
        check=finding.check,
        level=finding.level,
        summary=finding.message,
        lines=lines,
        location=finding.location,
        detection=finding.detection,
        hint=finding.hint,
    )


def _from_cases(report: Report) -> Iterator[Problem]:
    for case in report.cases:
        if case.outcome in BAD:
            raised = case.error.location if case.error else None
            yield Problem(
                check=_check_of(case),
                level=Level.ERROR,
                summary=what_happened(case),
                lines=explain(case),
                location=raised or case.location,
                detection=case.detection,
                case=case,
                hint=case.hint,
            )


def _check_of(case: CaseResult) -> str:
    if case.outcome is Outcome.FAILED:
        return WRONG_VERDICT
    return BODY_RAISED if case.error else CASE_ERRORED


def _order(problem: Problem) -> tuple[object, ...]:
    location = problem.location
    return (
        _LEVELS.index(problem.level),
        problem.check != RUN_INTERRUPTED,
        location.path,
        location.line or 0,
        location.column or 0,
        problem.check,
        problem.detection,
        problem.case.case if problem.case else "",
        problem.lines,
    )
