"""The report as the text of one comment on a pull request, found again by its marker."""

from panther_ci.model import Report
from panther_ci.reporters.entries import split_entries
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.markdown import (
    alerts,
    already_there,
    counts,
    effects,
    entry_lines,
    join_within,
    title,
)

MARKER = "<!-- panther-ci -->"
# GitHub refuses a comment of more than 65,536 characters; bytes are never fewer.
_ROWS_BYTES = 40_000
_KNOWN_BYTES = 7_000
_ENDING = "**The rest is in the summary of the run.**"


def render(report: Report, links: SourceLinks | None = None, details: str = "") -> str:
    """The comment, its marker first; `details` is the URL of the run, where the whole report is."""
    end = ["", f"[The whole report]({details})"] if details else []
    new, known = split_entries(report)
    parts = (
        "\n".join((MARKER, *title(report), "")),
        join_within(entry_lines(new, links), _ROWS_BYTES, _ENDING),
        join_within(already_there(report, known, links), _KNOWN_BYTES, _ENDING),
        join_within(effects(report), _KNOWN_BYTES, _ENDING),
        join_within(alerts(report), _KNOWN_BYTES, _ENDING),
        "\n".join((*counts(report), *end, "")),
    )
    return "\n".join(filter(None, parts))
