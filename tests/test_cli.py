"""The command line on real folders and repositories."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from demo.fork import Fork, copy_detections
from tests.commands import Done, run_command

ROOT = Path(__file__).parent.parent
RULE = "rules/aws_cloudtrail_root_activity.py"


def run(folder: Path, *arguments: str, **variables: str) -> Done:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    return run_command(folder, *arguments, environ=kept | variables)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Detections in a plain folder, outside of git."""
    copy_detections(tmp_path / "pack")
    return tmp_path / "pack"


def spoil(folder: Path) -> None:
    body = folder / RULE
    body.write_text(body.read_text().replace('"userIdentity", "type"', '"userIdentity", "typ"'))


def derive(folder: Path, name: str) -> None:
    text = f"AnalysisType: rule\nRuleID: {name}\nBaseDetection: AWS.Root.Activity\n"
    (folder / f"rules/{name}.yml").write_text(text)


@pytest.mark.parametrize("arguments", [("explain", "duplicate-id"), ("explain", "nothing"), ("test", "--no")])
def test_a_started_command_says_what_those_of_the_tests_say(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command = [sys.executable, "-m", "panther_ci.cli", *arguments]
    started = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    forked = run(tmp_path, *arguments)
    said = [(done.returncode, done.stdout, done.stderr) for done in (started, forked)]
    assert said[0] == said[1]


def test_test_tells_the_session_of_2020(pack: Path) -> None:
    done = run(pack.parent, "test", "--policies", "pack/")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[:2] == ["[INFO]: Testing Policies in pack/", ""]
    assert lines[2:4] == ["AWS.S3.Bucket.MFADelete", "\t[PASS] " + lines[3].removeprefix("\t[PASS] ")]


def test_a_failing_case_says_what_was_expected_and_what_the_body_read(pack: Path) -> None:
    spoil(pack)
    done = run(pack, "test")
    assert done.returncode == 1
    assert "\t[FAIL] A call of the root user alerts" in done.stdout
    assert "userIdentity.typ" in done.stdout
    assert "type" in done.stdout


def test_the_alert_of_each_case_is_shown_where_that_is_asked_for(pack: Path) -> None:
    assert "\t\ttitle: " not in run(pack, "test").stdout
    assert "\t\tseverity: High\n" in run(pack, "test", "--show-alerts").stdout


def test_what_is_wrong_comes_last_and_alone_if_that_is_asked_for(pack: Path) -> None:
    spoil(pack)
    done = run(pack, "test", "--quiet")
    lines = done.stdout.splitlines()
    assert lines[1:2] == ["What is wrong:"]
    assert lines[2].startswith("rules/aws_cloudtrail_root_activity.yml:")
    assert lines[-1].startswith("Rejected: ")
    listed = run(pack, "test", "--failures-only", "--sort").stdout
    assert "[FAIL]" in listed and "[PASS]" not in listed


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "", "NO_COLOR": ""}, False),
    ],
)
def test_colours_can_be_forced_and_refused(pack: Path, variables: dict[str, str], coloured: bool) -> None:
    spoil(pack)
    assert ("\x1b[" in run(pack, "test", **variables).stdout) is coloured


def test_a_check_that_fails_on_what_is_new_accepts_what_failed_before(pack: Path) -> None:
    spoil(pack)
    git = ("git", "-c", "user.name=T", "-c", "user.email=t@example.com")
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run([*git, *arguments], cwd=pack, check=True)
    body = pack / RULE
    body.write_text(f"# A comment.\n{body.read_text()}")
    assert run(pack, "check", "--base-ref", "HEAD").returncode == 1
    done = run(pack, "check", "--base-ref", "HEAD", "--fail-on", "new")
    assert done.returncode == 0
    assert done.stdout.endswith("problems were there before this change.\n")


def test_zip_writes_the_same_archive_twice(pack: Path) -> None:
    run(pack, "zip", "--output-path", "../one")
    run(pack, "zip", "--output-path", "../two")
    one, two = ((pack.parent / name / "panther-analysis.zip").read_bytes() for name in ("one", "two"))
    assert one == two
    assert (
        "rules/aws_cloudtrail_root_activity.yml"
        in zipfile.ZipFile(pack.parent / "one/panther-analysis.zip").namelist()
    )


