"""What is selected is enough and no more: held to known dependencies and to full runs."""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from panther_ci.inputs import Environment, Inputs
from panther_ci.model import (
    CaseResult,
    Change,
    ChangeKind,
    ChangeSet,
    ComparisonRequest,
    Job,
    JobResult,
    Outcome,
    Report,
    Selection,
    Verdict,
)
from panther_ci.model.reasons import MockUnknown, Reason
from panther_ci.pipeline import Request, judge
from panther_ci.repository.comparison import compare
from panther_ci.repository.files import read_tree
from panther_ci.repository.git import Repository
from panther_ci.repository.place import find_place
from panther_ci.run import RunRequest, judge_place
from panther_ci.scope import select_files
from panther_ci.specs.filters import parse_filter
from panther_ci.specs.search import Search
from tests.corpus import Corpus, write_corpus
from tests.worlds import Edit, Files, edits

GIT = ("git", "-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
BAD = (Outcome.FAILED, Outcome.ERRORED)
EVERYTHING = ChangeSet(judge_all_reason="asked for")
# What became of the cases of each spec.
Verdicts = Mapping[str, tuple[tuple[str, Outcome, Reason | None], ...]]


def git(folder: Path, *command: str) -> None:
    subprocess.run((*GIT, *command), cwd=folder, check=True, capture_output=True)


def commit_corpus(folder: Path) -> Corpus:
    corpus = write_corpus(folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Before")
    return corpus


def select_from(files: Mapping[str, bytes], comparison: ChangeSet) -> Selection:
    return select_files(Search(files), comparison, Search(comparison.base_files).names())


def selected_after_commit(corpus: Corpus) -> set[str]:
    git(corpus.folder, "commit", "--quiet", "--all", "--message=After")
    comparison = compare(Repository(corpus.folder), ComparisonRequest(base="HEAD~1"))
    selection = select_from(read_tree(corpus.folder).files, comparison)
    return {path for path in corpus.detections if path in selection.reasons}


def selected_alone(corpus: Corpus, path: str) -> set[str]:
    change = Change(path, ChangeKind.MODIFIED)
    comparison = ChangeSet("head", "base", (change,), {path: corpus.files[path]})
    selection = select_from(corpus.files, comparison)
    return {path for path in corpus.detections if path in selection.reasons}


def chained_helper(corpus: Corpus) -> str:
    """A helper that another one imports that a third one imports, some detection being the user of that."""
    imported = {name for names in corpus.imports.values() for name in names}
    middle = {one for user, names in corpus.imports.items() if user in imported for one in names}
    return sorted(middle)[0]


def test_a_changed_global_two_imports_away_selects_its_dependents_and_nothing_else(tmp_path: Path) -> None:
    corpus = commit_corpus(tmp_path)
    changed = corpus.globals_[chained_helper(corpus)]
    direct = {path for path, needs in corpus.requires.items() if changed in needs}
    (tmp_path / changed).write_bytes(corpus.files[changed] + b"\nADDED = True\n")
    truth = corpus.dependents(changed)
    assert selected_after_commit(corpus) == truth
    assert 10 < len(truth) < 150
    assert len(truth) > len(direct)


def test_a_changed_data_model_body_selects_the_rules_of_its_log_type(tmp_path: Path) -> None:
    corpus = commit_corpus(tmp_path)
    changed = next(path for path in corpus.files if path.startswith("data_models/") and path.endswith(".py"))
    (tmp_path / changed).write_bytes(corpus.files[changed] + b"\nADDED = True\n")
    truth = corpus.dependents(changed)
    assert selected_after_commit(corpus) == truth
    assert truth


def test_a_changed_data_model_selects_a_rule_whose_case_states_its_log_type(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path)
    model = next(path for path in corpus.files if path.startswith("data_models/") and path.endswith(".yml"))
    (outline,) = Search({model: corpus.files[model]}).read_all()
    (log_type,) = outline.log_types
    spec = (
        "AnalysisType: rule\nRuleID: Stating\nLogTypes: [Some.Other]\nFilename: stating.py\nTests:\n"
        f"  - Name: a\n    Log: {{p_log_type: {log_type}, x: 1}}\n"
    )
    files = {**corpus.files, "rules/stating.yml": spec.encode()}
    comparison = ChangeSet("head", "base", (Change(model, ChangeKind.MODIFIED),), {model: files[model]})
    assert "rules/stating.yml" in select_from(files, comparison).reasons


def test_a_changed_query_selects_the_rules_that_read_it(tmp_path: Path) -> None:
    corpus = commit_corpus(tmp_path)
    changed = next(path for path in corpus.files if path.startswith("queries/") and corpus.dependents(path))
    (tmp_path / changed).write_bytes(corpus.files[changed].replace(b"LIMIT 100", b"LIMIT 99"))
    truth = corpus.dependents(changed)
    assert selected_after_commit(corpus) == truth
    assert truth


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
def test_changed_data_selects_its_lookup_table(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.yml").write_text(f"AnalysisType: lookup_table\nLookupName: t\nFilename: {name}\n")
    git(tmp_path, "init", "--quiet")
    for row in ("1", "2"):
        (tmp_path / name).write_text(f"a\n{row}\n")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message=A row")
    comparison = compare(Repository(tmp_path), ComparisonRequest(base="HEAD~1"))
    assert select_from(read_tree(tmp_path).files, comparison).reasons["t.yml"] == (f"`{name}` changed",)


def test_a_changed_body_selects_its_rule_and_the_rules_derived_from_it(tmp_path: Path) -> None:
    corpus = commit_corpus(tmp_path)
    bodies = [path for path in corpus.files if path.startswith("rules/") and path.endswith(".py")]
    changed = next(path for path in bodies if len(corpus.dependents(path)) > 1)
    (tmp_path / changed).write_bytes(corpus.files[changed] + b"\nADDED = True\n")
    assert selected_after_commit(corpus) == corpus.dependents(changed)


def told_after_commit(folder: Path) -> set[tuple[str, str]]:
    """The check and the place of every finding of a run on the last commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=After")
    tree, comparison = read_tree(folder), compare(Repository(folder), ComparisonRequest(base="HEAD~1"))
    report = judge(Request(tree.files, comparison, tree.findings), run_by_hash).report
    return {(finding.check, finding.location.path) for finding in report.findings}


def test_a_new_file_whose_name_is_not_utf_8_is_told(tmp_path: Path) -> None:
    commit_corpus(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/rules/\xff.yml")).write_text("AnalysisType: rule\n")
    assert told_after_commit(tmp_path) == {("file-name", "rules/\\xff.yml")}


def test_a_link_in_a_changed_submodule_is_told(tmp_path: Path) -> None:
    origin, fork = tmp_path / "origin", tmp_path / "fork"
    for folder in (origin, fork):
        git(tmp_path, "init", "--quiet", "--initial-branch=main", folder.name)
        git(folder, "commit", "--quiet", "--allow-empty", "--message=Before")
    git(fork, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin), "shared")
    git(fork, "commit", "--quiet", "--message=Before")
    (fork / "shared/a.yml").symlink_to("/etc/passwd")
    git(fork / "shared", "add", "--all")
    git(fork / "shared", "commit", "--quiet", "--message=After")
    assert told_after_commit(fork) == {("linked-file", "shared/a.yml")}


def test_a_new_file_too_deep_to_be_read_is_told(tmp_path: Path) -> None:
    commit_corpus(tmp_path)
    folder = "/".join(["deep"] * 66)
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.yml").write_text("AnalysisType: rule\n")
    assert told_after_commit(tmp_path) == {("deep-folder", "/".join(["deep"] * 65))}


def test_each_single_file_selects_exactly_its_dependents(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path, detections=40, globals_=8)
    known = {path: corpus.dependents(path) for path in corpus.files}
    assert {path: selected_alone(corpus, path) for path in corpus.files} == known


def run_by_hash(jobs: Sequence[Job]) -> Iterator[JobResult]:
    """A runner whose results depend on every byte of a job and on nothing else."""
    for job in jobs:
        told = repr((job._replace(group=frozenset()),)).encode()
        digest = hashlib.sha256(told).hexdigest()
        outcome = Outcome.FAILED if digest[0] == "0" else Outcome.PASSED
        reason = MockUnknown(digest, job.body.path)
        yield JobResult(
            job.spec.path,
            tuple(
                CaseResult(job.spec.id, case.name, outcome, case.location, case.expected, reason)
                for case in job.spec.cases
            ),
        )


def run(files: Files, comparison: ChangeSet) -> Report:
    return judge(Request(files, comparison), run_by_hash).report


def verdicts(report: Report) -> Verdicts:
    return {
        spec.path: tuple((case.case, case.outcome, case.reason) for case in spec.cases)
        for spec in report.specs
    }


def faults(report: Report) -> set[tuple[str, str]]:
    """Everything that rejects, and where."""
    cases = {(spec.path, case.case) for spec in report.specs for case in spec.cases if case.outcome in BAD}
    return cases | {(finding.location.path, finding.check) for finding in report.errors}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edit=edits())
def test_the_selection_and_the_unchanged_verdicts_make_up_a_full_run(edit: Edit) -> None:
    # What the change removed is known to both runs after it.
    knowing = replace(EVERYTHING, base_files=edit.comparison.base_files)
    before, after = run(edit.before, EVERYTHING), run(edit.after, knowing)
    selected = run(edit.after, edit.comparison)
    assert {**verdicts(before), **verdicts(selected)}.items() >= verdicts(after).items()
    assert faults(selected) <= faults(after)
    assert selected.verdict is Verdict.REJECTED or faults(after) <= faults(before)


LISTS = {
    "dash on its own line": "-\n  Custom.Log",
    "dash after a byte order mark": "\ufeff- Custom.Log",
    "dash and comment": "- # why\n  Custom.Log",
    "flow over lines": "  [\n  Custom.Log\n  ]",
    "escape": '- "Custom\\x2eLog"',
    "joined lines": '- "Custom.\\\n  Log"',
    "alias": "  &list [Custom.Log]",
    "tag": "  !!seq\n  - !!str Custom.Log",
}
MODEL = "AnalysisType: datamodel\nDataModelID: DM\nEnabled: true\nMappings: [{Name: who, Path: user}]\n"
LISTENER = "AnalysisType: rule\nRuleID: R\nEnabled: true\nSeverity: Low\nFilename: r.py\n"


@pytest.mark.parametrize("name", LISTS)
def test_a_changed_data_model_selects_its_rules_in_any_notation(name: str) -> None:
    files = {
        "d/dm.yml": f"{MODEL}LogTypes:\n{LISTS[name]}\n".encode(),
        "d/r.yml": f"{LISTENER}LogTypes:\n{LISTS[name]}\n".encode(),
        "d/r.py": b"def rule(event):\n    return True\n",
    }
    change = Change("d/dm.yml", ChangeKind.MODIFIED)
    found = select_from(files, ChangeSet("head", "base", (change,), {"d/dm.yml": files["d/dm.yml"]}))
    assert found.reasons.keys() == {"d/dm.yml", "d/r.yml"}


@pytest.mark.parametrize("name", LISTS)
def test_a_deleted_query_selects_its_rules_in_any_notation(name: str) -> None:
    query = b"AnalysisType: scheduled_query\nQueryName: Custom.Log\nEnabled: true\nQuery: select 1\n"
    spec = LISTENER.replace("rule\n", "scheduled_rule\n", 1) + f"ScheduledQueries:\n{LISTS[name]}\n"
    change = Change("d/q.yml", ChangeKind.DELETED)
    found = select_from({"d/r.yml": spec.encode()}, ChangeSet("head", "base", (change,), {"d/q.yml": query}))
    assert found.reasons.keys() == {"d/r.yml"}


FAKE_TEXT = 'Description: "\nAnalysisType: rule\nRuleID: Fake\nFilename: fake.py\n"\n'


@pytest.mark.parametrize("indent", ["", " ", "   "])
@pytest.mark.parametrize("fake", [FAKE_TEXT, FAKE_TEXT.replace('"', "'"), FAKE_TEXT.replace("\n", "\n\n")])
def test_a_text_that_looks_like_keys_hides_no_spec(fake: str, indent: str) -> None:
    keys = "".join(f"{indent}{line}\n" for line in (LISTENER + "LogTypes: [Custom.Log]").splitlines())
    files = {"d/r.yml": f"{keys}{indent}{fake}".encode(), "d/r.py": b"def rule(event):\n    return True\n"}
    change = Change("d/r.py", ChangeKind.MODIFIED)
    found = select_from(files, ChangeSet("head", "base", (change,), {"d/r.py": b""}))
    assert found.reasons.keys() == set(files)


DATA = {"rules/a.yml": b"x: 1\n", "rules/b.py": b"def rule(event):\n    return True\n"}
SPEC_BESIDE = b"AnalysisType: rule\nRuleID: A\nSeverity: Low\nEnabled: true\nLogTypes: [T]\nFilename: %s\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"rules/a.py": DATA["rules/b.py"]}),
        ({"rules/a.py": b"\n", "rules/a.yaml": SPEC_BESIDE % b"a.py"}, {"rules/a.py": b"\n"}),
        (
            {"rules/a.py": b"\n", "rules/a.yaml": SPEC_BESIDE % b"a.py"},
            {"rules/a.py": b"\n", "rules/a.yaml": SPEC_BESIDE % b"b.py"},
        ),
    ],
    ids=["a new body", "a deleted spec", "a spec that names another body"],
)
def test_what_a_change_shows_to_be_meant_as_a_spec_is_judged(before: Files, after: Files) -> None:
    paths = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    changes = tuple(Change(path, ChangeKind.MODIFIED) for path in paths)
    base = {path: data for path, data in before.items() if path in paths}
    selected = run({**DATA, **after}, ChangeSet("head", "base", changes, base))
    assert ("rules/a.yml", "analysis-type") in faults(selected)
    assert faults(selected) == faults(run({**DATA, **after}, EVERYTHING))


CHAIN = (
    "AnalysisType: correlation_rule\nRuleID: Chain\nSeverity: Low\nDetection:\n"
    "  - Sequence:\n      - {ID: one, RuleID: Other}\n"
)


@pytest.mark.parametrize(
    ("folder", "inputs"),
    [
        ("left", Inputs(exclude="left")),
        ("left", Inputs(path="rules")),
        (".left", Inputs()),
        ("templates", Inputs()),
    ],
)
def test_a_change_of_what_is_not_read_removes_no_name(tmp_path: Path, folder: str, inputs: Inputs) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for path, text in (
        ("rules/c.yml", CHAIN),
        (f"{folder}/o.yml", LISTENER.replace("RuleID: R", "RuleID: Other")),
    ):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message=Before")
    (tmp_path / folder / "o.yml").write_text("x: 1\n")
    asked = ComparisonRequest(base="main")
    request = RunRequest(inputs, tmp_path, find_place(tmp_path, inputs.path), asked)
    report = judge_place(request, lambda done, total: None, Environment({"PATH": os.environ["PATH"]})).report
    assert (report.errors, report.base != "") == ((), True)


BODY = b"def rule(event):\n    return True\n"
HERE = {
    "rules/x.yml": SPEC_BESIDE % b"x.py",
    "rules/x.py": BODY,
    "rules/m.yml": f"{MODEL}LogTypes: [T]\n".encode(),
}
CONFLICTS = {
    "duplicate-id": {"other/a.yml": SPEC_BESIDE % b"y.py", "other/y.py": BODY},
    "body-name-collision": {
        "other/a.yml": (SPEC_BESIDE % b"x.py").replace(b"RuleID: A", b"RuleID: B"),
        "other/x.py": BODY,
    },
    "duplicate-data-model": {"other/a.yml": HERE["rules/m.yml"].replace(b"DM", b"Other")},
}


@pytest.mark.parametrize("check", CONFLICTS)
@pytest.mark.parametrize("limit", [{"within": "rules"}, {"filter": parse_filter("Status=stable")}])
def test_a_conflict_is_told_where_the_file_that_brings_it_is_not(check: str, limit: Any) -> None:
    stable = {path: data + b"Status: stable\n" for path, data in HERE.items() if path.endswith(".yml")}
    files = {**HERE, **stable, **CONFLICTS[check]}
    changes = tuple(Change(path, ChangeKind.ADDED) for path in CONFLICTS[check])
    report = judge(Request(files, ChangeSet("head", "base", changes), **limit), run_by_hash).report
    assert check in {finding.check for finding in report.errors if finding.location.path in HERE}


def test_a_fault_that_a_change_brings_to_what_a_folder_needs_is_told() -> None:
    case = b"Tests:\n  - {Name: a, ExpectedResult: true, Log: {p_log_type: T}}\n"
    rule = {"rules/x.yml": SPEC_BESIDE % b"x.py" + case, "rules/x.py": BODY}
    method = MODEL.replace("Path: user", "Method: find") + "LogTypes: [T]\nFilename: m.py\n"
    model = {"data_models/m.yml": method.encode(), "data_models/m.py": b"def find(event):\n    return 1\n"}
    broken = {**rule, **model, "data_models/m.py": b"def found(event):\n    return 1\n"}
    change = Change("data_models/m.py", ChangeKind.MODIFIED)
    changed, other = (
        judge(Request(broken, ChangeSet("head", "base", (each,)), within="rules"), run_by_hash).report
        for each in (change, change._replace(path="rules/x.py"))
    )
    assert faults(changed) >= {("data_models/m.yml", "missing-method")}
    assert ("data_models/m.yml", "missing-method") not in faults(other)
