"""The report as the text of one comment on a pull request, found again by its marker."""

from collections.abc import Iterator

from panther_ci.model import Report
from panther_ci.reporters.markdown import (
    PROBLEM_HEAD,
    SummaryLinks,
    counts,
    head,
    join_within,
    problem_rows,
    title,
)

MARKER = "<!-- panther-ci -->"
# GitHub refuses a comment of more than 65,536 characters; bytes are never fewer.
_ROWS_BYTES = 60_000
_ENDING = "**The rest is in the summary of the run.**"


def render(report: Report, links: SummaryLinks | None = None, details: str = "") -> str:
    """The comment, its marker first; `details` is the URL of the run, where the whole report is."""
    end = ["", f"[The whole report]({details})"] if details else []
    parts = (
        "\n".join((MARKER, *title(report), "")),
        join_within(_problems(report, links), _ROWS_BYTES, _ENDING),
        "\n".join((*counts(report), *end, "")),
    )
    return "\n".join(filter(None, parts))


def _problems(report: Report, links: SummaryLinks | None) -> Iterator[str]:
    rows = list(problem_rows(report, links))
    if rows:
        yield from (*head(PROBLEM_HEAD), *rows)
