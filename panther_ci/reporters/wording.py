"""The sentences all reports share. They may hold text of the content: each report defuses them."""

from collections.abc import Iterator

from ..model import CaseResult, FieldRead, Location, Outcome, Report, SpecReport, Verdict

_READS_SHOWN = 12
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
    for outcome in (Outcome.FAILED, Outcome.ERRORED):
        if number := report.count(outcome):
            yield f"{count_of(number, 'case')} {_VERBS[outcome]}"
    if report.errors:
        yield f"{count_of(len(report.errors), 'error')} in the specs"


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
    """What was judged and why that much, as one sentence."""
    selected = f"{len(report.specs)} of {count_of(report.total, 'spec')}"
    if report.everything:
        return f"Checked {selected}: {report.everything}."
    if report.base:
        head = f" and {report.head[:12]}" if report.head else ""
        return f"Checked {selected}: what changed between {report.base[:12]}{head}."
    return f"Checked {selected}."


def state(spec: SpecReport) -> Outcome:
    """The worst outcome among the cases of a spec; skipped when none of them ran."""
    ranked = (Outcome.ERRORED, Outcome.FAILED, Outcome.PASSED)
    return next((outcome for outcome in ranked if spec.count(outcome)), Outcome.SKIPPED)


def what_happened(case: CaseResult) -> str:
    """One line: what was expected and what came, or what the body raised."""
    if case.message:
        return case.message
    if case.error:
        return f"raised {case.error.type}: {case.error.text}"
    if case.expected is not None and case.actual:
        return f"expected {case.expected}, got {case.actual}"
    return f"the case {_VERBS.get(case.outcome, 'passed')}"


def explain(case: CaseResult) -> tuple[str, ...]:
    """Why a case didn't pass, a line each: outcome, exception and place, fields read, next step."""
    return tuple(dict.fromkeys(_explain(case)))


def _explain(case: CaseResult) -> Iterator[str]:
    first = what_happened(case)
    yield first
    if (
        case.expected is not None
        and case.actual
        and not (str(case.expected) in first and case.actual in first)
    ):
        yield f"expected {case.expected}, got {case.actual}"
    if case.error:
        yield f"raised {case.error.type}: {case.error.text}{place(case.error.location)}"
    for read in case.reads[:_READS_SHOWN]:
        yield describe_read(read)
    if len(case.reads) > _READS_SHOWN:
        yield f"read {len(case.reads) - _READS_SHOWN} more fields"
    if case.hint:
        yield f"next: {case.hint}"


def describe_read(read: FieldRead) -> str:
    """What the body got for a field of the event."""
    if read.found:
        return f"read {read.path} = {read.value}"
    nearest = f"; the nearest name is {read.nearest}" if read.nearest else ""
    return f"read {read.path}, which the event doesn't have{nearest}"


def place(location: Location | None) -> str:
    """` at <location>`, or nothing where it isn't known."""
    return f" at {location}" if location else ""
