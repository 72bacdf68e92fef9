"""What `panther-ci drift` says of a deployment, and that it only reads."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.fork import Fork
from panther_ci.kinds import AnalysisType
from tests.commands import Done, run_command
from tools.api_standin.contents import Content
from tools.api_standin.server import StandIn

BODY = "def rule(event):\n    return False\n"
FILES = {
    "rules/a.yml": (
        "AnalysisType: rule\nRuleID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nThreshold: 3\n"
        "DedupPeriodMinutes: 1\nDisplayName: The A\nLogTypes: [AWS.CloudTrail, AWS.ALB]\n"
    ),
    "rules/a.py": BODY,
    "rules/simple.yml": (
        "AnalysisType: rule\nRuleID: Simple\nEnabled: true\nSeverity: High\nLogTypes: [AWS.CloudTrail]\n"
        "Detection:\n  - Key: eventName\n    Condition: Equals\n    Value: Delete\n"
    ),
    "rules/s.yml": (
        "AnalysisType: scheduled_rule\nRuleID: S\nFilename: s.py\nEnabled: true\nSeverity: Info\n"
        "ScheduledQueries: [Q]\n"
    ),
    "rules/s.py": BODY,
    "queries/q.yml": (
        "AnalysisType: scheduled_query\nQueryName: Q\nEnabled: true\n"
        "Query: |-\n  SELECT 1\n  FROM panther_logs.public.x\n"
        "Schedule:\n  RateMinutes: 30\n  TimeoutMinutes: 5\n"
    ),
    "queries/saved.yml": "AnalysisType: saved_query\nQueryName: Saved\nQuery: SELECT 2\n",
    "policies/p.yml": (
        "AnalysisType: policy\nPolicyID: P\nFilename: p.py\nEnabled: false\nSeverity: Critical\n"
        "ResourceTypes: [AWS.S3.Bucket]\n"
    ),
    "policies/p.py": "def policy(resource):\n    return True\n",
    "globals/g.yml": "AnalysisType: global\nGlobalID: g\nFilename: g.py\n",
    "globals/g.py": "X = 1\n",
    "models/m.yml": (
        "AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [AWS.CloudTrail]\n"
        "Mappings:\n  - Name: user\n    Path: a.b\n"
    ),
    "packs/pack.yml": "AnalysisType: pack\nPackID: Pack\nPackDefinition: {IDs: [A]}\n",
}


@dataclass
class World:
    """A repository that is deployed whole."""

    fork: Fork
    standin: StandIn

    def run(self, *arguments: str) -> Done:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
        place = {"PANTHER_API_HOST": self.standin.url, "PANTHER_API_TOKEN": self.standin.state.key}
        return run_command(self.fork.root, *arguments, environ=kept | place)

    def drift(self, *arguments: str) -> dict[str, Any]:
        done = self.run("drift", "--json", *arguments)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == bool(found["missing"] or found["changed"])
        return found

    def there(self, id: str, table: str = "") -> Content:
        return self.standin.state.contents[table, id]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with StandIn(steps=1) as standin:
        world = World(Fork(tmp_path / "fork"), standin)
        for path, text in FILES.items():
            file = world.fork.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        world.fork.git("init", "--quiet", "--initial-branch=main")
        world.fork.commit("Start")
        done = world.run("deploy", "--deployment", "api", "--manifest", "../m.json")
        assert done.returncode == 0, done.stdout + done.stderr
        standin.state.calls.clear()
        yield world


def test_what_was_just_deployed_does_not_differ(world: World) -> None:
    found = world.drift()
    assert (found["missing"], found["changed"], found["only-there"]) == ([], [], [])
    assert (found["same"], found["not-compared"]) == (8, 1)


def test_it_only_reads_page_by_page(world: World) -> None:
    for number in range(250):
        content = Content(AnalysisType.RULE, f"R{number}", {}, managed=True)
        world.standin.state.contents[content.key] = content
    world.drift()
    calls = world.standin.state.calls
    assert {call.operation for call in calls} == {"list"}
    rules = [call.variables for call in calls if call.variables["path"] == "/rules"]
    assert [call.get("cursor", "") for call in rules] == ["", "100", "200"]


CHANGES: dict[str, tuple[tuple[str, str], dict[str, Any], str]] = {
    "severity": (("", "A"), {"Severity": "High"}, "severity: HIGH there, LOW here"),
    "enabled": (("", "A"), {"Enabled": False}, "enabled: false there, true here"),
    "disabled": (("", "P"), {"Enabled": True}, "enabled: true there, false here"),
    "threshold": (("", "A"), {"Threshold": 9}, "threshold: 9 there, 3 here"),
    "minutes": (("", "A"), {"DedupPeriodMinutes": 60}, "dedupPeriodMinutes: 60 there, 5 here"),
    "name": (("", "A"), {"DisplayName": "B"}, "displayName: B there, The A here"),
    "log types": (("", "A"), {"LogTypes": ["AWS.ALB"]}, 'logTypes: ["AWS.ALB"] there'),
    "simple": (("", "Simple"), {"Severity": "Low"}, "severity: LOW there, HIGH here"),
    "queries": (("", "S"), {"ScheduledQueries": []}, 'scheduledQueries: [] there, ["Q"] here'),
    "sql": (
        ("query", "Q"),
        {"Query": "SELECT 1\nFROM y"},
        "sql, line 2: FROM y there, FROM panther_logs.public.x here",
    ),
    "rate": (("query", "Q"), {"Schedule": {"RateMinutes": 60, "TimeoutMinutes": 5}}, "rateMinutes: 60 there"),
    "paused": (("query", "Q"), {"Enabled": False}, "schedule.disabled: true there, false here"),
    "resources": (("", "P"), {"ResourceTypes": []}, "resourceTypes: [] there"),
    "model": (("", "M"), {"LogTypes": ["AWS.ALB"]}, 'logTypes: ["AWS.ALB"] there'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_in_the_console_is_named_with_both_values(world: World, change: str) -> None:
    (table, id), fields, words = CHANGES[change]
    world.there(id, table).fields |= fields
    done = world.run("drift")
    assert done.returncode == 1 and words in done.stdout, done.stdout
    assert "1 changed, 0 only there" in done.stdout


@pytest.mark.parametrize("id", ["A", "S", "P", "g"])
def test_of_a_changed_body_the_first_line_is_shown(world: World, id: str) -> None:
    world.there(id).body += "\n# changed\n"
    (changed,) = world.drift()["changed"]
    assert changed["id"] == id and [each["there"] for each in changed["fields"]] in (["# changed"], [""])


def test_line_ends_and_the_order_of_lists_are_no_difference(world: World) -> None:
    world.there("A").body = BODY.replace("\n", "  \r\n") + "\r\n\r\n"
    world.there("A").fields["LogTypes"].reverse()
    assert world.drift()["changed"] == []


def test_what_is_missing_and_what_is_only_there(world: World) -> None:
    del world.standin.state.contents["", "A"], world.standin.state.contents["query", "Q"]
    for content in (
        Content(AnalysisType.RULE, "Console", {"Enabled": True}),
        Content(AnalysisType.RULE, "Managed", {"Enabled": True}, managed=True),
    ):
        world.standin.state.contents[content.key] = content
    found = world.drift()
    assert [each["id"] for each in found["missing"]] == ["Q", "A"]
    assert found["only-there"] == [{"type": "rule", "id": "Console", "enabled": True, "held": False}]
    lines = world.run("drift").stdout.splitlines()
    assert "only there  rule             Console  enabled" in lines
    assert "missing     rule             A        rules/a.yml" in lines


def test_what_is_only_there_does_not_reject(world: World) -> None:
    content = Content(AnalysisType.RULE, "Console", {})
    world.standin.state.contents[content.key] = content
    assert world.run("drift").returncode == 0


def test_another_type_is_a_difference_and_nothing_more(world: World) -> None:
    world.there("A").type = AnalysisType.POLICY
    (changed,) = world.drift()["changed"]
    assert changed["fields"] == [{"field": "type", "there": "policy", "here": "rule"}]


def test_what_its_status_keeps_out_is_told_if_it_is_there(world: World) -> None:
    file = world.fork.root / "rules/a.yml"
    file.write_text(f"{file.read_text()}Status: deprecated\n")
    found = world.drift()
    assert [(each["id"], each["held"]) for each in found["only-there"]] == [("A", True)]
    assert world.drift("--deploy-status", "all")["only-there"] == []


def test_a_derived_detection_is_compared_only_in_what_it_says(world: World) -> None:
    text = "AnalysisType: rule\nRuleID: Derived\nBaseDetection: A\nSeverity: Medium\n"
    (world.fork.root / "rules/derived.yml").write_text(text)
    assert (world.drift()["missing"], world.drift()["not-compared"]) == ([], 2)
    content = Content(AnalysisType.RULE, "Derived", {"Enabled": False, "Severity": "High"}, "x = 1\n")
    world.standin.state.contents[content.key] = content
    (changed,) = world.drift()["changed"]
    assert [each["field"] for each in changed["fields"]] == ["severity"]


def test_the_commit_is_that_of_the_manifest_or_of_ref_or_the_work_tree(world: World) -> None:
    commit = world.fork.git("rev-parse", "HEAD")
    file = world.fork.root / "rules/a.yml"
    file.write_text(file.read_text().replace("Severity: Low", "Severity: High"))
    assert len(world.drift()["changed"]) == 1
    for given in (("--manifest", "../m.json"), ("--ref", "HEAD")):
        found = world.drift(*given)
        assert found["changed"] == [] and found["commit"] in (commit, "HEAD")


def test_a_list_that_the_deployment_does_not_have_is_told(world: World) -> None:
    world.standin.fail("list:http:404")
    found = world.drift()
    assert found["not-read"] == ["/rules"] and found["missing"] == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("list:http:403", "permissions to read"),
        ("list:http:400:bad", "answered 400: bad"),
        ('list:garbage:{"results": 1}', "a page has no results"),
    ],
)
def test_what_can_not_be_read_whole_is_no_answer(world: World, fault: str, words: str) -> None:
    world.standin.fail("list:date:x", fault)
    done = world.run("drift")
    assert done.returncode == 4 and "/simple-rules can't be read" in done.stderr and done.stdout == ""
    assert words in done.stderr


@pytest.mark.parametrize("fault", ["reset", "cut", "http:500", "garbage:<html>"])
def test_a_page_without_an_answer_is_asked_for_again(world: World, fault: str) -> None:
    world.standin.fail(f"list:{fault}")
    assert world.drift()["same"] == 8


def test_pages_that_do_not_end_are_given_up(world: World) -> None:
    page = '{"results": [], "next": "5"}'
    world.standin.fail(f"list:garbage:{page}", f"list:garbage:{page}")
    done = world.run("drift")
    assert done.returncode == 4 and "its pages do not end" in done.stderr


def test_only_the_api_can_be_asked(world: World) -> None:
    done = world.run("drift", "--deployment", "lambda")
    assert done.returncode == 2 and "can't be asked" in done.stderr
    done = world.run("drift", "--manifest", "../none.json")
    assert done.returncode == 2 and "does not exist" in done.stderr
    done = world.run("drift", "--api-host", "http://127.0.0.1:9/graphql")
    assert done.returncode == 2 and "REST API" in done.stderr


def test_the_text_of_a_deployment_does_no_harm(world: World) -> None:
    world.there("A").fields["DisplayName"] = "x\n::error::y ##[error]z"
    table, text = world.run("drift").stdout, world.run("drift", "--json").stdout
    for shown in (table, text):
        assert "##[" not in shown
        assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert json.loads(text)["changed"]
