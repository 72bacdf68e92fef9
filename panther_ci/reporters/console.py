"""The report as text for a terminal or a log: the session of 2020, or a short quiet form for CI."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..model import CaseResult, Level, Outcome, Report, SpecReport, Verdict
from .defuse import BLOCK_LIMIT, log_name, log_text
from .problems import Problem, list_problems
from .wording import count_of, explain, headline, scope, state

_LABELS = {Outcome.PASSED: "PASS", Outcome.FAILED: "FAIL", Outcome.ERRORED: "ERROR", Outcome.SKIPPED: "SKIP"}
_COLOURS = {"PASS": 32, "FAIL": 31, "ERROR": 31, "SKIP": 33, "error": 31, "warning": 33, "notice": 36}
_TRACEBACK_LINES = 20
_OUTPUT_LINES = 40


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: `place` is the folder the user named; `quiet` is the form for CI, with groups."""

    place: str = ""
    colour: bool = False
    quiet: bool = False
    explain: bool = False


def render(report: Report, style: Style) -> str:
    """The whole report; no line of it is a workflow command but our own groups of the quiet form."""
    lines = _render_quiet(report, style) if style.quiet else _render_session(report, style)
    return "".join(f"{line}\n" for line in lines)


def _render_session(report: Report, style: Style) -> Iterator[str]:
    if style.place:
        yield f"[INFO]: Testing Policies in {log_name(style.place)}"
        yield ""
    for spec in report.specs:
        yield from _spec_lines(spec, spec.cases, style)
        yield ""
    yield from _finding_lines(report, style)
    yield from _verdict_lines(report, style)


def _render_quiet(report: Report, style: Style) -> Iterator[str]:
    yield log_text(scope(report))
    bad = [spec for spec in report.specs if state(spec) in (Outcome.FAILED, Outcome.ERRORED)]
    for spec in bad:
        yield ""
        yield from _spec_lines(spec, [case for case in spec.cases if _is_bad(case)], style)
    yield ""
    yield from _finding_lines(report, style)
    good = [spec for spec in report.specs if spec not in bad]
    if good:
        yield f"::group::{count_of(len(good), 'spec')} without a failing case"
        yield from map(_spec_in_short, good)
        yield "::endgroup::"
    yield _paint(log_text(headline(report)), _verdict_colour(report), style)


def _is_bad(case: CaseResult) -> bool:
    return case.outcome in (Outcome.FAILED, Outcome.ERRORED)


def _spec_in_short(spec: SpecReport) -> str:
    passed = count_of(spec.count(Outcome.PASSED), "case")
    told = f"skipped: {log_name(spec.skipped)}" if spec.skipped else f"{passed} passed"
    return f"{log_name(spec.id)}: {told}"


def _spec_lines(spec: SpecReport, cases: Iterable[CaseResult], style: Style) -> Iterator[str]:
    yield log_name(spec.id)
    if style.explain:
        yield from (f"\tselected: {log_name(reason)}" for reason in spec.reasons)
    if spec.skipped:
        yield f"\t{_label(Outcome.SKIPPED, style)} {log_name(spec.skipped)}"
    for case in cases:
        yield f"\t{_label(case.outcome, style)} {log_name(case.case)}"
        if case.outcome is not Outcome.PASSED:
            yield from _indent(_why(case), 2)


def _why(case: CaseResult) -> Iterator[str]:
    yield from explain(case)
    if case.error and case.error.traceback:
        yield "traceback:"
        yield from _quote(case.error.traceback, _TRACEBACK_LINES)
    if case.output:
        yield "printed:"
        yield from _quote(case.output, _OUTPUT_LINES)


def _quote(text: str, limit: int) -> Iterator[str]:
    """The last lines of a block, which are those that tell most."""
    lines = log_text(text, BLOCK_LIMIT).rstrip("\n").split("\n")
    if len(lines) > limit:
        yield f"| … {count_of(len(lines) - limit, 'more line')}"
    yield from (f"| {line}" for line in lines[-limit:])


def _indent(lines: Iterable[str], tabs: int) -> Iterator[str]:
    for line in lines:
        yield from ("\t" * tabs + part for part in log_text(line).split("\n"))


def _finding_lines(report: Report, style: Style) -> Iterator[str]:
    findings = [problem for problem in list_problems(report) if problem.case is None]
    for problem in findings:
        yield from _finding_text(problem, style)
    if findings:
        yield ""


def _finding_text(problem: Problem, style: Style) -> Iterator[str]:
    level = _paint(problem.level, _COLOURS[problem.level], style)
    where = f"{log_name(str(problem.location), BLOCK_LIMIT)}: " if problem.location.path else ""
    first, *rest = log_text(problem.summary).split("\n")
    yield f"{where}{level}: {first} [{log_name(problem.check)}]"
    yield from _indent([*rest, *problem.lines[1:]], 1)


def _verdict_lines(report: Report, style: Style) -> Iterator[str]:
    yield log_text(scope(report))
    yield _paint(log_text(headline(report)), _verdict_colour(report), style)


def _verdict_colour(report: Report) -> int:
    return _COLOURS["PASS"] if report.verdict is Verdict.ACCEPTED else _COLOURS["FAIL"]


def _label(outcome: Outcome, style: Style) -> str:
    label = _LABELS[outcome]
    return f"[{_paint(label, _COLOURS[label], style)}]"


def _paint(text: str | Level, colour: int, style: Style) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if style.colour else str(text)
