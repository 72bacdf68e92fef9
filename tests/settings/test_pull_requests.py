"""A pull request is judged by the settings of its base, whatever it does to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from demo.fork import Event, Fork
from demo.runner import Runner
from tests.commands import Done, start_action

RULE = "rules/aws_cloudtrail_root_activity.py"
# Rejects each change of a detection, as none has so many cases.
STRICT = "fail-on: all\nminimum-tests: 99\n"
# Leaves nothing to reject.
LOOSE = "fail-on: new\nexclude: ['*.yml', '*.py']\nminimum-tests: 0\n"
LOOSE_PAT = "minimum_tests: 0\nignore_files: ['*.yml', '*.py']\n_filter: RuleID=None\n"
OWN, PAT = ".panther-ci.yml", ".panther_settings.yml"


def start(runner: Runner, event: Event, **inputs: str) -> Done:
    return start_action(runner, event, {name.replace("_", "-"): value for name, value in inputs.items()})


def put(fork: Fork, name: str, text: str) -> None:
    (fork.root / name).write_text(text)


def open_pull_request(fork: Fork, attack: Callable[[Fork], object]) -> Event:
    """A branch that breaks a case of a rule and attacks the settings."""
    fork.start_branch("change")
    fork.replace(RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    attack(fork)
    fork.commit("Change a rule and the settings")
    return fork.pull_request(1)


def link(fork: Fork) -> None:
    (fork.root / OWN).unlink(missing_ok=True)
    put(fork, "loose.txt", LOOSE)
    (fork.root / OWN).symlink_to("loose.txt")


def make_folder(fork: Fork) -> None:
    (fork.root / OWN).unlink(missing_ok=True)
    (fork.root / OWN).mkdir()
    put(fork, f"{OWN}/a.yml", LOOSE)


def make_submodule(fork: Fork) -> None:
    (fork.root / OWN).unlink(missing_ok=True)
    (fork.root / OWN).mkdir()
    inner = Fork(fork.root / OWN)
    inner.git("init", "--quiet")
    put(inner, OWN, LOOSE)
    inner.commit("Loose settings")


def rename(fork: Fork) -> None:
    put(fork, ".Panther-CI.yml", LOOSE)
    (fork.root / OWN).unlink(missing_ok=True)


def rename_to_yaml(fork: Fork) -> None:
    put(fork, ".panther-ci.yaml", LOOSE)
    (fork.root / OWN).unlink(missing_ok=True)


ATTACKS: dict[str, Callable[[Fork], object]] = {
    "changed": lambda fork: put(fork, OWN, LOOSE),
    "removed": lambda fork: (fork.root / OWN).unlink(missing_ok=True),
    "link": link,
    "folder": make_folder,
    "submodule": make_submodule,
    "another case": rename,
    "another suffix": rename_to_yaml,
    "huge": lambda fork: put(fork, OWN, LOOSE + "# x\n" * 300_000),
    "no YAML": lambda fork: put(fork, OWN, "\x00["),
    "refused keys": lambda fork: put(fork, OWN, "sandbox: off\n"),
    "Panther's own file": lambda fork: put(fork, PAT, LOOSE_PAT),
    "both": lambda fork: (put(fork, OWN, LOOSE), put(fork, PAT, LOOSE_PAT)),
    "attributes": lambda fork: (
        put(fork, ".gitattributes", f"{OWN} filter=x export-ignore -text\n"),
        put(fork, OWN, LOOSE),
    ),
}


@pytest.mark.parametrize("strict", [STRICT, ""], ids=["with settings", "without settings"])
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=[*ATTACKS])
def test_nothing_that_a_pull_request_does_to_settings_lets_it_pass(
    fork: Fork, runner: Runner, attack: Callable[[Fork], object], strict: str
) -> None:
    if strict:
        put(fork, OWN, strict)
        put(fork, PAT, "minimum_tests: 99\n")
        fork.commit("Be strict")
    done = start(runner, open_pull_request(fork, attack))
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stdout


def test_a_merge_group_is_judged_by_the_settings_of_its_base(fork: Fork, runner: Runner) -> None:
    put(fork, OWN, STRICT)
    fork.commit("Be strict")
    base = fork.git("rev-parse", "main")
    fork.start_branch("gh-readonly-queue/main/pr-1")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    put(fork, OWN, LOOSE)
    fork.commit("Loosen the settings")
    head = fork.git("rev-parse", "HEAD")
    ref = "refs/heads/gh-readonly-queue/main/pr-1"
    group = {"base_sha": base, "head_sha": head, "head_ref": ref, "base_ref": "refs/heads/main"}
    done = start(
        runner, Event("merge_group", ref, head, {"action": "checks_requested", "merge_group": group})
    )
    assert (done.returncode, "minimum-tests" in done.stdout) == (1, True), done.stdout


def test_a_push_to_another_branch_is_judged_by_the_settings_of_the_default_branch(tmp_path: Path) -> None:
    origin = Fork.create(tmp_path / "origin")
    put(origin, OWN, STRICT)
    origin.commit("Be strict")
    origin.git("clone", "--quiet", str(origin.root), str(tmp_path / "clone"))
    fork = Fork(tmp_path / "clone")
    fork.start_branch("change")
    put(fork, OWN, LOOSE)
    fork.commit("Loosen the settings")
    before = fork.git("rev-parse", "HEAD")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    fork.commit("Change a rule")
    done = start(Runner(fork.root, tmp_path / "runner"), fork._push("refs/heads/change", before))
    assert (done.returncode, "minimum-tests" in done.stdout) == (1, True), done.stdout


def test_what_a_pull_request_does_to_settings_takes_effect_after_the_merge(
    fork: Fork, runner: Runner
) -> None:
    put(fork, OWN, STRICT)
    fork.commit("Be strict")
    fork.start_branch("change")
    put(fork, OWN, "minimum-tests: 1\n")
    fork.commit("Loosen the settings")
    event = fork.pull_request(1)
    done = start(runner, event)
    note = f"`{OWN}` is changed here, which takes effect after the merge: until then those of "
    assert (done.returncode, note in done.stdout) == (0, True), done.stdout
    fork.git("checkout", "--quiet", "change")
    merged = start(runner, fork.merge(1))
    assert (merged.returncode, f"[INFO]: `{OWN}` sets minimum-tests.\n" in merged.stdout) == (0, True), (
        merged.stdout
    )


def test_a_pull_request_is_rejected_for_settings_by_which_nothing_could_be_judged(
    fork: Fork, runner: Runner
) -> None:
    fork.start_branch("change")
    put(fork, OWN, "minumum-tests: 1\n")
    fork.commit("Misspell a key")
    done = start(runner, fork.pull_request(1))
    assert (done.returncode, f"{OWN}:1: `minumum-tests` is not a key" in done.stdout) == (2, True), (
        done.stdout
    )
    assert "verdict<<" in (runner.folder / "output").read_text()


def test_the_newest_settings_of_the_base_count_though_a_branch_is_older(fork: Fork, runner: Runner) -> None:
    fork.start_branch("change")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    fork.commit("Change a rule")
    fork.git("checkout", "--quiet", "main")
    put(fork, OWN, STRICT)
    fork.commit("Be strict")
    fork.git("checkout", "--quiet", "change")
    event = fork.pull_request(1)
    head = event.payload["pull_request"]["head"]["sha"]
    # A workflow may check out the head instead of the merge.
    done = start(runner, Event(event.name, event.ref, head, event.payload, "change", "main"))
    assert (done.returncode, "minimum-tests" in done.stdout) == (1, True), done.stdout


def test_what_a_workflow_writes_wins_even_if_it_is_the_default(fork: Fork, runner: Runner) -> None:
    put(fork, OWN, STRICT)
    fork.commit("Be strict")
    fork.start_branch("change")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    fork.commit("Change a rule")
    event = fork.pull_request(1)
    assert start(runner, event).returncode == 1
    assert start(runner, event, minimum_tests="0").returncode == 0


def test_select_all_of_the_settings_judges_everything(fork: Fork, runner: Runner) -> None:
    put(fork, OWN, "select: all\nsummary: false\n")
    fork.commit("Judge everything")
    fork.start_branch("change")
    put(fork, "notes.txt", "x")
    fork.commit("Change nothing")
    done = start(runner, fork.pull_request(1))
    assert "`select: all` was asked for" in done.stdout
    assert (runner.folder / "summary").read_text() == ""


def test_settings_of_the_base_that_are_wrong_are_told_as_those_of_the_base(
    fork: Fork, runner: Runner
) -> None:
    put(fork, OWN, "minumum-tests: 1\n")
    fork.commit("Misspell a key")
    main = fork.git("rev-parse", "main")[:12]
    done = start(runner, open_pull_request(fork, lambda fork: put(fork, OWN, "")))
    told = f"In {main}, whose settings count: {OWN}:1: `minumum-tests` is not a key"
    assert (done.returncode, told in done.stdout) == (2, True), done.stdout


@pytest.mark.parametrize("name", [OWN, PAT])
def test_settings_that_can_not_be_read_from_the_base_are_not_read_from_the_change(
    fork: Fork, tmp_path: Path, name: str
) -> None:
    put(fork, name, "")
    fork.commit("Have settings")
    fork.start_branch("change")
    fork.replace(RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    put(fork, name, LOOSE if name == OWN else LOOSE_PAT)
    fork.commit("Loosen them")
    event = fork.pull_request(1)
    shallow = Fork(tmp_path / "shallow")
    shallow.root.mkdir()
    shallow.git("init", "--quiet")
    shallow.git("fetch", "--quiet", "--depth=1", f"file://{fork.root}", event.ref)
    shallow.git("checkout", "--quiet", "-b", "change", "FETCH_HEAD")
    done = start(Runner(shallow.root, tmp_path / "runner"), event)
    assert (done.returncode, f"`{name}` is not read" in done.stdout) == (2, True), done.stdout


def test_panthers_own_token_is_never_shown(fork: Fork, runner: Runner) -> None:
    put(fork, PAT, "api_token: abc-secret-123\napi_host: evil.example.com\n")
    fork.commit("Keep a token")
    fork.start_branch("change")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    fork.commit("Change a rule")
    done = start(runner, fork.merge(1), deployment="api")
    assert "abc-secret-123" not in done.stdout + (runner.folder / "summary").read_text()
    assert (done.returncode, "evil.example.com" in done.stdout) == (2, False), done.stdout
