"""What the author of a pull request sees first, in each report; the golden ones were read and approved.

`UPDATE_GOLDEN=1` writes them anew: read what changed before you commit it.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from panther_ci.model import Change, ChangeKind, ChangeSet, Report, SpecReport
from panther_ci.pipeline import Request, judge
from panther_ci.reporters import annotations, comment, console, html, junit, sarif, summary
from panther_ci.reporters.entries import Rank, list_entries
from panther_ci.reporters.links import SourceLinks
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.settings import RunSettings
from tests.reporters.proposals import PROPOSALS, Files, Proposal

LINKS = SourceLinks("https://github.example", "acme/detections", "c0ffee")
SUMMARY_BYTES, SUMMARY_BYTES_OF_MANY = 20_000, 30_000
LINES = 80


def list_changes(proposal: Proposal) -> Iterator[Change]:
    base, head, renamed = proposal.base, proposal.head, proposal.renamed
    for path in sorted({*base, *head} - {*renamed.values()}):
        if path in renamed:
            yield Change(path, ChangeKind.RENAMED, renamed[path])
        elif base.get(path) != head.get(path):
            gone = ChangeKind.DELETED if path in base else ChangeKind.ADDED
            yield Change(path, ChangeKind.MODIFIED if path in base and path in head else gone)


def judge_proposal(proposal: Proposal, background: Files) -> Report:
    changes = tuple(list_changes(proposal))
    old = {change.old_path or change.path: change for change in changes}
    before = {path: data for path, data in proposal.base.items() if path in old}
    request = Request(
        background | proposal.head, ChangeSet("b" * 40, "a" * 40, changes, before), fail_on_new=True
    )
    settings = RunSettings(timeout_seconds=proposal.timeout_seconds, sandbox="reduced")
    with ConfinedJobs(lambda done, total: None, settings) as jobs:
        return without_clock(judge(request, jobs.run).report)


def without_clock(report: Report) -> Report:
    return replace(report, specs=tuple(map(_without_clock, report.specs)), version="")


def _without_clock(spec: SpecReport) -> SpecReport:
    return replace(spec, cases=tuple(replace(case, seconds=0.0) for case in spec.cases))


def render_all(report: Report) -> str:
    """Every report in one text, of the page without its style."""
    page = re.sub(r"(?s)<style>.*?</style>|sha256-[^']*", "", html.render(report, LINKS))
    parts = {
        "log": console.render(report, console.Style(ci=True)),
        "terminal": console.render(report, console.Style(quiet=True)),
        "annotations": annotations.render(report),
        "summary": summary.render(report, LINKS),
        "comment": comment.render(report, LINKS),
        "junit": junit.render(report).replace("><", ">\n<"),
        "sarif": without_rules(sarif.render(report)),
        "html": page,
    }
    return "".join(f"======== {name}\n{shorten(text)}" for name, text in parts.items())


def without_rules(text: str) -> str:
    """A SARIF report without what it says of checks, which is the text of their pages."""
    content = json.loads(text)
    content["runs"][0]["tool"]["driver"] = {}
    return json.dumps(content, indent=1) + "\n"


def shorten(text: str) -> str:
    """The beginning of a long report."""
    lines = text.splitlines(keepends=True)
    more = f"… {len(lines) - LINES} more lines\n" if len(lines) > LINES else ""
    return "".join(lines[:LINES]) + more


@pytest.mark.parametrize("name", PROPOSALS)
def test_the_first_entry_is_what_the_author_has_to_fix(name: str, golden: Path, background: Files) -> None:
    proposal = PROPOSALS[name]
    report = judge_proposal(proposal, background)
    entries = [entry for entry in list_entries(report) if entry.rank < Rank.REMARK]
    assert report.verdict == ("rejected" if proposal.first else "accepted")
    assert proposal.first in (entries[0].summary if entries else "")
    limit = SUMMARY_BYTES_OF_MANY if proposal.more else SUMMARY_BYTES
    assert len(summary.render(report, LINKS).encode()) < limit
    text, kept = render_all(report), golden / "proposals" / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_text(text)
    assert text == kept.read_text()
