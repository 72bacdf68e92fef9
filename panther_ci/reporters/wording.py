"""The sentences all reports share. They may hold text of the content: each report defuses them."""

from collections.abc import Iterator

from panther_ci.model import CaseResult, FieldRead, Location, Outcome, Report, SpecReport, Verdict

BAD = (Outcome.FAILED, Outcome.ERRORED)
_READS_SHOWN = 12
_EVIDENCE_OF_CASE = 8000
_EVIDENCE_OF_ALL = 2_000_000
# The tiers of confinement below the full one, A.
_CONFINED = {
    "B": " Bodies ran with reduced confinement: seccomp without Landlock (tier B).",
    "C": " Bodies ran without confinement (tier C).",
}
_VERBS = {Outcome.FAILED: "failed", Outcome.ERRORED: "errored", Outcome.SKIPPED: "skipped"}


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 case`, `2 cases`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def headline(report: Report) -> str:
    """The verdict and what it rests on, as one sentence."""
    if report.verdict is Verdict.REJECTED:
        return f"Rejected: {', '.join(_grounds(report))}."
    return f"Accepted: {_accepted(report)}."


def _grounds(report: Report) -> Iterator[str]:
    if report.interrupted:
        yield f"the run was cut short ({report.interrupted})"
    for outcome in BAD:
        if number := report.count(outcome):
            yield f"{count_of(number, 'case')} {_VERBS[outcome]}"
    if report.errors:
        yield f"{count_of(len(report.errors), 'error')} in the content"


def _accepted(report: Report) -> str:
    passed = report.count(Outcome.PASSED)
    if not report.specs:
        return "nothing was selected, so nothing ran"
    if not passed:
        return f"{count_of(len(report.specs), 'spec')} checked, no case ran"
    skipped = report.count(Outcome.SKIPPED)
    ran = sum(any(case.outcome is Outcome.PASSED for case in spec.cases) for spec in report.specs)
    more = f", {skipped} skipped" if skipped else ""
    return f"{count_of(passed, 'case')} of {count_of(ran, 'detection')} passed{more}"


def scope(report: Report) -> str:
    """What was judged, why that much, and how the bodies were confined if not in full."""
    checked = f"Checked {len(report.specs)} of {count_of(report.total, 'spec')} in {report.seconds:.1f} s"
    why = ""
    if report.judge_all_reason:
        why = f": {report.judge_all_reason.rstrip('.')}"
    elif report.base:
        since = f"since {report.base[:12]}"
        if report.head not in ("", report.base):
            since = f"between {report.base[:12]} and {report.head[:12]}"
        why = f": those affected by the changes {since}"
    return f"{checked}{why}.{_CONFINED.get(report.tier, '')}"


def state(spec: SpecReport) -> Outcome:
    """The worst outcome among the cases of a spec; skipped when none of them ran."""
    ranked = (Outcome.ERRORED, Outcome.FAILED, Outcome.PASSED)
    return next((outcome for outcome in ranked if spec.count(outcome)), Outcome.SKIPPED)


def what_happened(case: CaseResult) -> str:
    """One sentence: the judge's, or what was expected and what came."""
    if case.message:
        return case.message
    expected = "" if case.expected is None else f"expected {case.expected}"
    told = ", ".join(part for part in (expected, _came(case)) if part)
    return told or f"the case {_VERBS.get(case.outcome, 'passed')}"


def _came(case: CaseResult) -> str:
    if case.error:
        return f"raised {case.error.type}{f': {case.error.text}' if case.error.text else ''}"
    return f"got {case.actual}" if case.actual else ""


def explain(case: CaseResult) -> tuple[str, ...]:
    """Why a case didn't pass, a line each: outcome, exception and place, fields read, next step."""
    if case.outcome not in BAD:
        return (case.message,) if case.message else ()
    return tuple(_explain(case))


def _explain(case: CaseResult) -> Iterator[str]:
    told = what_happened(case)
    yield told
    # The message of the judge may tell some of this already.
    if case.expected is not None and "expected" not in told:
        yield f"expected {case.expected}"
    if (came := _came(case)) and came.partition(" ")[2] not in told:
        yield came
    if case.error and case.error.location and str(case.error.location) not in told:
        yield f"raised at {case.error.location}"
    yield from _reads(case)
    if case.hint:
        yield f"hint: {case.hint}"


def _reads(case: CaseResult) -> Iterator[str]:
    """The fields that the body read, those first that the event lacks: they tell most."""
    reads = sorted(case.reads, key=lambda read: read.found)
    # The hint tells of a missing field in the same words.
    reads = [read for read in reads if read.found or f"`{read.path}`" not in case.hint]
    yield from map(describe_read, reads[:_READS_SHOWN])
    if len(reads) > _READS_SHOWN:
        yield f"read {count_of(len(reads) - _READS_SHOWN, 'more field')}"


def evidence_limit(report: Report) -> int:
    """How many characters of each piece of evidence a report shows, so that all together stay bounded."""
    bad = sum(report.count(outcome) for outcome in BAD)
    return max(200, min(_EVIDENCE_OF_CASE, _EVIDENCE_OF_ALL // max(1, bad)))


def evidence(case: CaseResult, limit: int) -> tuple[tuple[str, str], ...]:
    """What the body of a bad case left behind, as titles and texts; the end of a text tells most."""
    if case.outcome not in BAD:
        return ()
    traceback = case.error.traceback if case.error else ""
    found = (("traceback", traceback.strip("\n")), ("printed", case.output.strip("\n")))
    return tuple((title, _end_of(text, limit)) for title, text in found if text)


def _end_of(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"… ({len(text) - limit} characters above)\n{text[-limit:]}"


def describe_read(read: FieldRead) -> str:
    """What the body got for a field of the event."""
    if read.found:
        return f"read {read.path} = {read.value}"
    nearest = f"; the nearest name is {read.nearest}" if read.nearest else ""
    return f"read {read.path}, which the event doesn't have{nearest}"


def place(location: Location) -> str:
    """`<location>: `, or nothing where it isn't known."""
    return f"{location}: " if location.path else ""
