"""Pull requests by somebody who knows the code: `python -m tests.fuzz.pull_requests SECONDS [SEED]`.

Each is made in a real repository, and judged there as a change (`check`) and in full (`test`), with real
processes. On a base without faults, both must find the same: what only the change shows is known below.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from panther_ci.inputs import Environment, Inputs
from panther_ci.model import ComparisonRequest, Level, Outcome, Report
from panther_ci.repository.place import find_place
from panther_ci.run import RunRequest, judge_place
from tests.notations import notations

GIT = ("git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
# What only a comparison can know: that the change removed something, or made a spec unreadable.
ONLY_OF_CHANGES = {"unresolved-reference", "encoding", "yaml-syntax", "json-syntax", "large-file"}
# What two files have in common is reported on the one that changed.
CONFLICTS = {"duplicate-id", "body-name-collision", "duplicate-data-model"}
Faults = frozenset[tuple[str, str]]


def case(expected: bool, **event: Any) -> list[dict[str, Any]]:
    return [{"Name": "a case", "ExpectedResult": expected, "Log": event}]


def rule(name: str, **fields: Any) -> dict[str, Any]:
    usual = {"Enabled": True, "Severity": "Low", "LogTypes": ["AWS.CloudTrail"], "Filename": f"{name}.py"}
    return {"AnalysisType": "rule", "RuleID": name, **usual, "Tests": case(True, a="x"), **fields}


SPECS: Mapping[str, dict[str, Any]] = {
    "globals/low": {"AnalysisType": "global", "GlobalID": "low", "Filename": "low.py"},
    "globals/high": {"AnalysisType": "global", "GlobalID": "high", "Filename": "high.py"},
    "models/m": {
        "AnalysisType": "datamodel",
        "DataModelID": "Model",
        "Enabled": True,
        "LogTypes": ["Custom.Log"],
        "Filename": "m.py",
        "Mappings": [{"Name": "who", "Path": "user"}, {"Name": "what", "Method": "find_what"}],
    },
    "rules/helped": rule("helped"),
    "rules/marked": rule("marked"),
    "rules/modelled": rule(
        "modelled",
        LogTypes=["Custom.Log"],
        Tests=case(True, p_log_type="Custom.Log", user="bob", act="go"),
    ),
    "rules/stating": rule("stating", Tests=case(True, p_log_type="Custom.Log", user="bob")),
    "rules/derived": {
        "AnalysisType": "rule",
        "RuleID": "derived",
        "BaseDetection": "helped",
        "Enabled": True,
        "Severity": "High",
    },
    "queries/q": {
        "AnalysisType": "scheduled_query",
        "QueryName": "My query",
        "Enabled": True,
        "Query": "select 1",
        "Schedule": {"RateMinutes": 5, "TimeoutMinutes": 1},
    },
    "rules/scheduled": {
        "AnalysisType": "scheduled_rule",
        "RuleID": "scheduled",
        "Enabled": True,
        "Severity": "Low",
        "Filename": "scheduled.py",
        "ScheduledQueries": ["My query"],
        "Tests": case(True, a="x"),
    },
    "packs/p": {"AnalysisType": "pack", "PackID": "Pack", "PackDefinition": {"IDs": ["helped", "derived"]}},
}
BODIES: Mapping[str, str] = {
    "globals/low.py": "LIMIT = 'x'\n",
    "globals/high.py": "import low\n\ndef reach():\n    return low.LIMIT\n",
    "models/m.py": "def find_what(event):\n    return event.get('act')\n",
    "rules/helped.py": "from high import reach\n\ndef rule(event):\n    return event.get('a') == reach()\n",
    "rules/marked.py": "MARK = '$Id$'\n\ndef rule(event):\n    return f\"{len(MARK)}{event['a']}\" == '4x'\n",
    "rules/modelled.py": "def rule(event):\n    return event.udm('who') + event.udm('what') == 'bobgo'\n",
    "rules/stating.py": "def rule(event):\n    return event.udm('who') == 'bob'\n",
    "rules/scheduled.py": "def rule(event):\n    return event.get('a') == 'x'\n",
}
# What somebody may write instead: the first text of a file by the second one.
BREAKS = (
    ("globals/low.py", "'x'", "'y'"),
    ("globals/high.py", "low.LIMIT", "low.GONE"),
    ("models/m.py", "'act'", "'other'"),
    ("models/m", "user", "actor"),
    ("models/m", "Custom.Log", "Custom.Other"),
    ("models/m", "who", "whom"),
    ("rules/helped.py", "==", "!="),
    ("rules/stating.py", "'bob'", "'eve'"),
    ("rules/modelled.py", "rule(", "rules("),
    ("queries/q", "My query", "Another query"),
    ("globals/low", "low", "lower"),
    ("rules/helped", "helped", "renamed"),
    ("rules/derived", "helped", "marked"),
    ("rules/stating", "Custom.Log", "Custom.Other"),
    ("rules/marked", "Low", "Huge"),
    ("rules/scheduled", "scheduled.py", "other.py"),
    ("packs/p", "derived", "nobody"),
)
FAKE = "\nAnalysisType: rule\nRuleID: Fake\nFilename: fake.py\nLogTypes:\n  - Other\n"
ATTRIBUTES = (
    "ident",
    "text eol=crlf",
    "working-tree-encoding=UTF-16",
    "working-tree-encoding=IBM1047",
    "diff",
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "cp037", "utf-8-sig", "utf-7")


class PullRequest(NamedTuple):
    """The files before and after, attributes that come with it, and names of refs that it brings."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    attributes: Mapping[str, str]
    refs: tuple[str, ...]