def test_zip_leaves_out_what_is_deprecated_and_says_how_much(pack: Path) -> None:
    spec = pack / RULE.replace(".py", ".yml")
    spec.write_text(f"{spec.read_text()}Status: Deprecated\n")
    for flags, names in (((), set()), (("--deploy-status", "all"), {RULE, RULE.replace(".py", ".yml")})):
        done = run(pack, "zip", "--output-path", "../out", *flags)
        assert done.returncode == 0, done.stdout + done.stderr
        told = "Not deployed (Status experimental or deprecated): 1 spec."
        assert (told in done.stdout) is (not names)
        files = zipfile.ZipFile(pack.parent / "out/panther-analysis.zip").namelist()
        assert {name for name in files if "root_activity" in name} == names
        manifest = json.loads((pack.parent / "out/panther-analysis.manifest.json").read_text())
        assert [each["id"] for each in manifest["not-deployed"]] == ([] if names else ["AWS.Root.Activity"])


def test_nothing_is_zipped_of_what_is_rejected(pack: Path) -> None:
    spoil(pack)
    done = run(pack, "zip", "--output-path", "../out")
    assert (done.returncode, (pack.parent / "out").exists()) == (1, False)


def test_a_pack_of_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "query.yml").write_text("AnalysisType: saved_query\nQueryName: Q\nQuery: select 1\n")
    done = run(tmp_path, "plan", "--deployment", "lambda", "--output-path", "out")
    assert (done.returncode, "There is nothing to zip" in done.stdout) == (0, True), done.stdout + done.stderr


def test_upload_tells_the_counts_and_a_second_one_says_it_is_there(pack: Path) -> None:
    first = run(pack, "upload", "--deployment", "local", "--local-path", "../deployed")
    again = run(pack, "upload", "--deployment", "local", "--local-path", "../deployed")
    head, _, answer = first.stdout.partition("[INFO]: API Response:\n")
    assert "[INFO]: Upload success.\n" in head
    assert json.loads(answer)["newRules"] == 3
    assert (again.returncode, "has exactly this already" in again.stdout) == (0, True)


def test_plan_changes_nothing(pack: Path) -> None:
    done = run(pack, "plan", "--deployment", "local", "--local-path", "../deployed")
    assert (done.returncode, (pack.parent / "deployed").exists()) == (0, False), done.stdout + done.stderr
    assert "+ AWS.Root.Activity" in done.stdout


def test_requirements_that_are_not_there_are_told(pack: Path) -> None:
    done = run(pack, "test", "--requirements", "rules/nope.txt")
    told = "panther-ci: There is no file `rules/nope.txt`.\nGive its path from the repository's root.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_path_that_is_a_link_to_itself_ends_with_2(pack: Path) -> None:
    (pack / "loop").symlink_to("loop")
    done = run(pack, "test", "--path", "loop")
    assert (done.returncode, "loop is not a folder" in done.stderr) == (2, True)


def test_a_signal_while_the_report_is_printed_is_told_and_rejects(pack: Path) -> None:
    for number in range(9):
        derive(pack, f"Derived{number}")
    command = [sys.executable, "-m", "panther_ci.cli", "test", "--explain"]
    with subprocess.Popen(
        command, cwd=pack, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, pipesize=4096
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1)  # the rest does not fit into the pipe
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (1, b"panther-ci: Stopped by SIGTERM.\n")


