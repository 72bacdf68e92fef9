"""Parts of Markdown that the step summary and the comment share."""

from collections.abc import Iterable, Iterator, Sequence

from panther_ci.model import CaseResult, Level, Location, Outcome, Report, SpecReport, Verdict
from panther_ci.reporters.alerts import choose_cases, describe_case, has_changed, list_alerting
from panther_ci.reporters.defuse import markdown_block, markdown_code, markdown_text
from panther_ci.reporters.effects_in_words import describe_effects
from panther_ci.reporters.entries import Entry, describe_rest
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.problems import Problem
from panther_ci.reporters.wording import count_of, describe_known, headline, scope

_SIGNS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTICE: "💡"}
_TEXT_LIMIT = 500
_FOLD_END = "\n</details>"


def title(report: Report) -> Iterator[str]:
    """The verdict as a heading and the extent of the run below it."""
    sign = "✅" if report.verdict is Verdict.ACCEPTED else "❌"
    yield f"## {sign} {markdown_text(headline(report))}"
    yield ""
    yield markdown_text(scope(report))


def link(location: Location, links: SourceLinks | None) -> str:
    """A place in code type, linked to its line where links can be made."""
    if not location.path:
        return ""
    text = markdown_code(str(location), _TEXT_LIMIT)
    return f"[{text}]({links.url(location)})" if links else text


def entry_lines(entries: Iterable[Entry], links: SourceLinks | None) -> Iterator[str]:
    """A list of entries, each with a few of its cases; one item is one text."""
    for entry in entries:
        yield "\n".join(_entry(entry, links))


def _entry(entry: Entry, links: SourceLinks | None) -> Iterator[str]:
    who = f"**{detection_link(entry.first, links)}** " if entry.name else ""
    alone = entry.alone
    case = f"{markdown_code(alone.case)}: " if alone else ""
    what = f"{case}{markdown_text(entry.summary, _TEXT_LIMIT)}"
    yield f"- {_SIGNS[entry.level]} {who}{what}{_below(entry.hint, entry.location, links)}"
    if alone is None:
        yield from (f"  - {_example(problem, entry, links)}" for problem in entry.examples)
        if rest := describe_rest(entry):
            yield f"  - {rest}"


def _example(problem: Problem, entry: Entry, links: SourceLinks | None) -> str:
    """One of several cases: what its entry has told already is not told again."""
    # In code type: at the beginning of an item, text may begin another list.
    name = markdown_code(problem.case.case) if problem.case else ""
    who = name if entry.name else f"{detection_link(problem, links)} {name}"
    if entry.told:
        return who
    what = markdown_text(entry.describe(problem), _TEXT_LIMIT)
    hint = "" if problem.hint == entry.hint else problem.hint
    return f"{who}{what}{_below(hint, problem.related or problem.location, links)}"


def _below(hint: str, location: Location, links: SourceLinks | None) -> str:
    """The next step and the place, each on a line of its own."""
    shown = f"<br><em>{markdown_text(hint, _TEXT_LIMIT)}</em>" if hint else ""
    return f"{shown}<br>{link(location, links)}" if location.path else shown


def spec_link(spec: SpecReport, links: SourceLinks | None) -> str:
    """The id of a spec, linked to its place."""
    name = markdown_code(spec.id)
    return f"[{name}]({links.url(spec.location)})" if links else name


def detection_link(problem: Problem, links: SourceLinks | None) -> str:
    """The id of a detection, linked to its spec."""
    return spec_link(problem.spec, links) if problem.spec else markdown_code(problem.detection)


def already_there(report: Report, entries: Sequence[Entry], links: SourceLinks | None) -> Iterator[str]:
    """What was wrong before the change, folded."""
    if entries:
        yield f"<details><summary>There before this change: {describe_known(report)}</summary>\n"
        yield from (_in_short(entry, links) for entry in entries)
        yield "\n</details>\n"


def alerts(report: Report) -> Iterator[str]:
    """What the alerts of the cases look like, folded."""
    specs = list_alerting(report)
    if specs:
        changed = sum(has_changed(case) for spec in specs for case in spec.cases)
        number = sum(case.alert is not None for spec in specs for case in spec.cases)
        what = f"{changed} of {count_of(number, 'alert')} changed" if changed else count_of(number, "alert")
        yield f"<details><summary>What alerts look like: {what}</summary>\n"
        for spec in specs:
            yield from map(_alert, choose_cases(spec))
        yield "</details>\n"


def _alert(case: CaseResult) -> str:
    block = markdown_block("\n".join(describe_case(case)))
    return f"{markdown_code(case.detection)} {markdown_text(case.case, 200)}\n\n{block}\n"


def _in_short(entry: Entry, links: SourceLinks | None) -> str:
    who = f"**{detection_link(entry.first, links)}** " if entry.name else ""
    place = f" {link(entry.location, links)}" if entry.location.path else ""
    return f"- {_SIGNS[entry.level]} {who}{markdown_text(entry.summary, _TEXT_LIMIT)}{place}"


def effects(report: Report) -> Iterator[str]:
    """What merging the change does to a deployment."""
    if report.effects or report.merging:
        yield "### What merging does\n"
        yield from (f"- {markdown_text(sentence, _TEXT_LIMIT)}" for sentence in describe_effects(report))
        yield ""


def counts(report: Report) -> Iterator[str]:
    """The table of counts."""
    skipped = [spec for spec in report.specs if spec.skipped]
    cases = report.count(Outcome.SKIPPED)
    numbers = {
        "Specs": str(len(report.specs)),
        "Passed": str(report.count(Outcome.PASSED)),
        "Failed": str(report.count(Outcome.FAILED)),
        "Errored": str(report.count(Outcome.ERRORED)),
        "Skipped": f"{count_of(cases, 'case')}, {count_of(len(skipped), 'spec')}" if skipped else str(cases),
        "Findings": str(len(report.findings)),
    }
    if report.compared:
        numbers["There before"] = str(report.already_there)
    yield from head(tuple(numbers))
    yield row(numbers.values())


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