@st.composite
def pull_requests(draw: st.DrawFn) -> PullRequest:
    """A base without faults, and up to four edits of it."""
    before = {name + draw(suffixes): draw(notations(fields, extra=False)) for name, fields in SPECS.items()}
    before |= {path: text.encode() for path, text in BODIES.items()}
    after = dict(before)
    for _ in range(draw(st.integers(1, 4))):
        edit = draw(st.sampled_from(EDITS))
        edit(after, draw)
    folders = st.sampled_from(["", "rules/", "models/", "globals/"])
    patterns = st.sampled_from(["*.py", "*.yml", "*", "helped.*", "m.*"])
    attributes = {}
    if draw(st.integers(0, 3)) == 0:
        line = f"{draw(patterns)} {draw(st.sampled_from(ATTRIBUTES))}\n"
        attributes = {f"{draw(folders)}.gitattributes": line}
    names = st.sampled_from(
        ["refs/tags/origin/main", "refs/heads/origin/main", "refs/tags/main", "refs/tags/HEAD"]
    )
    return PullRequest(before, after, attributes, tuple(draw(st.lists(names, max_size=2, unique=True))))


suffixes = st.sampled_from([".yml", ".yaml"])


def find(files: Mapping[str, bytes], name: str) -> str:
    """The path of a spec, whatever its suffix, or of a body; empty where it is gone."""
    return next((path for path in files if path == name or path.rpartition(".")[0] == name), "")