def test_a_filter_narrows_what_is_judged(pack: Path) -> None:
    done = run(pack, "test", "--filter", "AnalysisType=rule Severity=High")
    assert "AWS.Root.Activity" in done.stdout
    assert "AWS.S3.Bucket.MFADelete" not in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--filter", "AnalysisType=rule", "--filter", "Severity=high"),
        ("--filter", "AnalysisType=RULE", "Severity=High"),
    ],
)
def test_filters_must_all_match_whether_repeated_or_in_one_flag(pack: Path, words: tuple[str, ...]) -> None:
    done = run(pack, "test", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "AWS.Root.Activity" in done.stdout
    assert "AWS.S3.Bucket.MFADelete" not in done.stdout


def test_a_filter_that_matches_nothing_ends_with_2(pack: Path) -> None:
    done = run(pack, "zip", "--filter", "Severity=High", "Severity=Low", "--output-path", "out")
    assert (done.returncode, done.stderr.partition("\n")[0]) == (2, "panther-ci: filter: no spec matches it.")


def test_what_is_excluded_is_neither_judged_nor_packed_and_is_told(pack: Path) -> None:
    (pack / RULE).write_text("def broken(:\n")
    spec = RULE.replace(".py", ".yml")
    done = run(pack, "zip", "--exclude", spec, "*.txt", "--output-path", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unused-body" not in done.stdout
    told = (
        f"Left out: 1 file by the pattern `{RULE.replace('.py', '.yml')}`, no file by the pattern `*.txt`.\n"
    )
    assert told in done.stdout
    assert RULE not in zipfile.ZipFile(pack / "out/panther-analysis.zip").namelist()


def test_a_global_that_is_excluded_is_not_known(pack: Path) -> None:
    (pack / RULE).write_text("import words\n\n\ndef rule(event):\n    return words.X\n")
    (pack / "words.yml").write_text("AnalysisType: global\nGlobalID: words\nFilename: words.py\n")
    (pack / "words.py").write_text("X = False\n")
    assert "missing-module" not in run(pack, "test").stdout
    done = run(pack, "test", "--ignore-files", "words.yml")
    assert (done.returncode, "[missing-module]" in done.stdout) == (1, True), done.stdout


def test_a_filter_keeps_what_takes_the_field_over_from_its_base(pack: Path) -> None:
    derive(pack, "Derived")
    done = run(pack, "test", "--filter", "AnalysisType=rule Severity=High")
    assert "Derived\n\t[PASS]" in done.stdout


def test_a_filter_leaves_no_finding_on_the_body_of_what_it_left_out(pack: Path) -> None:
    (pack / RULE).write_text("def broken(:\n")
    assert run(pack, "test", "--filter", "AnalysisType=policy").returncode == 0


def test_nothing_is_packed_that_a_filter_kept_from_being_judged(pack: Path) -> None:
    (pack / "rules/lost.yml").write_text("AnalysisType: global\nGlobalID: lost\nFilename: lost.py\n")
    done = run(pack, "zip", "--filter", "AnalysisType=policy", "--output-path", "out")
    assert (done.returncode, "[missing-body]" in done.stdout) == (1, True), done.stdout
    assert not (pack / "out").exists()


def test_a_base_that_is_packed_is_judged_though_a_filter_leaves_it_out(pack: Path) -> None:
    spoil(pack)
    (pack / "rules/derived.yml").write_text(
        "AnalysisType: rule\nRuleID: Derived\nBaseDetection: AWS.Root.Activity\nSeverity: Low\nTests: []\n"
    )
    done = run(pack, "zip", "--filter", "Severity=Low", "--output-path", "out")
    assert (done.returncode, "AWS.Root.Activity\n\t[" in done.stdout) == (1, True), done.stdout


def test_minimum_tests_are_counted(pack: Path) -> None:
    done = run(pack, "test", "--minimum-tests", "500")
    assert (done.returncode, "500" in done.stdout) == (1, True)


def test_check_judges_the_work_tree_against_the_base(fork: Fork) -> None:
    spoil(fork.root)
    done = run(fork.root, "check", "--base-ref", "main", "--explain")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "AWS.Root.Activity" in done.stdout
    assert "AWS.S3.Bucket.MFADelete" not in done.stdout


def test_check_of_a_clean_checkout_says_there_is_nothing(fork: Fork) -> None:
    done = run(fork.root, "check")
    assert (done.returncode, "othing" in done.stdout) == (0, True), done.stdout + done.stderr


def test_a_manifest_says_which_files_are_not_those_of_its_commit(fork: Fork) -> None:
    run(fork.root, "zip", "--output-path", "../clean")
    (fork.root / "new.yml").write_text("AnalysisType: saved_query\nQueryName: Q\nQuery: select 1\n")
    (fork.root / RULE).write_text((fork.root / RULE).read_text() + "# more\n")
    run(fork.root, "zip", "--output-path", "../dirty")
    places = (fork.root.parent / name / "panther-analysis.manifest.json" for name in ("clean", "dirty"))
    clean, dirty = (json.loads(place.read_text()) for place in places)
    assert (clean["commit"], clean["differs-from-commit"]) == (fork.git("rev-parse", "HEAD").strip(), [])
    assert (dirty["commit"], dirty["differs-from-commit"]) == (clean["commit"], ["new.yml", RULE])


def test_staged_judges_the_index_not_the_work_tree(fork: Fork) -> None:
    spoil(fork.root)
    fork.git("add", RULE)
    (fork.root / RULE).write_text((fork.root / RULE).read_text().replace('"typ"', '"type"'))
    assert run(fork.root, "check", "--staged").returncode == 1


def test_the_hook_judges_a_commit_that_only_deletes(fork: Fork) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    fork.git("rm", "--quiet", "globals/aws_cloudtrail_events.py")
    program, *arguments = hook["entry"].split()
    assert (program, run(fork.root, *arguments).returncode) == ("panther-ci", 1)
    # pre-commit hands hooks no deleted file, and skips those that are left without any.
    assert hook["always_run"] is True


def test_check_works_from_a_folder_inside(fork: Fork) -> None:
    spoil(fork.root)
    assert run(fork.root / "rules", "check").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("test", "--path", "missing"), "missing is not a folder"),
        (("test", "--filter", "Severity"), "'Severity' is not a condition"),
        (("schema", "nonsense"), "nonsense"),
        (("explain", "duplicate-cases"), "Did you mean `duplicate-case`?"),
        (("check",), "not a git repository"),
        (("test",), "There is no spec in `.`."),
        (("zip", "--path", "."), "There is no spec in `.`."),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, words in done.stderr, done.stdout) == (2, True, ""), done.stderr
    assert "Traceback" not in done.stderr


