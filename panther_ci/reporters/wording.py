"""The sentences that all reports share. They may quote the content: each report makes them harmless."""

from collections.abc import Iterator

from panther_ci.model import (
    CaseResult,
    Finding,
    LeftOut,
    Level,
    Location,
    Omission,
    Outcome,
    Report,
    SpecReport,
    Standing,
    Verdict,
)
from panther_ci.model.reasons import BodyError, ConditionsDiffer, NotReached, Refused, WrongVerdict
from panther_ci.reporters.fields import describe_fields, describe_read, hinted_field
from panther_ci.reporters.fields import list_fields as list_fields
from panther_ci.reporters.reasons_in_words import BRIEF, Words, words_of
from panther_ci.reporters.steps import describe_steps
from panther_ci.reporters.steps import list_steps as list_steps

BAD = (Outcome.FAILED, Outcome.ERRORED)
_READS_SHOWN = 12
_LEFT_OUT_SHOWN = 10
_EVIDENCE_OF_CASE = 8000
_EVIDENCE_OF_ALL = 2_000_000
# The tiers of confinement below the full one, A.
_CONFINED = {
    "B": "Bodies ran with reduced confinement: seccomp without Landlock (tier B).",
    "C": "Bodies ran without confinement (tier C).",
}
_STANDINGS = {
    Standing.ALREADY_THERE: ("this was wrong before this change too",),
    Standing.CHANGED: ("this was wrong in another way before this change",),
}
# Reasons whose words say what was expected.
_TELLING = (NotReached, WrongVerdict, ConditionsDiffer, Refused)
_VERBS = {Outcome.FAILED: "failed", Outcome.ERRORED: "errored", Outcome.SKIPPED: "skipped"}


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 case`, `2 cases`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def headline(report: Report) -> str:
    """The verdict and its grounds, as one sentence."""
    if report.verdict is Verdict.REJECTED:
        verdict = f"Rejected: {', '.join(_grounds(report))}."
    else:
        verdict = f"Accepted: {_accepted(report)}."
    return f"{verdict} {before_this_change(report)}".rstrip()


def before_this_change(report: Report) -> str:
    """How much was wrong before a change, as a sentence; empty for nothing."""
    number = report.already_there
    verb = "was" if number == 1 else "were"
    return f"{count_of(number, 'problem')} {verb} there before this change." if number else ""


def describe_known(report: Report) -> str:
    """How much was there before a change, remarks too: `2 problems and 1 remark`; empty for nothing."""
    remarks = sum(
        finding.standing is Standing.ALREADY_THERE and finding.level is not Level.ERROR
        for finding in report.findings
    )
    counted = ((report.already_there, "problem"), (remarks, "remark"))
    return " and ".join(count_of(number, noun) for number, noun in counted if number)


def describe_standing(standing: Standing) -> tuple[str, ...]:
    """How a problem compares with the base, as a line; none for a new one."""
    return _STANDINGS.get(standing, ())


def _grounds(report: Report) -> Iterator[str]:
    if report.interrupted:
        yield f"the run was cut short ({report.interrupted})"
    for outcome in BAD:
        if number := sum(case.outcome is outcome and case.rejects for case in report.cases):
            yield f"{count_of(number, 'case')} {_VERBS[outcome]}"
    if report.errors:
        yield f"{count_of(len(report.errors), 'error')} in the content"


def _accepted(report: Report) -> str:
    passed = report.count(Outcome.PASSED)
    if not report.specs:
        return "nothing was selected, so nothing ran"
    if not passed:
        verb = "passed" if any(case.bad for case in report.cases) else "ran"
        return f"{count_of(len(report.specs), 'spec')} checked, no case {verb}"
    skipped = report.count(Outcome.SKIPPED)
    ran = sum(any(case.outcome is Outcome.PASSED for case in spec.cases) for spec in report.specs)
    more = f", {skipped} skipped" if skipped else ""
    return f"{count_of(passed, 'case')} of {count_of(ran, 'detection')} passed{more}"


def scope(report: Report) -> str:
    """What was judged, why that much, and how bodies were confined if less than fully."""
    checked = f"Checked {len(report.specs)} of {count_of(report.total, 'spec')} in {report.seconds:.1f} s"
    why = ""
    if report.judge_all_reason:
        why = f": {report.judge_all_reason.rstrip('.')}"
    elif report.base:
        since = f"since {report.base[:12]}"
        if report.head not in ("", report.base):
            since = f"between {report.base[:12]} and {report.head[:12]}"
        why = f": those affected by the changes {since}"
    parts = (f"{checked}{why}.", _not_deployed(report), _CONFINED.get(report.tier, ""), left_out(report))
    return " ".join(filter(None, parts))


def _not_deployed(report: Report) -> str:
    number = sum(not spec.deployed for spec in report.specs)
    if not number:
        return ""
    verb = "is" if number == 1 else "are"
    return f"{count_of(number, 'spec')} with `Status` experimental or deprecated {verb} not deployed."


def left_out(report: Report) -> str:
    """Which files were left out, and by what, as one sentence; empty if none were."""
    told = [_describe_left_out(each) for each in report.left_out[:_LEFT_OUT_SHOWN]]
    more = len(report.left_out) - len(told)
    if more:
        told.append(f"{more} more")
    return f"Left out: {', '.join(told)}." if told else ""


def _describe_left_out(each: LeftOut) -> str:
    if each.why is Omission.ENVIRONMENT:
        return f"the virtual environment `{each.by}`"
    if each.why is Omission.TEMPLATES:
        return f"{count_of(each.files, 'file')} in `{each.by}`"
    return f"{count_of(each.files, 'file') if each.files else 'no file'} by the pattern `{each.by}`"


def state(spec: SpecReport) -> Outcome:
    """The worst outcome among the cases of a spec; skipped when none of them ran."""
    ranked = (Outcome.ERRORED, Outcome.FAILED, Outcome.PASSED)
    return next((outcome for outcome in ranked if spec.count(outcome)), Outcome.SKIPPED)


def words_of_finding(finding: Finding) -> Words:
    """What is wrong and the next step: its own words, or those of its reason."""
    if finding.reason is None:
        return Words(finding.message, finding.hint)
    words = words_of(finding.reason)
    return words if words.hint else words._replace(hint=finding.hint)


def words_of_case(case: CaseResult) -> Words:
    """Why a case did not pass; empty words for one that passed."""
    return words_of(case.reason) if case.reason else Words("")


def what_happened(case: CaseResult) -> str:
    """Why a case did not pass, as one sentence; empty for one that passed."""
    message = words_of_case(case).message
    decided = case.deciding if isinstance(case.reason, ConditionsDiffer | Refused) else None
    return f"{message}: {decided.text}" if decided else message


def next_step(case: CaseResult) -> str:
    """The hint of the reason, or else the missing field that may be the cause."""
    field = hinted_field(case)
    return describe_read(field) if field else words_of_case(case).hint


def why_skipped(spec: SpecReport) -> str:
    """Why the cases of a spec were not run; empty where they were."""
    return words_of(spec.skipped).message if spec.skipped else ""


def explain(case: CaseResult) -> tuple[str, ...]:
    """Why a case did not pass, one line each: what happened, what was expected, fields read, next step."""
    if case.outcome not in BAD:
        return (what_happened(case),) if case.reason else ()
    return tuple(_explain(case))


def _explain(case: CaseResult) -> Iterator[str]:
    yield what_happened(case)
    if case.expected is not None and not isinstance(case.reason, _TELLING):
        yield f"expected {case.expected}"
    if case.error and len(case.error.text) > BRIEF and not case.error.network:
        yield describe_error(case.error)  # the message quotes only the beginning
    yield from describe_steps(case) if case.steps else _reads(case)
    if hint := next_step(case):
        yield f"hint: {hint}"


def _reads(case: CaseResult) -> Iterator[str]:
    """The fields that the body read last, without the one of the hint."""
    reads = tuple(describe_fields(case))
    yield from reads[:_READS_SHOWN]
    if len(reads) > _READS_SHOWN:
        yield f"read {count_of(len(reads) - _READS_SHOWN, 'more field')}"


def describe_error(error: BodyError) -> str:
    """An exception as Python prints it."""
    return f"{error.type}: {error.text}" if error.text else error.type


def evidence_limit(report: Report) -> int:
    """How many characters of each piece of evidence a report shows, so that all together stay bounded."""
    bad = sum(report.count(outcome) for outcome in BAD)
    return max(200, min(_EVIDENCE_OF_CASE, _EVIDENCE_OF_ALL // max(1, bad)))


def evidence(case: CaseResult, limit: int, every: bool = False) -> tuple[tuple[str, str], ...]:
    """What the body of a bad case, or of `every` one, left behind: titles and the ends of texts, which say
    most."""
    if not (every or case.outcome in BAD):
        return ()
    traceback = case.error.traceback if case.error else ""
    found = (("traceback", traceback.strip("\n")), ("printed", case.output.strip("\n")))
    return tuple((title, _end_of(text, limit)) for title, text in found if text)


def _end_of(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"… ({len(text) - limit} characters above)\n{text[-limit:]}"


def place(location: Location) -> str:
    """`<location>: `, or nothing where it is not known."""
    return f"{location}: " if location.path else ""
