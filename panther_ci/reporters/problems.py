"""Everything that is wrong in a report as one ordered list: what SARIF shows, and entries are made of."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.model import (
    CaseResult,
    Finding,
    Level,
    Location,
    Outcome,
    Report,
    SpecReport,
    Standing,
)
from panther_ci.model.reasons import (
    ConditionsDiffer,
    ConditionUndecided,
    NotABoolean,
    Refused,
    WrongVerdict,
)
from panther_ci.reporters.wording import (
    describe_standing,
    explain,
    next_step,
    what_happened,
    words_of_finding,
)

_LEVELS = tuple(Level)


class Problem(NamedTuple):
    """A finding or a case that went wrong, with the spec it is about where that was selected.

    `summary` is one sentence, `lines` the whole story; neither is made harmless yet.
    """

    check: CheckId
    level: Level
    summary: str
    lines: tuple[str, ...]
    location: Location
    detection: str = ""
    case: CaseResult | None = None
    hint: str = ""
    standing: Standing = Standing.NEW
    spec: SpecReport | None = None

    @property
    def related(self) -> Location | None:
        """Where the case is, if that is another place than the problem's."""
        return self.case.location if self.case and self.case.location != self.location else None


def list_problems(report: Report) -> tuple[Problem, ...]:
    """All problems, most severe first, then by place: the same report always gives the same order."""
    known = {spec.id: spec for spec in reversed(report.specs) if spec.id}
    findings = (_from_finding(finding, known) for finding in report.findings)
    problems = [*_interruption(report), *findings, *_from_cases(report)]
    return tuple(sorted(problems, key=_order))


def _interruption(report: Report) -> Iterator[Problem]:
    if report.interrupted:
        text = f"the run was cut short ({report.interrupted}): what it did not reach was not judged"
        yield Problem(CheckId.RUN_INTERRUPTED, CheckId.RUN_INTERRUPTED.level, text, (text,), Location(""))


def _from_finding(finding: Finding, known: Mapping[str, SpecReport]) -> Problem:
    words = words_of_finding(finding)
    hint = (f"hint: {words.hint}",) if words.hint else ()
    return Problem(
        check=finding.check,
        level=finding.level,
        summary=words.message,
        lines=(words.message, *hint, *describe_standing(finding.standing)),
        location=finding.location,
        detection=finding.detection,
        hint=words.hint,
        standing=finding.standing,
        spec=known.get(finding.detection),
    )


def _from_cases(report: Report) -> Iterator[Problem]:
    for spec in report.specs:
        for case in spec.cases:
            if case.bad:
                yield Problem(
                    check=_check_of(case),
                    level=_check_of(case).level,
                    summary=what_happened(case),
                    lines=(*explain(case), *describe_standing(case.standing)),
                    location=_find_place(case, report.changed),
                    detection=case.detection,
                    case=case,
                    hint=next_step(case),
                    standing=case.standing,
                    spec=spec,
                )


def _find_place(case: CaseResult, changed: Mapping[str, int]) -> Location:
    """Where a case is explained: the line that raised, or of a wrong verdict the one that a change wrote.

    Of a declared detection, it is the condition that decided, or can't be decided.
    """
    if case.error and case.error.location:
        return case.error.location
    if isinstance(case.reason, ConditionUndecided) and case.reason.location:
        return case.reason.location
    if isinstance(case.reason, ConditionsDiffer | Refused) and case.returned_at:
        only_case = case.location.path in changed and case.returned_at.path not in changed
        return case.location if only_case else case.returned_at
    returned = case.returned_at if isinstance(case.reason, WrongVerdict | NotABoolean) else None
    if returned and returned.path in changed and case.location.path not in changed:
        return returned
    return case.location


def _check_of(case: CaseResult) -> CheckId:
    if case.outcome is Outcome.FAILED:
        return CheckId.WRONG_VERDICT
    return CheckId.BODY_RAISED if case.error else CheckId.CASE_ERRORED


def _order(problem: Problem) -> tuple[object, ...]:
    location = problem.location
    return (
        _LEVELS.index(problem.level),
        problem.check is not CheckId.RUN_INTERRUPTED,
        location.path,
        location.line or 0,
        location.column or 0,
        problem.check,
        problem.detection,
        (problem.case.location.line or 0) if problem.case else 0,
        problem.case.case if problem.case else "",
        problem.lines,
    )
