"""The report as one HTML page that needs nothing else: no script, no font, no picture, no network."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256

from panther_ci.model import CaseResult, FieldRead, Outcome, Report, SpecReport
from panther_ci.reporters.coverage import list_controls
from panther_ci.reporters.defuse import BLOCK_LIMIT, html_prose, html_text
from panther_ci.reporters.html_style import STYLE
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.reasons_in_words import Words, words_of
from panther_ci.reporters.wording import (
    describe_error,
    describe_missing,
    dotted,
    evidence,
    evidence_limit,
    headline,
    scope,
    state,
    what_happened,
    why_skipped,
)

_LABELS = {Outcome.FAILED: "Failed", Outcome.ERRORED: "Errored"}


def render(report: Report) -> str:
    """The whole page; all text of the content is escaped, and the page's policy loads nothing."""
    body = "\n".join(
        (
            *_header(report),
            *_bad_cases(report),
            *_findings(report),
            *_coverage(report),
            *_specs(report),
        )
    )
    return _PAGE.format(
        hash=b64encode(sha256(STYLE.encode()).digest()).decode(),
        title=html_text(headline(report)),
        style=STYLE,
        body=body,
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{hash}'; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>panther-ci: {title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _header(report: Report) -> Iterator[str]:
    verdict = report.verdict.value
    version = f" panther-ci {html_text(report.version)}." if report.version else ""
    yield f'<header class="{verdict}"><h1>{html_prose(headline(report))}</h1>'
    yield f'<p class="faint">{html_prose(scope(report))}{version}</p></header>'
    counts = [("specs", len(report.specs))]
    counts += [(outcome.value, report.count(outcome)) for outcome in Outcome]
    counts.append(("findings", len(report.findings)))
    yield '<ul class="counts">'
    yield from (f"<li><b>{number}</b> {name}</li>" for name, number in counts)
    yield "</ul>"


def _bad_cases(report: Report) -> Iterator[str]:
    bad = [problem.case for problem in list_problems(report) if problem.case]
    limit = evidence_limit(report)
    if bad:
        yield "<h2>Cases that went wrong</h2>"
    for case in bad:
        yield "<article>"
        yield from _case(case, limit)
        yield "</article>"


def _case(case: CaseResult, limit: int) -> Iterator[str]:
    label = f'<span class="label {case.outcome.value}">{_LABELS[case.outcome]}</span>'
    yield f"<h3>{label}{html_text(case.case)}</h3>"
    where = f"{_code(case.detection)} in {_code(str(case.location))}"
    yield f'<p class="faint">{where}, {_time(case.seconds)}</p>'
    yield f"<p>{html_prose(what_happened(case))}</p>"
    yield "<dl>"
    yield from (f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _facts(case))
    yield "</dl>"
    yield from _reads(case.reads)
    for title, text in evidence(case, limit):
        shown = html_text(text, BLOCK_LIMIT)
        yield f"<details><summary>{title.capitalize()}</summary><pre>{shown}</pre></details>"


def _facts(case: CaseResult) -> Iterator[tuple[str, str]]:
    if case.expected is not None:
        yield "Expected", _code(str(case.expected))
    words = words_of(case.reason) if case.reason else Words("")
    if words.got:
        yield "Got", _code(words.got)
    if case.error:
        yield "Raised", _code(describe_error(case.error))
        if case.error.location:
            yield "Raised at", _code(str(case.error.location))
    if words.hint:
        yield "Hint", html_prose(words.hint)


def _reads(reads: Iterable[FieldRead]) -> Iterator[str]:
    rows = [(_code(dotted(read.path)), _got(read)) for read in reads]
    if rows:
        yield from _table(("Field the body read", "What it got"), rows, "wide")


def _got(read: FieldRead) -> str:
    if read.found:
        return _code(read.value)
    return f'<span class="failed">{html_prose(describe_missing(read))}</span>'


def _findings(report: Report) -> Iterator[str]:
    rows = [_finding(problem) for problem in list_problems(report) if problem.case is None]
    if rows:
        yield "<h2>Findings</h2>"
        yield from _table(("Level", "What is wrong", "Where", "Check"), rows, "wide")


def _finding(problem: Problem) -> tuple[str, ...]:
    level = f'<span class="label {problem.level.value}">{problem.level.value}</span>'
    hint = f'<br><span class="faint">{html_prose(problem.hint)}</span>' if problem.hint else ""
    where = _code(str(problem.location)) if problem.location.path else ""
    return level, f"{html_prose(problem.summary)}{hint}", where, _code(problem.check)


def _coverage(report: Report) -> Iterator[str]:
    rows = [
        (_code(control), "<br>".join(f"{_code(spec.id)} {_state(spec)}" for spec in specs))
        for control, specs in list_controls(report, "CIS")
    ]
    if rows:
        yield "<h2>CIS coverage of what was checked</h2>"
        yield from _table(("Control", "Detections"), rows)


def _specs(report: Report) -> Iterator[str]:
    rows = [_spec(spec) for spec in report.specs]
    if rows:
        yield "<h2>What was checked</h2>"
        yield from _table(("Detection", "State", "Passed", "Time", "Why it was selected"), rows, "wide")


def _spec(spec: SpecReport) -> tuple[str, ...]:
    name = f'{_code(spec.id)}<br><span class="faint">{html_text(spec.path)}</span>'
    skipped = f"<p>skipped: {html_prose(why_skipped(spec))}</p>" if spec.skipped else ""
    reasons = "".join(f"<li>{html_prose(reason)}</li>" for reason in spec.reasons)
    why = f"{skipped}<ul>{reasons}</ul>" if reasons else skipped
    passed = f"{spec.count(Outcome.PASSED)} of {len(spec.cases)}"
    return name, _state(spec), passed, _time(sum(case.seconds for case in spec.cases)), why


def _state(spec: SpecReport) -> str:
    if not (spec.cases or spec.skipped):
        return '<span class="faint">no cases</span>'
    name = state(spec).value
    return f'<span class="{name}">{name}</span>'


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], kind: str = "") -> Iterator[str]:
    """A table; cells are HTML already. Cells carry the name of their column for narrow screens."""
    names = "".join(f"<th>{name}</th>" for name in head)
    yield f'<table class="{kind}"><thead><tr>{names}</tr></thead><tbody>'
    for row in rows:
        cells = "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(head, row, strict=True))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"


def _code(text: str) -> str:
    return f"<code>{html_text(text)}</code>"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"
