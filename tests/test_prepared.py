"""What a run hands on to be judged, and what becomes of its report."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any, cast

import pytest

from panther_ci import __version__
from panther_ci.delivery import DeliveryRequest
from panther_ci.errors import ExitCode, InputError, Interrupted
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import ComparisonRequest, LeftOut, Level, Omission
from panther_ci.naming import Named
from panther_ci.repository.place import Place
from panther_ci.run import (
    Audience,
    Ready,
    RunRequest,
    hide_progress,
    load_detections,
    may_run,
    mutate,
    prepared,
    read_and_judge,
    run,
)
from panther_ci.running.settings import RunSettings
from panther_ci.scope import Request
from panther_ci.specs.filters import parse_filter
from tests.specs.found import BODY, rule
from tools.api_standin.server import StandIn

FILES = {
    "rules/a.yml": rule("A", "Tests: [{Name: hit, ExpectedResult: true, Log: {a: 1}}]\n"),
    "rules/a.py": BODY,
    "legacy/b.yml": rule("B"),
    "legacy/b.py": BODY,
    "templates/t.yml": rule("T"),
    "env/lib/e.yml": rule("E"),
    "globals/g.yml": "AnalysisType: global\nGlobalID: g\nFilename: g.py\n",
    "globals/g.py": "X = 1\n",
    "lone.py": BODY,
    "r.txt": "",
}


class Checkout:
    """A repository whose first commit has all files, and whose work tree another rule and another old one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path, text in FILES.items():
            self.put(path, text)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()
        self.put("rules/a.py", f"{BODY}# changed\n")
        self.put("legacy/b.py", f"{BODY}# changed\n")
        self.put("env/pyvenv.cfg", "home = /usr\n")
        self.commit()

    def put(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def git(self, *command: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        subprocess.run(["git", *identity, *command], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")

    def ask(self, within: str = ".", base: str = "HEAD~1", reason: str = "", **more: Any) -> RunRequest:
        fields = {name: more.pop(name) for name in RunRequest._fields if name in more}
        comparison = fields.pop("comparison", ComparisonRequest(base=base, judge_all_reason=reason))
        return RunRequest(Inputs(**more), self.root, Place(self.root, within), comparison, **fields)

    def prepare(self, *arguments: Any, environ: dict[str, str] | None = None, **more: Any) -> Ready:
        environment = Environment({"PATH": os.environ["PATH"], **(environ or {})})
        with prepared(self.ask(*arguments, **more), hide_progress, environment) as ready:
            return ready


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def list_changed(asked: Request) -> list[str]:
    return [change.path for change in asked.comparison.changes]


def test_what_is_left_out_is_neither_judged_nor_known_of_the_base(checkout: Checkout) -> None:
    asked = checkout.prepare(exclude="legacy/").asked
    assert sorted(asked.files) == [
        *("globals/g.py", "globals/g.yml", "lone.py", "rules/a.py", "rules/a.yml"),
    ]
    assert set(asked.comparison.base_files) == {"rules/a.py", "env/lib/e.yml"}
    assert list_changed(asked) == ["env/lib/e.yml", "env/pyvenv.cfg", "legacy/b.py", "rules/a.py"]
    assert set(asked.left_out) == {
        LeftOut(Omission.EXCLUDED, "legacy/", 2),
        LeftOut(Omission.TEMPLATES, "templates/", 1),
        LeftOut(Omission.ENVIRONMENT, "env/"),
    }
    assert asked.unnamed == {"legacy/b.py", "templates/t.py"}
    assert [(each.check, each.location.path) for each in asked.read_findings] == [("unreadable-file", "env")]


def test_nothing_is_left_out_of_what_is_named(checkout: Checkout) -> None:
    named = Named(("A",))
    asked = checkout.prepare(exclude="legacy/", named=named, reason="asked for").asked
    assert (asked.left_out, asked.named, "legacy/b.py" in asked.files) == ((), named, False)
    assert asked.comparison.head == ""
    assert checkout.prepare(reason="asked for").asked.comparison.head
    assert "rules/a.py" in list_changed(checkout.prepare(named=named).asked)


def test_what_is_to_be_known_of_a_run_is_in_its_report(checkout: Checkout) -> None:
    request = checkout.ask("rules", reason="asked for", notes=("note",), sandbox="off")
    environment = Environment({"PATH": os.environ["PATH"]})
    report = read_and_judge(request, hide_progress, environment).report
    assert (report.warnings[0], report.tier) == ("note", "C")
    assert len(report.warnings) > 1


def test_what_was_asked_is_handed_on(checkout: Checkout) -> None:
    inputs = {"filter": "Severity=High", "skip_disabled_tests": True, "available_destination": "x, y"}
    more = {"alerts": "all", "minimum_tests": 3}
    ready = checkout.prepare("rules", **inputs, **more, trusted=True, fail_on_new=True, notes=("note",))
    asked = ready.asked
    assert (asked.filter, asked.skip_disabled) == (parse_filter("Severity=High"), True)
    assert (asked.destinations, asked.alerts, asked.settings.minimum_tests) == (("x", "y"), "all", 3)
    assert (asked.trusted, asked.fail_on_new, asked.within) == (True, True, "rules")
    assert ready.warnings[0] == "note"
    plain = checkout.prepare().asked
    assert (plain.trusted, plain.fail_on_new, plain.within, plain.skip_disabled) == (False, False, ".", False)


def test_files_on_disk_that_differ_from_the_index_are_changes(checkout: Checkout) -> None:
    checkout.git("update-index", "--assume-unchanged", "globals/g.py")
    checkout.put("globals/g.py", "X = 2\n")
    assert "globals/g.py" in list_changed(checkout.prepare().asked)
    staged = checkout.prepare(comparison=ComparisonRequest(base="HEAD~1", staged=True)).asked
    assert "globals/g.py" not in list_changed(staged)
    assert staged.files["globals/g.py"] == b"X = 1\n"


def test_a_file_of_the_change_that_is_not_there_is_told(checkout: Checkout) -> None:
    checkout.git("sparse-checkout", "set", "globals")
    found = {each.location.path: each.level for each in checkout.prepare().asked.read_findings}
    assert found["rules/a.py"] is Level.ERROR


def test_changed_settings_and_requirements_judge_everything(checkout: Checkout) -> None:
    assert checkout.prepare().asked.comparison.judge_all_reason == ""
    by_settings = checkout.prepare(settings=("rules/a.py",)).asked.comparison
    assert by_settings.judge_all_reason.startswith("rules/a.py changed, which decides how")
    checkout.put("r.txt", "-e .\n")
    asked = checkout.prepare(requirements="r.txt").asked
    assert asked.comparison.judge_all_reason.startswith("r.txt changed, which any body")
    assert [each.check for each in asked.package_findings] == ["requirements-line"]
    with pytest.raises(InputError):
        checkout.prepare(requirements="none.txt")


@pytest.mark.parametrize(
    ("reason", "trusted", "unmerged"), [("all", False, True), ("all", True, False), ("", False, False)]
)
def test_packages_are_those_of_a_change_unless_all_is_merged(
    checkout: Checkout, reason: str, trusted: bool, unmerged: bool
) -> None:
    ready = checkout.prepare(reason=reason, trusted=trusted, sandbox="reduced", timeout_seconds=7.0)
    assert ready.jobs.settings == RunSettings(7.0, "reduced", packages_changed=unmerged)


def test_the_time_of_phases_is_only_printed_where_it_is_measured(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.prepare()
    assert capsys.readouterr().err == ""
    checkout.prepare(environ={"PANTHER_CI_METER": "1"})
    assert capsys.readouterr().err.startswith('{"spent": ')


@pytest.mark.parametrize(
    ("base", "within", "reason", "likely"),
    [
        ("HEAD~1", ".", "", True),
        ("HEAD", ".", "", False),
        ("HEAD", ".", "asked for", True),
    ],
)
def test_bodies_are_likely_to_run_where_the_change_has_a_file_that_is_read(
    checkout: Checkout, base: str, within: str, reason: str, likely: bool
) -> None:
    checkout.put("README.md", "")
    checkout.put("node_modules/a.yml", "a: 1\n")
    comparison = checkout.prepare(base=base, reason=reason).asked.comparison
    assert bool(comparison.changes) == (not reason)
    assert may_run(comparison, within) is likely


def test_detections_are_named_from_where_the_user_is(checkout: Checkout) -> None:
    request = checkout.ask(reason="asked for")._replace(folder=checkout.root / "rules")
    asked = checkout.prepare(reason="asked for").asked
    paths, project = load_detections(asked, request, ["a.py", "B"])
    assert (paths, sorted(project.specs)) == (
        ("rules/a.yml", "legacy/b.yml"),
        ["legacy/b.yml", "rules/a.yml"],
    )
    with pytest.raises(InputError, match="There is no detection `g`"):
        load_detections(asked, request, ["g"])


def test_faults_are_counted_of_detections_that_can_be_read(checkout: Checkout) -> None:
    checkout.put("rules/broken.yml", "AnalysisType: rule\nRuleID: Broken\nTests: [\n")
    request = checkout.ask(reason="asked for", trusted=True)
    environment = Environment({"PATH": os.environ["PATH"]})
    broken, score = mutate(request, ["rules/broken.yml", "A"], environment)
    assert "its spec has errors" in broken.problem and not score.problem


@pytest.fixture
def sound(checkout: Checkout) -> Checkout:
    """The same without the environment, so that nothing is wrong."""
    rmtree(checkout.root / "env")
    checkout.commit()
    checkout.put("rules/a.py", f"{BODY}# changed again\n")
    return checkout


class Heard:
    """Remembers what it is told, by the names of the steps; progress may end a run."""

    def __init__(self, stop: bool = False) -> None:
        self.told: list[tuple[str, Any]] = []
        self.stop = stop

    def show_progress(self, _done: int, _total: int) -> None:
        if self.stop:
            raise Interrupted("SIGTERM")

    def __getattr__(self, name: str) -> Any:
        return lambda *told: self.told.append((name, told[0]))

    @property
    def steps(self) -> list[str]:
        return [name for name, _ in self.told]

    @property
    def report(self) -> Any:
        return dict(self.told)["show_report"]


SHOWN = ["show_report", "note_files", "publish"]


def act(request: RunRequest, heard: Heard) -> ExitCode:
    return run(request, cast(Audience, heard), Environment({"PATH": os.environ["PATH"]}))


def deliver_to(checkout: Checkout) -> dict[str, Any]:
    """The parts of a request that deploys everything to a file."""
    inputs = Inputs(deployment="local", local_path="../p.db")
    return {"reason": "asked for", "delivery": DeliveryRequest(inputs, checkout.root, checkout.root)}


def test_what_is_accepted_is_shown_written_published_and_delivered(sound: Checkout) -> None:
    heard = Heard()
    assert act(sound.ask(junit_path="j.xml"), heard) is ExitCode.ACCEPTED
    assert heard.steps == SHOWN
    assert dict(heard.told)["note_files"] == {"junit": "j.xml"}
    assert 0 < heard.report.seconds < 600 and heard.report.tier
    heard = Heard()
    request = sound.ask(exclude="legacy/", **deliver_to(sound))
    assert act(request, heard) is ExitCode.ACCEPTED
    assert heard.steps == [*SHOWN, "packed", "deployed"]


def test_what_is_rejected_is_not_delivered(sound: Checkout) -> None:
    sound.put("rules/a.py", "def rule(event):\n    return False\n")
    heard = Heard()
    assert act(sound.ask(**deliver_to(sound)), heard) is ExitCode.REJECTED
    assert heard.steps == SHOWN


def test_a_report_that_can_not_be_written_is_published_all_the_same(sound: Checkout) -> None:
    heard = Heard()
    with pytest.raises(InputError, match="rules can't be written"):
        act(sound.ask(junit_path="rules", **deliver_to(sound)), heard)
    assert heard.steps == ["show_report", "publish"]


def test_a_run_that_is_interrupted_is_reported_and_rejected(sound: Checkout) -> None:
    heard = Heard(stop=True)
    assert act(sound.ask(**deliver_to(sound)), heard) is ExitCode.REJECTED
    assert (heard.report.interrupted, heard.report.version) == ("SIGTERM", __version__)


def test_where_there_is_no_spec_nothing_is_accepted(tmp_path: Path) -> None:
    reason = ComparisonRequest(judge_all_reason="asked for")
    heard = Heard()
    with pytest.raises(InputError, match=r"There is no spec in `\.`") as caught:
        act(RunRequest(Inputs(), tmp_path, Place(tmp_path, "."), reason), heard)
    assert "check it out first" in caught.value.hint and heard.steps == []


@pytest.mark.parametrize("refused", [[], ["legacy/b.yml"]])
def test_a_deployment_is_asked_about_the_whole_repository(sound: Checkout, refused: list[str]) -> None:
    with StandIn() as standin:
        for path in refused:
            standin.fail(f'validate:issues:[{{"path": "{path}", "errorMessage": "no"}}]')
        place = {"deployment": "api", "api_host": standin.url, "api_token": standin.state.key}
        heard = Heard()
        code = act(sound.ask(**place, validates=True), heard)
    assert code is (ExitCode.REJECTED if refused else ExitCode.ACCEPTED)
    assert [each.location.path for each in heard.report.findings if each.level is Level.ERROR] == refused


def test_a_deployment_that_can_not_be_asked_is_told_after_the_report(sound: Checkout) -> None:
    heard = Heard()
    with pytest.raises(InputError) as caught:
        act(sound.ask(deployment="api", validates=True), heard)
    assert heard.steps == [*SHOWN, "not_validated"]
    assert dict(heard.told)["not_validated"] == f"{caught.value.message} {caught.value.hint}"
    sound.put("rules/a.py", "def rule(event):\n    return False\n")
    heard = Heard()
    assert act(sound.ask(deployment="api", validates=True), heard) is ExitCode.REJECTED
    assert heard.steps == SHOWN


def test_a_change_is_compared_with_what_was_deployed(sound: Checkout) -> None:
    request = sound.ask(**deliver_to(sound))
    delivery = request.delivery
    assert delivery
    kept = replace(delivery.inputs, manifest="../m.json")
    act(request._replace(delivery=delivery._replace(inputs=kept)), Heard())
    sound.put("rules/new.yml", rule("New"))
    sound.put("rules/new.py", BODY)
    sound.put("rules/a.py", BODY)
    heard = Heard()
    act(sound.ask(base="HEAD", manifest="../m.json"), heard)
    assert heard.report.merging == (1, 1, 0)
