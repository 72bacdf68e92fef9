"""The report as the Markdown of a step summary: verdict, failures, counts, and why each was selected."""

from collections.abc import Iterator

from ..model import Report
from .defuse import BLOCK_LIMIT, markdown_block, markdown_code, markdown_text
from .markdown import PROBLEM_HEAD, SummaryLinks, counts, head, join_within, problem_rows, row, title
from .problems import Problem, list_problems

__all__ = ["SummaryLinks", "render"]

# GitHub shows nothing at all of a summary above 1,048,576 bytes, and other steps write before us.
LIMIT = 900_000
_STORIES = 50
_REASONS = 5


def render(report: Report, links: SummaryLinks | None = None) -> str:
    """The summary, cut on purpose below GitHub's limit; without `links`, places are plain text."""
    ending = "**The rest was left out to stay below the size GitHub shows; the log has all of it.**"
    return join_within(_lines(report, links), LIMIT, ending)


def _lines(report: Report, links: SummaryLinks | None) -> Iterator[str]:
    yield from title(report)
    rows = list(problem_rows(report, links))
    if rows:
        yield from ("", "### What is wrong", "", *head(PROBLEM_HEAD), *rows, "")
        yield from _stories(report)
    yield from ("", "### Counts", "", *counts(report), "")
    yield from _selected(report)


def _stories(report: Report) -> Iterator[str]:
    told = [problem for problem in list_problems(report) if problem.case]
    for problem in told[:_STORIES]:
        yield from _story(problem)


def _story(problem: Problem) -> Iterator[str]:
    case = problem.case
    if case is None:
        return
    name = f"{markdown_code(problem.detection)} {markdown_text(case.case, 200)}"
    traceback = (case.error.traceback,) if case.error and case.error.traceback else ()
    printed = ("printed:", case.output) if case.output else ()
    text = "\n".join([*problem.lines, *traceback, *printed])
    yield f"<details><summary>{name}</summary>"
    # One element, so that a cut between two lines never leaves a tag open.
    yield f"{markdown_block(text, BLOCK_LIMIT)}"
    yield "</details>"
    yield ""


def _selected(report: Report) -> Iterator[str]:
    if not report.specs:
        return
    yield "<details><summary>Why each was selected</summary>"
    yield ""
    yield from head(("Spec", "Cases", "Why"))
    for spec in report.specs:
        reasons = "<br>".join(markdown_text(reason, 300) for reason in spec.reasons[:_REASONS])
        skipped = f"skipped: {markdown_text(spec.skipped, 300)}<br>" if spec.skipped else ""
        yield row((markdown_code(spec.id), str(len(spec.cases)), f"{skipped}{reasons}"))
    yield ""
    yield "</details>"