def test_a_schema_is_json(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "schema", "rule").stdout)["$schema"].startswith(
        "https://json-schema.org/"
    )


def test_explain_says_what_an_id_means_or_lists_all_of_them(tmp_path: Path) -> None:
    one, every = run(tmp_path, "explain", "duplicate-case"), run(tmp_path, "explain")
    assert (one.returncode, one.stdout.splitlines()[0]) == (0, "duplicate-case (warning)")
    assert (every.returncode, "\nduplicate-case  " in every.stdout) == (0, True)


@pytest.mark.parametrize("kind", ["rule", "policy"])
def test_a_new_detection_passes(tmp_path: Path, kind: str) -> None:
    assert run(tmp_path, "new", kind, "My.First.Detection", "--path", ".").returncode == 0
    done = run(tmp_path, "test", "--minimum-tests", "2")
    assert (done.returncode, "My.First.Detection" in done.stdout) == (0, True), done.stdout + done.stderr


def test_version_and_help_import_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "panther_ci.cli", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert loaded.isdisjoint(
        {
            "yaml",
            "cronsim",
            "jsonschema",
            "boto3",
            "junit_xml",
            "sqlglot",
            "shtab",
            "subprocess",
            "sqlite3",
            "http.client",
        }
    )


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_verdict(pack: Path, redirection: str) -> None:
    command = ["sh", "-c", f'"$0" -m panther_ci.cli test {redirection}', sys.executable]
    done = subprocess.run(command, cwd=pack, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_encoding_of_the_terminal_lacks_is_written_as_escapes(pack: Path) -> None:
    body = pack / RULE
    body.write_text("def rule(event):\n    raise ValueError('caf\u00e9 \u2192')\n", encoding="utf-8")
    command = [sys.executable, "-m", "panther_ci.cli", "test"]
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=pack, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "caf\\xe9 \\u2192" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs Linux")
def test_a_full_disk_behind_stdout_is_no_verdict(pack: Path) -> None:
    command = ["sh", "-c", '"$0" -m panther_ci.cli test > /dev/full', sys.executable]
    done = subprocess.run(command, cwd=pack, capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr == "panther-ci: The report can't be printed: No space left on device.\n"


def test_a_report_that_can_not_be_written_does_not_hide_the_verdict(pack: Path) -> None:
    done = run(pack, "test", "--junit-path", "rules")
    assert (done.returncode, "Accepted: " in done.stdout) == (2, True)
    assert "rules can't be written: Is a directory." in done.stderr


def test_a_case_may_expect_destinations_and_the_known_ones_are_given_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "def rule(event):\n    return True\n\n\ndef destinations(event):\n    return [event['to']]\n"
    )
    (tmp_path / "a.yml").write_text(
        "AnalysisType: rule\nRuleID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nLogTypes: [T]\nTests:\n"
        "  - {Name: one, ExpectedResult: true, Log: {to: On call}, ExpectedDestinations: [On call]}\n"
        "  - {Name: two, ExpectedResult: true, Log: {to: pager}}\n"
    )
    known = ("--available-destination", "On call", "--available-destination", "pager")
    for flags, code in (((), 0), (known, 0), (known[:2], 1)):
        done = run(tmp_path, "test", *flags)
        assert (done.returncode, "'pager', not one of On call" in done.stdout) == (code, code == 1), (
            done.stdout
        )


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ((), 1),
        (("--table-names", "off"), 0),
        (("--ignore-table-names",), 0),
        (("--valid-table-names", "own_*"), 0),
        (("--valid-table-names", "other", "--valid-table-names", "own_table,more"), 0),
        (("--valid-table-names", "other"), 1),
    ],
)
def test_a_scheduled_query_reads_the_tables_that_flags_allow(tmp_path: Path, flags, code: int) -> None:
    (tmp_path / "q.yml").write_text(
        "AnalysisType: scheduled_query\nQueryName: Q\nEnabled: false\nQuery: select 1 from own_table\n"
        "Schedule: {RateMinutes: 60, TimeoutMinutes: 2}\n"
    )
    done = run(tmp_path, "test", *flags)
    assert (done.returncode, "q.yml:4:22" in done.stdout) == (code, code == 1), done.stdout + done.stderr
