"""The report as the Markdown of a step summary, and below it what was deployed."""

from collections.abc import Iterable, Iterator, Sequence

from panther_ci.model import Report
from panther_ci.reporters.defuse import BLOCK_LIMIT, markdown_block, markdown_code, markdown_text
from panther_ci.reporters.entries import Entry, split_entries
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.markdown import (
    alerts,
    already_there,
    counts,
    effects,
    entry_lines,
    head,
    join_within,
    row,
    spec_link,
    title,
)
from panther_ci.reporters.problems import Problem
from panther_ci.reporters.wording import evidence, evidence_limit, why_skipped

# GitHub shows nothing at all of a summary above 1,048,576 bytes, and other code of the step may write
# too. Each part has a share, so that a long one does not take the room of those that follow.
_ROWS_BYTES = 220_000
_STORIES_BYTES = 220_000
_KNOWN_BYTES = 90_000
_REASONS_BYTES = 220_000
_ENDING = "**The rest was left out to stay below the size that GitHub shows; the log has all of it.**"
_REASONS_SHOWN = 5
_REASON_LIMIT = 300


def render(report: Report, links: SourceLinks | None = None) -> str:
    """The summary, cut on purpose below GitHub's limit; without `links`, places are plain text."""
    new, known = split_entries(report)
    parts = (
        join_within(_problems(new, links), _ROWS_BYTES, _ENDING),
        join_within(_stories(new, evidence_limit(report)), _STORIES_BYTES, _ENDING),
        join_within(already_there(report, known, links), _KNOWN_BYTES, _ENDING),
        join_within(effects(report), _KNOWN_BYTES, _ENDING),
        join_within(alerts(report), _KNOWN_BYTES, _ENDING),
        "\n".join(("### Counts", "", *counts(report), "")),
        join_within(_selected(report, links), _REASONS_BYTES, _ENDING),
    )
    return "\n".join(("\n".join(title(report)), "", *filter(None, parts)))


def render_below_verdict(title: str, lines: Iterable[str]) -> str:
    """What came after the verdict, such as a deployment: a heading, and lines that may have foreign text."""
    text = "\n".join(filter(None, lines))
    return f"\n### {title}\n\n{markdown_block(text)}\n"


def _problems(entries: Sequence[Entry], links: SourceLinks | None) -> Iterator[str]:
    if entries:
        yield from ("### What is wrong", "", *entry_lines(entries, links), "")


def _stories(entries: Iterable[Entry], limit: int) -> Iterator[str]:
    """All about the examples of each entry, folded; a line of this is a whole one, never half of a tag."""
    for entry in entries:
        for problem in () if entry.told else entry.examples:
            if problem.case and (story := _tell(problem, limit)):
                name = f"{markdown_code(problem.detection)} {markdown_text(problem.case.case, 200)}"
                # After an empty line the block is separate, and an empty line of the text does not end it.
                block = markdown_block(story, 2 * BLOCK_LIMIT)
                yield f"<details><summary>{name}</summary>\n\n{block}\n</details>\n"


def _tell(problem: Problem, limit: int) -> str:
    """What is known of a case beside its sentence and the next step; empty if that is all."""
    left = evidence(problem.case, limit) if problem.case else ()
    more = [line for line in problem.lines[1:] if line != f"hint: {problem.hint}"]
    parts = ["\n".join(more), *(f"{title}:\n{text}" for title, text in left)]
    return "\n\n".join(filter(None, parts))


def _selected(report: Report, links: SourceLinks | None) -> Iterator[str]:
    if not report.specs:
        return
    yield "<details><summary>Why each was selected</summary>"
    yield ""
    yield from head(("Spec", "Cases", "Why"))
    for spec in report.specs:
        reasons = [markdown_text(reason, _REASON_LIMIT) for reason in spec.reasons[:_REASONS_SHOWN]]
        skipped = [f"skipped: {markdown_text(why_skipped(spec), _REASON_LIMIT)}"] if spec.skipped else []
        yield row((spec_link(spec, links), str(len(spec.cases)), "<br>".join([*skipped, *reasons])))
    yield ""
    yield "</details>"
