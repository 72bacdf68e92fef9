"""The report as the text of one comment on a pull request, found again by its marker."""

from collections.abc import Iterator

from ..model import Report
from .markdown import PROBLEM_HEAD, SummaryLinks, counts, head, join_within, problem_rows, title

MARKER = "<!-- panther-ci -->"
# GitHub refuses a comment of more than 65,536 characters; bytes are never fewer.
LIMIT = 65_000
_ROWS = 30


def render(report: Report, links: SummaryLinks | None = None, details: str = "") -> str:
    """The comment, its marker first; `details` is the URL of the run, where the whole report is."""
    ending = "**The rest is in the summary of the run.**"
    return join_within(_lines(report, links, details), LIMIT, ending)


def _lines(report: Report, links: SummaryLinks | None, details: str) -> Iterator[str]:
    yield MARKER
    yield from title(report)
    rows = list(problem_rows(report, links))
    if rows:
        yield from ("", *head(PROBLEM_HEAD), *rows[:_ROWS])
    if len(rows) > _ROWS:
        yield from ("", f"{len(rows) - _ROWS} more are in the summary of the run.")
    yield from ("", *counts(report))
    if details:
        yield from ("", f"[The whole report]({details})")