def break_one(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Rewrite a spec in another notation with one other value, or a body with another text."""
    name, old, new = draw(st.sampled_from(BREAKS))
    path = find(files, name)
    if path.endswith(".py"):
        files[path] = files[path].replace(old.encode(), new.encode())
    elif path:
        files[path] = draw(notations(_replace(SPECS[name], old, new)))


def _replace(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replace(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_replace(each, old, new) for each in value]
    return new if value == old else value


def rewrite(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Write a spec in another notation."""
    name = draw(st.sampled_from(sorted(SPECS)))
    if path := find(files, name):
        files[path] = draw(notations(SPECS[name]))


def hide(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Add a text that looks like keys at the first column."""
    path = draw(st.sampled_from(sorted(files)))
    if path.endswith((".yml", ".yaml")) and files[path].rstrip().endswith(b"\n") is False:
        quote = draw(st.sampled_from(["'", '"']))
        files[path] = f"Description: {quote}{FAKE}{quote}\n".encode() + files[path]


def encode(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Save a file in another encoding."""
    path = draw(st.sampled_from(sorted(files)))
    text = files[path].decode("utf-8", "replace")
    files[path] = text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


def end_lines(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Save a file with other ends of lines."""
    path = draw(st.sampled_from(sorted(files)))
    files[path] = files[path].replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r", b"\n\n"])))


def delete(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Delete a file."""
    files.pop(draw(st.sampled_from(sorted(files))))


def move(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Give a file another name, folder or suffix."""
    path = draw(st.sampled_from(sorted(files)))
    stem, dot, suffix = path.rpartition(".")
    places = (f"moved/{path}", f"{stem}_2{dot}{suffix}", f"{stem}.json", f"{stem}.YML", f"{stem}.yaml")
    files[draw(st.sampled_from(places))] = files.pop(path)


def copy(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Copy a file to another folder."""
    path = draw(st.sampled_from(sorted(files)))
    files[f"{draw(st.sampled_from(['copies', 'rules', 'globals']))}/{path.rpartition('/')[2]}"] = files[path]


def grow(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Add much to a file."""
    path = draw(st.sampled_from(sorted(files)))
    lines = draw(st.sampled_from([b"# more\n", b"#" * 1000 + b"\n", b"\n", b"# AnalysisType: rule\n"]))
    files[path] += b"\n" + lines * draw(st.sampled_from([1, 100, 5000]))


def touch(files: dict[str, bytes], draw: st.DrawFn) -> None:
    """Change a body so that nothing is broken."""
    path = draw(st.sampled_from(sorted(BODIES)))
    if path in files:
        files[path] += b"# harmless\n"


EDITS = (break_one, break_one, break_one, rewrite, hide, encode, end_lines, delete, move, copy, grow, touch)


def git(folder: Path, *command: str) -> str:
    done = subprocess.run((*GIT, *command), cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, bytes], message: str) -> None:
    """Make these the files of a new commit."""
    for place in folder.iterdir():
        if place.name != ".git":
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={message}")


def prepare(folder: Path, request: PullRequest) -> None:
    """Commit what the pull request brings, and check it out as a runner does."""
    write(folder, request.after, "After")
    for path, text in request.attributes.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
        blob = git(folder, "hash-object", "-w", "--no-filters", path)
        git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Attributes")
    for name in request.refs:
        git(folder, "update-ref", name, "HEAD")
    fresh = folder.with_name("fresh")
    git(folder.parent, "clone", "--quiet", str(folder), str(fresh))
    git(fresh, "fetch", "--quiet", "origin", "+refs/*:refs/remotes/all/*")
    git(fresh, "update-ref", "refs/remotes/origin/main", "origin/base")
    for name in request.refs:
        git(fresh, "update-ref", name, "HEAD")


def judge(folder: Path, comparison: ComparisonRequest) -> Report:
    """The report on a folder, by real processes."""
    asked = RunRequest(Inputs(), folder, find_place(folder, "."), comparison)
    return judge_place(
        asked, lambda done, total: None, Environment({"PATH": "/usr/local/bin:/usr/bin:/bin"})
    ).report


def faults(report: Report) -> Faults:
    """Everything that rejects, and where."""
    bad = (Outcome.FAILED, Outcome.ERRORED)
    cases = {(spec.path, each.case) for spec in report.specs for each in spec.cases if each.outcome in bad}
    errors = (each for each in report.findings if each.level is Level.ERROR)
    return frozenset(cases | {(each.location.path, each.check.value) for each in errors})


EVERYTHING = ComparisonRequest(judge_all_reason="asked for")
CHANGES = ComparisonRequest(base="origin/main", merge_base=True)


def compare(request: PullRequest) -> tuple[Faults, Faults]:
    """What a run of everything finds, and what one of the changes finds; fails where they differ."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "made"
        folder.mkdir()
        git(folder, "init", "--quiet", "--initial-branch=base")
        write(folder, request.before, "Before")
        assert faults(judge(folder, EVERYTHING)) == frozenset()
        git(folder, "checkout", "--quiet", "-b", "pull")
        prepare(folder, request)
        whole, changed = (
            faults(judge(folder.with_name("fresh"), EVERYTHING)),
            faults(judge(folder.with_name("fresh"), CHANGES)),
        )
    missed = {each for each in whole - changed if each[1] not in CONFLICTS}
    assert not missed and bool(changed) >= bool(whole), f"missed: {sorted(missed or whole)}"
    only = {each for each in changed - whole if each[1] not in ONLY_OF_CHANGES}
    assert not only, f"only as a change: {sorted(only)}"
    return whole, changed


def describe(request: PullRequest) -> str:
    """What a pull request changes."""
    paths = sorted({*request.before, *request.after})
    changes = [
        f"{path}: {request.before.get(path)!r:.300} -> {request.after.get(path)!r:.300}"
        for path in paths
        if request.before.get(path) != request.after.get(path)
    ]
    return "\n".join([*changes, str(dict(request.attributes)), str(request.refs)])


def search(seconds: float, start: int) -> Counter[str]:
    """Search for so many seconds, and count what was tried."""
    counts: Counter[str] = Counter()

    def attempt(request: PullRequest) -> None:
        try:
            whole, changed = compare(request)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{describe(request)}") from None
        counts["pull requests"] += 1
        counts["rejected by both"] += bool(whole)
        counts["rejected as a change only"] += bool(changed and not whole)
        counts.update(f"found {check}" for _, check in changed)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        quiet = settings(
            max_examples=20,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        seed(start)(quiet(given(pull_requests())(attempt)))()
        start += 1
    return counts


if __name__ == "__main__":
    for name, count in sorted(search(float(sys.argv[1]), int((sys.argv[2:] or ["0"])[0])).items()):
        print(f"{count:6} {name}")
