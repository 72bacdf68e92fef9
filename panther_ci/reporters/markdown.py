"""Parts of Markdown that the step summary and the comment share."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from panther_ci.model import Level, Location, Outcome, Report, Verdict
from panther_ci.reporters.defuse import markdown_code, markdown_text, url_path
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.wording import headline, scope

_SIGNS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTICE: "💡"}
_CELL_LIMIT = 500
_FOLD_END = "\n</details>"


@dataclass(frozen=True, slots=True)
class SummaryLinks:
    """What links to a line of a file need: `https://host`, `owner/name` and the commit."""

    server: str
    repository: str
    sha: str

    def url(self, location: Location) -> str:
        """The page of a file at the commit, at the line where that is known."""
        line = f"#L{location.line}" if location.line else ""
        tree = f"{self.server}/{url_path(self.repository)}/blob/{url_path(self.sha)}"
        return f"{tree}/{url_path(location.path)}{line}"


def title(report: Report) -> Iterator[str]:
    """The verdict as a heading and the extent of the run below it."""
    sign = "✅" if report.verdict is Verdict.ACCEPTED else "❌"
    yield f"## {sign} {markdown_text(headline(report))}"
    yield ""
    yield markdown_text(scope(report))


def link(location: Location, links: SummaryLinks | None) -> str:
    """A place in code type, linked to its line where links can be made."""
    if not location.path:
        return ""
    text = markdown_code(str(location), _CELL_LIMIT)
    return f"[{text}]({links.url(location)})" if links else text


def problem_rows(report: Report, links: SummaryLinks | None) -> Iterator[str]:
    """A row for each problem, most severe first."""
    for problem in list_problems(report):
        cells = (_SIGNS[problem.level], _who(problem), _what(problem), link(problem.location, links))
        yield row(cells)


PROBLEM_HEAD = ("", "Detection", "What is wrong", "Where")


def _who(problem: Problem) -> str:
    name = markdown_code(problem.detection) if problem.detection else ""
    return f"{name}<br>{markdown_text(problem.case.case, 200)}" if problem.case else name


def _what(problem: Problem) -> str:
    hint = f"<br><em>{markdown_text(problem.hint, _CELL_LIMIT)}</em>" if problem.hint else ""
    return f"{markdown_text(problem.summary, _CELL_LIMIT)}{hint}"


def counts(report: Report) -> Iterator[str]:
    """The table of counts."""
    yield from head(("Specs", "Passed", "Failed", "Errored", "Skipped", "Findings"))
    numbers = [len(report.specs), *(report.count(outcome) for outcome in Outcome), len(report.findings)]
    yield row(map(str, numbers))


def head(cells: Sequence[str]) -> tuple[str, str]:
    """The two first lines of a table."""
    return row(cells), row("---" for _ in cells)


def row(cells: Iterable[str]) -> str:
    """A line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def join_within(lines: Iterable[str], limit: int, ending: str) -> str:
    """Lines as text of at most `limit` bytes; where some had to go, `ending` says so.

    Folded parts are closed before the ending. No line at all gives an empty text.
    """
    ending = f"\n{ending}\n"
    room = limit - len(f"{_FOLD_END}{ending}".encode())
    kept: list[str] = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            return "\n".join([*kept, *_close(kept), ending])
        kept.append(line)
    return "\n".join([*kept, ""]) if kept else ""


def _close(lines: Sequence[str]) -> Sequence[str]:
    """What closes a folded part that was cut; text of the content can't contain these tags."""
    opened = sum(line.count("<details>") - line.count("</details>") for line in lines)
    return (_FOLD_END,) if opened > 0 else ()
