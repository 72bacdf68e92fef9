"""The report as text: in the form of Panther 1.x for a terminal, or a short one for the log of CI."""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from panther_ci.model import CaseResult, Finding, Level, Outcome, Report, SpecReport, Standing, Verdict
from panther_ci.reporters.alerts import describe_in_lines
from panther_ci.reporters.defuse import BLOCK_LIMIT, log_name, log_text
from panther_ci.reporters.effects_in_words import describe_effects
from panther_ci.reporters.entries import Entry, Rank, describe_rest, list_entries
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.wording import (
    BAD,
    count_of,
    describe_standing,
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
_RECAP_LINES = 40
_REMARKS = 10


class Style(NamedTuple):
    """How to write: `place` is the folder the user named; `ci` is the form for a log, with groups.

    `failures_only` leaves out the detections that nothing is wrong with, and `quiet` lists none at all;
    with `sort`, those that something is wrong with come last, each part by id. `alerts` shows what each case
    alerts, `output` all that bodies printed, also in cases that passed. With `detailed`, a case says where it
    is, and how to debug it, and a single detection that is wrong has no recap.
    """

    place: str = ""
    colour: bool = False
    ci: bool = False
    explain: bool = False
    failures_only: bool = False
    quiet: bool = False
    sort: bool = False
    alerts: bool = False
    output: bool = False
    detailed: bool = False


def render(report: Report, style: Style) -> str:
    """The whole report; no line of it is a workflow command but our own groups of the form for a log."""
    lines = _render_log(report, style) if style.ci else _render_session(report, style)
    return "".join(f"{line}\n" for line in lines)


def render_findings(findings: Sequence[Finding]) -> str:
    """Findings alone, as a report has them."""
    return "".join(f"{line}\n" for line in _finding_lines(Report((), tuple(findings)), Style()))


def render_case(case: CaseResult, style: Style) -> str:
    """One case with its alert, without what is already on the screen: what its body printed and raised."""
    lines = (*explain(case), *describe_in_lines(case))
    return "".join(
        f"{line}\n"
        for line in (f"{_label(case.outcome, style)} {log_name(case.case)}", *_indent(lines, "\t"))
    )


def _render_session(report: Report, style: Style) -> Iterator[str]:
    if style.place and not style.quiet:
        yield f"[INFO]: Testing Policies in {log_name(style.place, BLOCK_LIMIT)}"
        yield ""
    limit = evidence_limit(report)
    for spec in _list_specs(report, style):
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
    yield from (f"merging: {line}" for line in _effect_lines(report))
    yield from _recap(report, style)
    yield _verdict_line(report, style)


def _list_specs(report: Report, style: Style) -> Sequence[SpecReport]:
    """The specs to list, in the order that is asked for."""
    if style.quiet:
        return ()
    if style.failures_only:
        shown = [spec for spec in report.specs if state(spec) in BAD]
    else:
        shown = list(report.specs)
    return sorted(shown, key=lambda spec: (state(spec) in BAD, spec.id)) if style.sort else shown


def _case_lines(spec: SpecReport, style: Style, limit: int) -> Iterator[str]:
    if spec.skipped and not spec.cases:
        yield f"\t{_label(Outcome.SKIPPED, style)} {log_name(why_skipped(spec), BLOCK_LIMIT)}"
    for case in spec.cases:
        if case.bad or not style.failures_only:
            yield f"\t{_label(case.outcome, style)} {log_name(case.case)}"
            yield from _indent((*explain(case), *describe_standing(case.standing)), "\t\t")
            if case.bad and style.detailed:
                yield from _indent(_describe_places(case), "\t\t")
            yield from _indent(describe_in_lines(case) if style.alerts else (), "\t\t")
            yield from _indent(_evidence(case, limit, style.output), "\t\t")


def _describe_places(case: CaseResult) -> Iterator[str]:
    """Where the answer that is wrong was returned, and where the case is."""
    if case.returned_at:
        yield f"returned at {case.returned_at}"
    yield f"case at {case.location}"


def _render_log(report: Report, style: Style) -> Iterator[str]:
    yield log_text(scope(report))
    yield from _warning_lines(report)
    limit = evidence_limit(report)
    wrong = [(spec, any(case.rejects for case in spec.cases)) for spec in report.specs if state(spec) in BAD]
    bad = [spec for spec, rejects in wrong if rejects]
    known = [spec for spec, rejects in wrong if not rejects]
    good = [spec for spec in report.specs if state(spec) not in BAD]
    if good:
        yield from _group(f"{count_of(len(good), 'spec')} without a failing case", map(_in_short, good))
    if style.explain:
        yield from _group("Why each was selected", _reason_lines(report))
    if report.effects or report.merging:
        yield from _group("What merging does", _effect_lines(report))
    if known:
        title = f"{count_of(len(known), 'spec')} with no other failures than before this change"
        yield from _group(title, (line for spec in known for line in _known_lines(spec, style, limit)))
    for spec in bad:
        yield from ("", log_name(spec.id))
        yield from _bad_case_lines(spec, style, limit)
    yield ""
    yield from _finding_lines(report, style)
    yield from _recap(report, style)
    yield _verdict_line(report, style)


def _effect_lines(report: Report) -> Iterator[str]:
    return (log_name(sentence, BLOCK_LIMIT) for sentence in describe_effects(report))


def _known_lines(spec: SpecReport, style: Style, limit: int) -> Iterator[str]:
    """A spec in a group: there are no groups in groups."""
    yield log_name(spec.id)
    yield from _case_lines(spec, style._replace(failures_only=True), limit)


def _recap(report: Report, style: Style) -> Iterator[str]:
    """What rejects, by its causes, where cases are part of that: findings alone were the last lines."""
    entries = [entry for entry in list_entries(report) if entry.rank < Rank.REMARK]
    if not any(entry.cases for entry in entries):
        return
    bad = [spec for spec in report.specs if spec.bad]
    if style.detailed and len(bad) == 1:
        yield from _next_steps(bad[0])
        return
    lines = [line for entry in entries for line in _recap_entry(entry, style)]
    yield "What is wrong:"
    yield from lines[:_RECAP_LINES]
    if len(lines) > _RECAP_LINES:
        yield f"… {count_of(len(lines) - _RECAP_LINES, 'more line')}; all of it is above"
    yield ""


def _next_steps(spec: SpecReport) -> Iterator[str]:
    """How to step through the first case that is wrong: all of them are on the screen."""
    first = next(case for case in spec.cases if case.bad)
    words = (log_name(text, BLOCK_LIMIT) for text in (spec.id, first.case))
    yield f"Step through it: panther-ci debug {shlex.join(words)}"


def _recap_entry(entry: Entry, style: Style) -> Iterator[str]:
    alone = entry.alone
    names = [log_name(name) for name in (entry.name, alone.case if alone else "") if name]
    told = ": ".join((_paint(entry.level.value, style), *names, log_name(entry.summary, BLOCK_LIMIT)))
    check = "" if entry.cases else f" [{log_name(entry.first.check)}]"
    yield f"{log_name(place(entry.location), BLOCK_LIMIT)}{told}{check}"
    if alone is None:
        for problem in entry.examples:
            name = f"{problem.detection}: {problem.case.case if problem.case else ''}"
            where = log_name(place(problem.related or problem.location), BLOCK_LIMIT)
            yield f"\t{where}{log_name(name)}{log_name(entry.describe(problem), BLOCK_LIMIT)}"
        if rest := describe_rest(entry):
            yield f"\t{rest}"


def _bad_case_lines(spec: SpecReport, style: Style, limit: int) -> Iterator[str]:
    for case in spec.cases:
        if case.bad:
            yield f"\t{_label(case.outcome, style)} {log_name(case.case)}"
            yield from _indent((*explain(case), *describe_standing(case.standing)), "\t\t")
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


def _evidence(case: CaseResult, limit: int, every: bool = False) -> Iterator[str]:
    """What a body left behind, as lines that begin with a bar: all, or the last ones of each text."""
    for title, text in evidence(case, limit, every):
        lines = log_text(text, BLOCK_LIMIT).split("\n")
        yield f"{title}:"
        if every:
            yield from (f"| {line}" for line in lines)
            continue
        if len(lines) > _EVIDENCE_LINES:
            yield f"| … {count_of(len(lines) - _EVIDENCE_LINES, 'line')} above"
        yield from (f"| {line}" for line in lines[-_EVIDENCE_LINES:])


def _indent(lines: Iterable[str], tabs: str) -> Iterator[str]:
    for line in lines:
        yield from (f"{tabs}{part}" for part in log_text(line).split("\n"))


def _finding_lines(report: Report, style: Style) -> Iterator[str]:
    """The findings, what rejects last; warnings beyond `_REMARKS` are counted, or folded in a log."""
    findings = [problem for problem in list_problems(report) if problem.case is None]
    errors = [problem for problem in findings if problem.level is Level.ERROR]
    remarks = [problem for problem in findings if problem.level is not Level.ERROR]
    remarks.sort(key=lambda problem: problem.standing is Standing.ALREADY_THERE)
    more = remarks[_REMARKS:]
    if more and style.ci:
        lines = (line for problem in more for line in _finding_text(problem, style))
        yield from _group(_count_kinds(more), lines)
    for problem in remarks[:_REMARKS]:
        yield from _finding_text(problem, style)
    if more and not style.ci:
        yield f"and {_count_kinds(more)}"
    yield from _known_findings([each for each in errors if each.standing is Standing.ALREADY_THERE], style)
    for problem in errors:
        if problem.standing is not Standing.ALREADY_THERE:
            yield from _finding_text(problem, style)
    if findings:
        yield ""


def _known_findings(problems: Sequence[Problem], style: Style) -> Iterator[str]:
    """The errors that were there before a change: folded in a log, and the first ones named on a terminal."""
    if not problems:
        return
    verb = "was" if len(problems) == 1 else "were"
    title = f"{count_of(len(problems), 'error')} in the content that {verb} there before this change"
    if style.ci:
        yield from _group(title, (line for problem in problems for line in _finding_text(problem, style)))
        return
    yield f"{title}:"
    for problem in problems[:_REMARKS]:
        where = log_name(place(problem.location), BLOCK_LIMIT)
        yield f"\t{where}{log_name(problem.summary, BLOCK_LIMIT)} [{log_name(problem.check)}]"
    if len(problems) > _REMARKS:
        yield f"\tand {len(problems) - _REMARKS} more"


def _count_kinds(problems: Sequence[Problem]) -> str:
    """How many there are of each check, the most first."""
    kinds = Counter(problem.check.value for problem in problems)
    return f"{count_of(len(problems), 'more remark')}: " + ", ".join(
        f"{number} {kind}" for kind, number in sorted(kinds.items(), key=lambda each: (-each[1], each[0]))
    )


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
