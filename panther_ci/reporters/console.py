"""The report as text for a terminal or a log: in the form of Panther 1.x, or a short quiet one for CI."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from panther_ci.model import CaseResult, Outcome, Report, SpecReport, Verdict
from panther_ci.reporters.defuse import BLOCK_LIMIT, log_name, log_text
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.wording import (
    BAD,
    count_of,
    evidence,
    evidence_limit,
    explain,
    headline,
    place,
    scope,
    state,
    why_skipped,
)

_LABELS = {Outcome.PASSED: "PASS", Outcome.FAILED: "FAIL", Outcome.ERRORED: "ERROR", Outcome.SKIPPED: "SKIP"}
_RED, _GREEN, _YELLOW, _CYAN = 31, 32, 33, 36
_COLOURS = {"PASS": _GREEN, "FAIL": _RED, "ERROR": _RED, "SKIP": _YELLOW}
_COLOURS |= {"error": _RED, "warning": _YELLOW, "notice": _CYAN}
_EVIDENCE_LINES = 40


class Style(NamedTuple):
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
        yield f"[INFO]: Testing Policies in {log_name(style.place, BLOCK_LIMIT)}"
        yield ""
    limit = evidence_limit(report)
    for spec in report.specs:
        if not (spec.cases or spec.skipped or style.explain):
            continue  # helpers and data models have no cases; what is wrong with them is a finding
        yield log_name(spec.id)
        if style.explain:
            yield from (f"\tselected: {log_name(reason, BLOCK_LIMIT)}" for reason in spec.reasons)
        yield from _case_lines(spec, style, limit)
        yield ""
    yield from _finding_lines(report, style)
    yield log_text(scope(report))
    yield from _warning_lines(report)
    yield _verdict_line(report, style)


def _case_lines(spec: SpecReport, style: Style, limit: int) -> Iterator[str]:
    if spec.skipped and not spec.cases:
        yield f"\t{_label(Outcome.SKIPPED, style)} {log_name(why_skipped(spec), BLOCK_LIMIT)}"
    for case in spec.cases:
        yield f"\t{_label(case.outcome, style)} {log_name(case.case)}"
        yield from _indent(explain(case), "\t\t")
        yield from _indent(_evidence(case, limit), "\t\t")


def _render_quiet(report: Report, style: Style) -> Iterator[str]:
    yield log_text(scope(report))
    yield from _warning_lines(report)
    limit = evidence_limit(report)
    bad = [spec for spec in report.specs if state(spec) in BAD]
    good = [spec for spec in report.specs if state(spec) not in BAD]
    for spec in bad:
        yield from ("", log_name(spec.id))
        yield from _bad_case_lines(spec, style, limit)
    yield ""
    yield from _finding_lines(report, style)
    if good:
        yield from _group(f"{count_of(len(good), 'spec')} without a failing case", map(_in_short, good))
    if style.explain:
        yield from _group("Why each was selected", _reason_lines(report))
    yield _verdict_line(report, style)


def _bad_case_lines(spec: SpecReport, style: Style, limit: int) -> Iterator[str]:
    for case in spec.cases:
        if case.outcome in BAD:
            yield f"\t{_label(case.outcome, style)} {log_name(case.case)}"
            yield from _indent(explain(case), "\t\t")
            if lines := list(_evidence(case, limit)):
                yield from _group("What the body printed and raised", lines)


def _warning_lines(report: Report) -> Iterator[str]:
    yield from (f"warning: {log_text(warning)}" for warning in report.warnings)


def _group(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that a log shows folded; `title` must be harmless."""
    yield f"::group::{title}"
    yield from lines
    yield "::endgroup::"


def _in_short(spec: SpecReport) -> str:
    if spec.skipped:
        return f"{log_name(spec.id)}: skipped: {log_name(why_skipped(spec), BLOCK_LIMIT)}"
    skipped = spec.count(Outcome.SKIPPED)
    more = f", {skipped} skipped" if skipped else ""
    passed = (
        f"{count_of(spec.count(Outcome.PASSED), 'case')} passed" if spec.cases else f"{spec.type}, no cases"
    )
    return f"{log_name(spec.id)}: {passed}{more}"


def _reason_lines(report: Report) -> Iterator[str]:
    for spec in report.specs:
        yield log_name(spec.id)
        yield from (f"\t{log_name(reason, BLOCK_LIMIT)}" for reason in spec.reasons)


def _evidence(case: CaseResult, limit: int) -> Iterator[str]:
    """What a body left behind, as lines that begin with a bar: the last ones of each text."""
    for title, text in evidence(case, limit):
        lines = log_text(text, BLOCK_LIMIT).split("\n")
        yield f"{title}:"
        if len(lines) > _EVIDENCE_LINES:
            yield f"| … {count_of(len(lines) - _EVIDENCE_LINES, 'line')} above"
        yield from (f"| {line}" for line in lines[-_EVIDENCE_LINES:])


def _indent(lines: Iterable[str], tabs: str) -> Iterator[str]:
    for line in lines:
        yield from (f"{tabs}{part}" for part in log_text(line).split("\n"))


def _finding_lines(report: Report, style: Style) -> Iterator[str]:
    findings = [problem for problem in list_problems(report) if problem.case is None]
    for problem in findings:
        yield from _finding_text(problem, style)
    if findings:
        yield ""


def _finding_text(problem: Problem, style: Style) -> Iterator[str]:
    level = _paint(problem.level.value, style)
    first, *rest = log_text(problem.summary).split("\n")
    yield f"{log_name(place(problem.location), BLOCK_LIMIT)}{level}: {first} [{log_name(problem.check)}]"
    yield from _indent([*rest, *problem.lines[1:]], "\t")


def _verdict_line(report: Report, style: Style) -> str:
    colour = "PASS" if report.verdict is Verdict.ACCEPTED else "FAIL"
    return _paint(log_text(headline(report)), style, colour)


def _label(outcome: Outcome, style: Style) -> str:
    return f"[{_paint(_LABELS[outcome], style)}]"


def _paint(text: str, style: Style, kind: str = "") -> str:
    return f"\x1b[{_COLOURS[kind or text]}m{text}\x1b[0m" if style.colour else text
