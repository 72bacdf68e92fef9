"""The action on a real repository with a history; some of it started as GitHub starts it."""

import hashlib
import json
import re
import shutil
import signal
import socket
import subprocess
from dataclasses import replace

import pytest
import yaml
from junitparser import JUnitXml

from demo.fork import Event, Fork
from demo.runner import ENTRYPOINT, Runner
from tests.commands import start_action
from tests.family import LONGEST_SECONDS, wait_for_loop

RULE = "rules/aws_cloudtrail_root_activity.py"
HELPER = "globals/aws_cloudtrail_events.py"


def sequel(runner: Runner, title: str) -> str:
    """What the step summary says below its verdict, under a heading that stands there once."""
    _, text = (runner.folder / "summary").read_text().split(f"\n### {title}\n")
    return text


def outputs(runner: Runner) -> dict[str, str]:
    text = (runner.folder / "output").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)<<(?:end_\w+)\n(.*?)\nend_\w+$", text, re.MULTILINE | re.DOTALL))


def breaking_pull_request(fork: Fork) -> Event:
    fork.start_branch("change")
    fork.replace(RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    fork.commit("Break a rule")
    return fork.pull_request(1)


def push_to_main(fork: Fork) -> Event:
    fork.start_branch("change")
    fork.replace(HELPER, '"""', '"""Reviewed. ')
    fork.commit("Touch a helper")
    return fork.merge(1)


def test_a_pull_request_that_breaks_a_rule_is_rejected_on_the_line_that_returned(
    fork: Fork, runner: Runner
) -> None:
    done = start_action(runner, breaking_pull_request(fork))
    assert done.returncode == 1, done.stdout
    assert re.search(
        r"^::error .*file=rules/aws_cloudtrail_root_activity\.py,line=\d+", done.stdout, re.MULTILINE
    )
    found = outputs(runner)
    assert (found["verdict"], found["selected"], found["deployed"]) == ("rejected", "1", "false")


def comment_on_a_broken_rule(fork: Fork) -> Event:
    """A pull request that only adds a comment to a rule that fails on main already."""
    fork.replace(RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    fork.commit("Break a rule on main")
    fork.start_branch("change")
    fork.replace(RULE, '"userIdentity", "typ"', '"userIdentity", "typ"  # a comment\n')
    fork.commit("Comment on it")
    return fork.pull_request(1)


def test_a_pull_request_is_not_rejected_for_what_failed_before_it(fork: Fork, runner: Runner) -> None:
    event = comment_on_a_broken_rule(fork)
    done = runner.start(event, {"html-path": "report.html"})
    assert done.returncode == 0, done.stdout
    found = outputs(runner)
    assert (found["verdict"], found["already-there"]) == ("accepted", found["failed"])
    assert "problems were there before this change.\n" in done.stdout
    assert "<summary>There before this change:" in (runner.folder / "summary").read_text()
    page = f"/blob/{fork.git('rev-parse', 'change')}/{RULE.removesuffix('.py')}.yml#L"
    assert page in (fork.root / "report.html").read_text()


def test_it_is_rejected_where_all_counts(fork: Fork, runner: Runner) -> None:
    done = runner.start(comment_on_a_broken_rule(fork), {"fail-on": "all"})
    assert (done.returncode, outputs(runner)["already-there"]) == (1, "0"), done.stdout


def test_what_failed_before_a_merge_is_not_deployed(fork: Fork, runner: Runner) -> None:
    comment_on_a_broken_rule(fork)
    fork.git("checkout", "--quiet", "change")
    done = runner.start(fork.merge(1), {"fail-on": "new"})
    assert (done.returncode, outputs(runner)["deployed"]) == (1, "false"), done.stdout


def test_a_push_without_its_checkout_is_not_accepted(fork: Fork, runner: Runner) -> None:
    command, environ = runner.prepare(push_to_main(fork), {})
    (fork.root.parent / "empty").mkdir()
    environ |= {"GITHUB_WORKSPACE": str(fork.root.parent / "empty")}
    done = subprocess.run(
        command, cwd=fork.root.parent / "empty", env=environ, capture_output=True, text=True
    )
    assert (done.returncode, outputs(runner)["verdict"]) == (2, "rejected"), done.stdout
    assert "Not deployed: no commit is checked out" in done.stdout


@pytest.mark.parametrize("select", ["changed", "all"])
def test_a_checkout_without_the_pull_request_is_not_accepted(fork: Fork, runner: Runner, select: str) -> None:
    event = replace(breaking_pull_request(fork), sha=fork.git("rev-parse", "main"))
    done = start_action(runner, event, {"select": select})
    assert (done.returncode, outputs(runner)["verdict"]) == (2, "rejected"), done.stdout
    assert "which does not contain" in done.stdout


@pytest.mark.parametrize("target", ["../outside", ".panther-ci/rules"])
def test_a_path_that_became_a_link_is_not_followed(fork: Fork, runner: Runner, target: str) -> None:
    """Behind the link is what would be accepted: another folder, or the clone that holds the gate."""
    subprocess.run(["git", "clone", "--quiet", fork.root, fork.root / ".panther-ci"], check=True)
    shutil.copytree(fork.root / "rules", fork.root.parent / "outside")
    fork.start_branch("change")
    fork.git("rm", "-r", "--quiet", "rules")
    (fork.root / "rules").symlink_to(target)
    fork.git("add", "rules")
    fork.git("commit", "--quiet", "--message", "Put a link in the place of the rules")
    done = start_action(runner, fork.pull_request(1), {"path": "rules", "select": "all"})
    assert (done.returncode, outputs(runner)["verdict"]) == (2, "rejected"), done.stdout
    assert "leads through a link" in done.stdout


@pytest.mark.parametrize("name", ["pull_request", "merge_group", "push"])
def test_an_event_that_can_not_be_read_is_rejected(fork: Fork, runner: Runner, name: str) -> None:
    command, environ = runner.prepare(push_to_main(fork), {})
    (runner.folder / "event.json").write_text('{"pull_request": [], "merge_group": 7, "ref": {}}')
    environ |= {"GITHUB_EVENT_NAME": name}
    done = subprocess.run(command, cwd=fork.root, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout.count("::error")) == (2, 1), done.stdout
    assert (outputs(runner).get("verdict"), outputs(runner).get("deployed")) == ("rejected", "false")


def test_the_junit_report_of_a_rejected_run_can_be_read(fork: Fork, runner: Runner) -> None:
    start_action(runner, breaking_pull_request(fork))
    report = JUnitXml.fromfile(str(fork.root / "panther-ci-junit.xml"))
    found = outputs(runner)
    assert int(found["failed"]) > 0
    assert (report.tests, report.failures) == (int(found["passed"]) + report.failures, int(found["failed"]))


@pytest.mark.parametrize("path", ["", "report.html"])
def test_the_outputs_are_those_of_action_yml(fork: Fork, runner: Runner, path: str) -> None:
    declared = yaml.safe_load((ENTRYPOINT.parent / "action.yml").read_text())["outputs"]
    start_action(runner, breaking_pull_request(fork), {"html-path": path})
    assert outputs(runner).keys() == declared.keys()
    assert outputs(runner)["html-path"] == path


def test_a_summary_that_cannot_be_written_costs_neither_the_reports_nor_the_outputs(
    fork: Fork, runner: Runner
) -> None:
    command, environ = runner.prepare(breaking_pull_request(fork), {})
    environ |= {"GITHUB_STEP_SUMMARY": str(runner.folder / "nowhere" / "summary")}
    done = subprocess.run(command, cwd=fork.root, env=environ, capture_output=True, text=True)
    assert (done.returncode, "GITHUB_STEP_SUMMARY, can't be written" in done.stdout) == (2, True)
    report = JUnitXml.fromfile(str(fork.root / "panther-ci-junit.xml"))
    found = outputs(runner)
    assert (found["verdict"], found["failed"]) == ("rejected", str(report.failures))
    assert found["junit-path"] == "panther-ci-junit.xml"


def test_a_report_that_cannot_be_written_costs_neither_the_summary_nor_the_outputs(
    fork: Fork, runner: Runner
) -> None:
    (fork.root.parent / "taken").mkdir()
    done = start_action(
        runner, breaking_pull_request(fork), {"junit-path": "../taken", "sarif-path": "report.sarif"}
    )
    assert (done.returncode, "taken" in done.stdout) == (2, True), done.stdout
    assert (runner.folder / "summary").read_text().startswith("## ❌ Rejected")
    assert (fork.root / "report.sarif").stat().st_size
    assert outputs(runner)["verdict"] == "rejected"


def test_a_helper_selects_all_that_import_it(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    fork.replace(HELPER, '"""', '"""Reviewed. ')
    fork.commit("Touch a helper")
    done = start_action(runner, fork.pull_request(1))
    assert (done.returncode, outputs(runner)["selected"]) == (0, "5"), done.stdout


def test_a_change_that_no_detection_needs_is_accepted_and_said(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    (fork.root / "README.md").write_text("Hello\n")
    fork.commit("Add a README")
    done = start_action(runner, fork.pull_request(1))
    assert (done.returncode, outputs(runner)["selected"]) == (0, "0"), done.stdout
    assert "othing" in done.stdout


def test_a_path_without_specs_is_no_reason_to_accept_a_pull_request(fork: Fork, runner: Runner) -> None:
    done = start_action(runner, breaking_pull_request(fork), {"path": "globals/empty"})
    assert (done.returncode, "globals/empty is not a folder" in done.stdout) == (2, True), done.stdout
    fork.git("checkout", "--quiet", "main")
    (fork.root / "docs").mkdir()
    (fork.root / "docs/README.md").write_text("Hello\n")
    fork.git("checkout", "--quiet", "-b", "page")
    fork.commit("Add a page")
    done = start_action(runner, fork.pull_request(2), {"path": "docs"})
    assert (done.returncode, "There is no spec in `docs`" in done.stdout) == (2, True), done.stdout


def test_a_pull_request_may_delete_the_last_spec_of_its_path(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    for file in (fork.root / "policies").iterdir():
        file.unlink()
    (fork.root / "policies/README.md").write_text("Hello\n")
    fork.commit("Delete all policies")
    done = start_action(runner, fork.pull_request(1), {"path": "policies"})
    assert (done.returncode, outputs(runner)["selected"]) == (0, "0"), done.stdout


def test_a_push_to_main_is_deployed_once(fork: Fork, runner: Runner) -> None:
    done = start_action(runner, push_to_main(fork), {"output-path": "out"})
    assert done.returncode == 0, done.stdout
    found = outputs(runner)
    counts = json.loads(found["deployment-summary"])
    assert (found["deployed"], counts["newRules"], counts["newPolicies"]) == ("true", 3, 3)
    kept = (fork.root / found["archive-path"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == found["archive-sha256"]
    assert '"newRules": 3' in sequel(runner, "✅ Deployed")
    again = start_action(runner, fork.tag("v1.0.0"))
    assert (again.returncode, outputs(runner)["deployed"]) == (0, "false"), again.stdout
    assert "has exactly this already" in sequel(runner, "✅ Nothing to deploy")


def test_a_pull_request_keeps_no_archive_of_what_was_not_judged_and_says_so(
    fork: Fork, runner: Runner
) -> None:
    fork.start_branch("change")
    fork.replace(HELPER, '"""', '"""Reviewed. ')
    fork.commit("Touch a helper")
    event = fork.pull_request(1)
    done = start_action(runner, event, {"output-path": "out"})
    assert (done.returncode, "No archive is kept" in done.stdout) == (0, True), done.stdout
    done = start_action(runner, event, {"output-path": "out", "select": "all"})
    assert (outputs(runner)["archive-path"], "No archive" in done.stdout) == (
        "out/panther-analysis.zip",
        False,
    )


def test_where_no_branch_is_to_be_deployed_none_is(fork: Fork, runner: Runner) -> None:
    done = start_action(runner, push_to_main(fork), {"deploy-branches": ""})
    assert (done.returncode, outputs(runner)["deployed"]) == (0, "false"), done.stdout
    assert not (runner.folder / "deployment.sqlite").exists()


def test_a_dry_run_changes_nothing(fork: Fork, runner: Runner) -> None:
    done = start_action(runner, push_to_main(fork), {"dry-run": "true"})
    assert (done.returncode, outputs(runner)["deployed"]) == (0, "false"), done.stdout
    assert not (runner.folder / "deployment.sqlite").exists()
    assert "+ AWS." in sequel(runner, "Not deployed: a dry run")


def unmerged(event: Event, fork: Fork) -> Event:
    """The event, with a commit in the workspace that nobody has merged."""
    fork.start_branch("unmerged")
    fork.replace(HELPER, '"""', '"""Unreviewed. ')
    fork.commit("Add what nobody has read")
    return replace(event, sha=fork.git("rev-parse", "HEAD"))


@pytest.mark.parametrize("ref", ["main", "tag"])
@pytest.mark.parametrize("more", [{}, {"dry-run": "true"}, {"deployment": "none", "output-path": "out"}])
def test_another_commit_than_the_event_s_is_not_deployed(
    fork: Fork, runner: Runner, ref: str, more: dict[str, str]
) -> None:
    event = fork.tag("v1") if ref == "tag" else push_to_main(fork)
    command, environ = runner.prepare(unmerged(event, fork), more)
    done = subprocess.run(
        command, cwd=fork.root, env=environ | {"GITHUB_SHA": event.sha}, capture_output=True, text=True
    )
    assert (done.returncode, outputs(runner)["verdict"]) == (2, "rejected"), done.stdout
    assert f"the commit of the event is {event.sha[:12]}" in done.stdout
    assert not (runner.folder / "deployment.sqlite").exists()
    assert not (fork.root / "out").exists()


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch", "release"])
def test_a_deployment_that_is_asked_for_is_of_the_commit_of_the_event(
    fork: Fork, runner: Runner, name: str
) -> None:
    event = replace(push_to_main(fork), name=name)
    done = start_action(runner, event, {"mode": "deploy"})
    assert (done.returncode, outputs(runner)["deployed"]) == (0, "true"), done.stdout
    command, environ = runner.prepare(unmerged(event, fork), {"mode": "deploy"})
    environ |= {"GITHUB_SHA": event.sha}
    done = subprocess.run(command, cwd=fork.root, env=environ, capture_output=True, text=True)
    assert (done.returncode, "Not deployed: " in done.stdout) == (2, True), done.stdout


def test_the_commit_of_an_annotated_tag_is_deployed(fork: Fork, runner: Runner) -> None:
    event = fork.tag("v1")
    fork.git("tag", "--force", "--annotate", "--message", "one", "v1")
    tag = fork.git("rev-parse", "v1")
    done = start_action(runner, replace(event, payload=event.payload | {"after": tag}))
    assert (done.returncode, outputs(runner)["deployed"]) == (0, "true"), done.stdout
    done = start_action(runner, replace(event, sha=tag, payload=event.payload | {"after": tag}))
    assert done.returncode == 0, done.stdout


def test_a_rejected_push_is_not_deployed(fork: Fork, runner: Runner) -> None:
    breaking_pull_request(fork)
    done = start_action(runner, fork.merge(1))
    assert (done.returncode, outputs(runner)["deployed"]) == (1, "false"), done.stdout
    assert not (runner.folder / "deployment.sqlite").exists()


def test_a_deployment_that_cannot_be_had_ends_with_4(fork: Fork, runner: Runner) -> None:
    (fork.root.parent / "foreign").write_text("not a database, but long enough to be mistaken for one" * 10)
    done = start_action(runner, push_to_main(fork), {"local-path": "../foreign", "output-path": "out"})
    assert done.returncode == 4, done.stdout
    found = outputs(runner)
    assert (found["verdict"], found["deployed"]) == ("accepted", "false")
    kept = (fork.root / found["archive-path"]).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == found["archive-sha256"]
    assert "is not a database" in sequel(runner, "❌ Not deployed")


@pytest.mark.parametrize("name", ["issue_comment", "pull_request_target", "workflow_run"])
def test_events_that_hand_out_secrets_are_refused(fork: Fork, runner: Runner, name: str) -> None:
    event = breaking_pull_request(fork)
    done = start_action(runner, Event(name, event.ref, event.sha, event.payload, event.branch))
    assert done.returncode == 2
    assert "::error" in done.stdout


def test_a_senseless_input_ends_with_2_and_names_it(fork: Fork, runner: Runner) -> None:
    done = start_action(runner, breaking_pull_request(fork), {"select": "some"})
    assert (done.returncode, "select: 'some' is unknown" in done.stdout) == (2, True)


def test_a_signal_leaves_the_reports_and_rejects(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    fork.replace(RULE, "    return (", "    while True: pass\n    return (")
    fork.commit("Loop")
    command, environ = runner.prepare(fork.pull_request(1), {"timeout-seconds": "60"})
    process = subprocess.Popen(command, cwd=fork.root, env=environ, stdout=subprocess.PIPE, text=True)
    assert wait_for_loop(process.pid)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 1, said
    assert JUnitXml.fromfile(str(fork.root / "panther-ci-junit.xml")).errors > 0
    assert outputs(runner)["verdict"] == "rejected"


def test_a_signal_before_the_judging_is_told_and_rejects(fork: Fork, runner: Runner) -> None:
    command, environ = runner.prepare(
        breaking_pull_request(fork), {"annotations": "checks", "github-token": "token"}
    )
    with socket.create_server(("127.0.0.1", 0)) as github:
        github.settimeout(LONGEST_SECONDS)
        environ["GITHUB_API_URL"] = f"http://127.0.0.1:{github.getsockname()[1]}"
        process = subprocess.Popen(
            command, cwd=fork.root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        with github.accept()[0]:
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=LONGEST_SECONDS)
    last = said.splitlines()[-1]
    assert (process.returncode, last) == (1, "::error title=panther-ci::Stopped by SIGTERM.")
    assert outputs(runner)["verdict"] == "rejected"


def test_no_secret_is_in_reach_of_a_body(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    fork.replace(
        RULE,
        "    return (",
        "    import os\n    print(sorted(os.environ))\n    raise ValueError\n    return (",
    )
    fork.commit("Look around")
    command, environ = runner.prepare(fork.pull_request(1), {"github-token": "ghs_token"})
    environ |= {"AWS_SECRET_ACCESS_KEY": "secret-key", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret-token"}
    done = subprocess.run(command, cwd=fork.root, env=environ, capture_output=True, text=True)
    report = (fork.root / "panther-ci-junit.xml").read_text()
    assert done.returncode == 1
    assert "PYTHONHASHSEED" in report
    names = set(re.findall(r"'([A-Z_]+)'", re.findall(r"\[[^]]*PYTHONHASHSEED[^]]*\]", report)[0]))
    assert names <= {
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "HOME",
        "LANG",
        "PYTHONHASHSEED",
        "TZ",
    }
