"""What a run reads, judges and packs of a repository: a folder of it, with what its detections need."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from demo.fork import IDENTITY
from tests.commands import Done, run_command

RULE = """\
AnalysisType: rule
RuleID: {id}
Filename: {id}.py
Enabled: true
Severity: Low
LogTypes: [AWS.CloudTrail]
Tests:
  - {{Name: hit, ExpectedResult: true, Log: {{p_log_type: AWS.CloudTrail, eventName: Boom}}}}
  - {{Name: miss, ExpectedResult: false, Log: {{p_log_type: AWS.CloudTrail, eventName: Calm}}}}
"""
BODY = """\
from words import WORD


def rule(event):
    return event.udm("what") == WORD
"""
PLAIN = "def rule(event):\n    return event.get('eventName') == 'Boom'\n"
FILES = {
    "global_helpers/words.yml": "AnalysisType: global\nGlobalID: words\nFilename: words.py\n",
    "global_helpers/words.py": "from letters import BOOM\n\nWORD = BOOM\n",
    "global_helpers/letters.yml": "AnalysisType: global\nGlobalID: letters\nFilename: letters.py\n",
    "global_helpers/letters.py": "BOOM = 'Boom'\n",
    "global_helpers/other.yml": "AnalysisType: global\nGlobalID: other\nFilename: other.py\n",
    "global_helpers/other.py": "",
    "data_models/cloudtrail.yml": "AnalysisType: datamodel\nDataModelID: CloudTrail\nEnabled: true\n"
    "LogTypes: [AWS.CloudTrail]\nMappings:\n  - {Name: what, Path: eventName}\n",
    "rules/aws/One.yml": RULE.format(id="One"),
    "rules/aws/One.py": BODY,
    "rules/aws/Derived.yml": "AnalysisType: rule\nRuleID: Derived\nBaseDetection: Base\nSeverity: High\n",
    "rules/base/Base.yml": RULE.format(id="Base"),
    "rules/base/Base.py": PLAIN,
    "rules/bad/Bad.yml": RULE.format(id="Bad").replace("true, Log", "false, Log"),
    "rules/bad/Bad.py": PLAIN,
}
NEEDED = {
    "global_helpers/words.yml",
    "global_helpers/words.py",
    "global_helpers/letters.yml",
    "global_helpers/letters.py",
    "data_models/cloudtrail.yml",
    "rules/base/Base.yml",
    "rules/base/Base.py",
}


def run(folder: Path, *arguments: str) -> Done:
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    return run_command(folder, *arguments, environ=environ)


def git(folder: Path, *command: str) -> None:
    subprocess.run(("git", *IDENTITY, *command), cwd=folder, check=True, capture_output=True)


def write(root: Path, **files: str) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path, **FILES)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    return tmp_path


def test_a_folder_is_judged_with_what_it_needs_of_the_repository(
    repository: Path,
) -> None:
    done = run(repository, "test", "--path", "rules/aws")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Checked 2 of 2 specs" in done.stdout
    assert "4 cases of 2 detections passed" in done.stdout


def test_the_working_directory_may_be_the_folder(repository: Path) -> None:
    assert run(repository / "rules/aws", "test").returncode == 0


def test_a_folder_outside_of_git_finds_what_is_beside_it_too(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    done = run(repository, "test", "--path", "rules/aws")
    assert done.returncode == 0, done.stdout


def test_the_archive_of_a_folder_takes_along_what_is_needed_and_nothing_else(repository: Path) -> None:
    done = run(repository, "zip", "--path", "rules/aws", "--output-path", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    names = zipfile.ZipFile(repository / "out/panther-analysis.zip").namelist()
    assert set(names) == {path for path in FILES if path.startswith("rules/aws/")} | NEEDED


def test_an_error_in_what_is_taken_along_rejects_and_one_in_the_rest_does_not(repository: Path) -> None:
    write(repository, **{"global_helpers/letters.yml": FILES["global_helpers/letters.yml"] + "Tgas: []\n"})
    write(repository, **{"global_helpers/other.yml": FILES["global_helpers/other.yml"] + "Tgas: []\n"})
    done = run(repository, "test", "--path", "rules/aws")
    assert (done.returncode, "letters.yml:4:1: error" in done.stdout) == (1, True), done.stdout
    assert "other.yml" not in done.stdout


def test_only_detections_of_the_folder_need_a_minimum_of_cases(repository: Path) -> None:
    done = run(repository, "test", "--path", "rules/aws", "--minimum-tests", "3")
    assert (done.returncode, done.stdout.count("[minimum-tests]")) == (1, 2), done.stdout
    assert "rules/base/" not in done.stdout


def test_an_id_that_is_used_elsewhere_is_told_on_the_folder_only(repository: Path) -> None:
    write(repository, **{"rules/bad/Twin.yml": FILES["rules/aws/Derived.yml"]})
    done = run(repository, "test", "--path", "rules/aws")
    assert (done.returncode, done.stdout.count("[duplicate-id]")) == (1, 1), done.stdout
    assert "rules/aws/Derived.yml:2:9: error: The id `Derived` is also the id of" in done.stdout


def test_a_changed_global_elsewhere_selects_the_detections_of_the_folder(repository: Path) -> None:
    write(repository, **{"global_helpers/letters.py": "BOOM = 'Bomm'\n"})
    commit(repository)
    done = run(repository, "check", "--path", "rules/aws", "--base-ref", "HEAD~1", "--explain")
    assert (done.returncode, "Checked 1 of 2 specs" in done.stdout) == (1, True), done.stdout
    assert "[FAIL] hit" in done.stdout


def test_a_change_elsewhere_selects_nothing_of_the_folder(repository: Path) -> None:
    write(repository, **{"rules/bad/Bad.py": "def broken(:\n"})
    commit(repository)
    done = run(repository, "check", "--path", "rules/aws", "--base-ref", "HEAD~1")
    assert (done.returncode, "nothing was selected" in done.stdout) == (0, True), done.stdout


def test_specs_that_have_nothing_to_do_with_the_folder_are_ignored(repository: Path) -> None:
    write(repository, **{"tests/rules/One.yml": RULE.format(id="One"), "tests/rules/One.py": PLAIN})
    write(repository, **{"tests/helpers/words.yml": FILES["global_helpers/words.yml"]})
    assert run(repository, "test", "--path", "rules/aws").returncode == 0


def test_a_hidden_folder_is_judged_if_it_is_named(repository: Path) -> None:
    write(repository, **{".new/Two.yml": RULE.format(id="Two"), ".new/Two.py": BODY})
    done = run(repository, "test", "--path", ".new")
    assert (done.returncode, "Checked 1 of 1 spec" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_folder_without_specs_ends_with_2(repository: Path) -> None:
    write(repository, **{"docs/a.yml": "a: 1\n"})
    done = run(repository, "test", "--path", "docs")
    assert (done.returncode, "There is no spec in `docs`." in done.stderr) == (2, True)


def test_what_is_no_spec_of_a_fork_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "templates/example.yml": RULE.format(id="Example").replace("Example.py", "your_file.py"),
            "templates/example.py": PLAIN,
            "indexes/coverage.json": '[{"AnalysisType": "rule", "RuleID": "One"}]',
            "schemas/tests/sample.yml": "name: one\n---\nname: two\n",
            "dependabot.yml": "version: 2\nupdates: []\n",
            "package-lock.json": "[1, 2]",
            "rules/One.yml": RULE.format(id="One"),
            "rules/One.py": PLAIN,
        },
    )
    done = run(tmp_path, "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Checked 1 of 1 spec" in done.stdout
    assert "Left out: 2 files in `templates/`.\n" in done.stdout
    assert not {"error:", "warning:", "notice:"} & set(done.stdout.split())
    named = run(tmp_path, "test", "--path", "templates")
    assert (named.returncode, "[missing-body]" in named.stdout) == (1, True), named.stdout


def test_a_submodule_that_is_not_checked_out_is_never_nothing(repository: Path) -> None:
    (repository / "rules/shared").mkdir()
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},rules/shared")
    write(repository, **{".gitmodules": '[submodule "s"]\n\tpath = rules/shared\n\turl = ../s\n'})
    git(repository, "add", ".gitmodules")
    git(repository, "commit", "--quiet", "--message=Take a submodule")
    changed = run(repository, "check", "--base-ref", "HEAD~1")
    assert (changed.returncode, "rules/shared: error:" in changed.stdout) == (1, True), changed.stdout
    left_out = run(repository, "check", "--base-ref", "HEAD~1", "--exclude", "rules/shared/")
    assert (left_out.returncode, "rules/shared: " in left_out.stdout) == (0, False), left_out.stdout
    everything = run(repository, "test", "--exclude", "rules/bad/")
    assert (everything.returncode, "rules/shared: notice:" in everything.stdout) == (0, True)
    write(repository, **{"rules/aws/One.py": BODY + "# changed\n"})
    other = run(repository, "check", "--base-ref", "HEAD")
    assert (other.returncode, "rules/shared: " in other.stdout) == (0, False), other.stdout
