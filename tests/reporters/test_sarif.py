"""SARIF: valid by the schema of the standard, and with fingerprints that outlive moved lines."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Level, Location, Report, Standing
from panther_ci.reporters.sarif import render


@pytest.fixture
def schema(data: Path) -> Draft4Validator:
    return Draft4Validator(json.loads((data / "sarif-2.1.0-rtm.5.json").read_text()))


def run_of(report: Report) -> dict[str, Any]:
    (run,) = json.loads(render(report))["runs"]
    assert isinstance(run, dict)
    return run


def fingerprints(report: Report) -> list[str]:
    return [result["partialFingerprints"]["pantherCi/v1"] for result in run_of(report)["results"]]


def finding(message: str = "wrong", line: int | None = 4, level: Level = Level.ERROR) -> Finding:
    return Finding(CheckId.WRONG_VALUE, message, Location("rules/a.yml", line, 1), level)


def test_a_rejected_report_is_valid(rejected: Report, schema: Draft4Validator) -> None:
    schema.validate(json.loads(render(rejected)))


def test_reports_of_nothing_and_of_a_run_cut_short_are_valid(
    accepted: Report, schema: Draft4Validator
) -> None:
    schema.validate(json.loads(render(Report((), ()))))
    cut_short = json.loads(render(replace(accepted, interrupted="SIGTERM")))
    schema.validate(cut_short)
    assert cut_short["runs"][0]["invocations"][0]["executionSuccessful"] is False


def test_the_schema_refuses_what_is_wrong(rejected: Report, schema: Draft4Validator) -> None:
    log = json.loads(render(rejected))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not schema.is_valid(log)


def test_every_rule_has_the_texts_code_scanning_shows(rejected: Report) -> None:
    rules = run_of(rejected)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["body-raised", "minimum-tests", "unknown-key", "wrong-verdict"]
    texts = [rule[key]["text"] for rule in rules for key in ("shortDescription", "fullDescription", "help")]
    assert all(texts)


def test_results_point_at_their_rules(rejected: Report) -> None:
    run = run_of(rejected)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    named = [(result["ruleId"], rules[result["ruleIndex"]]) for result in run["results"]]
    assert named == [
        (name, name) for name in ("body-raised", "wrong-verdict", "unknown-key", "minimum-tests")
    ]


def test_an_exception_stands_in_the_body_and_is_related_to_the_case(rejected: Report) -> None:
    raised = run_of(rejected)["results"][0]
    place = raised["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "rules/aws_console_login.py"
    assert place["region"] == {"startLine": 7, "endLine": 7, "startColumn": 12, "endColumn": 13}
    (related,) = raised["relatedLocations"]
    assert related["physicalLocation"]["region"]["startLine"] == 44


def test_an_unknown_line_has_no_region() -> None:
    (result,) = run_of(Report((), (finding(line=None),)))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_what_has_no_place_is_told_beside_the_results() -> None:
    run = run_of(Report((), (Finding(CheckId.WRONG_VALUE, "wrong", Location(""), Level.WARNING),)))
    assert run["results"] == []
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes == [{"level": "warning", "message": {"text": "wrong"}}]


def test_fingerprints_survive_moved_lines() -> None:
    before = Report((), (finding("also in a.yml:12:3, line 12", 4),))
    after = Report((), (finding("also in a.yml:15:3, line 15", 9),))
    assert fingerprints(before) == fingerprints(after)


def test_fingerprints_tell_problems_apart() -> None:
    report = Report((), (finding("one"), finding("two"), finding("two", 9)))
    assert len(set(fingerprints(report))) == 3


def test_only_the_most_severe_five_thousand_are_written() -> None:
    many = [finding(f"wrong {n}", n + 1, Level.NOTICE) for n in range(5100)]
    results = run_of(Report((), (*many, finding("worst"))))["results"]
    assert (len(results), results[0]["message"]["text"]) == (5000, "worst")


def test_hostile_text_is_shown_and_bounded(schema: Draft4Validator) -> None:
    hostile = Finding(CheckId.ENCODING, "\x00\x1b\u202e\ud800" * 2000, Location("a b\udcff\ud800.yml", 1))
    log = render(Report((), (hostile,)))
    schema.validate(json.loads(log))
    (result,) = json.loads(log)["runs"][0]["results"]
    assert result["message"]["text"].startswith("\\x00\\x1b\\u202e\\ud800")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%FF%EF%BF%BD.yml"


def test_a_result_says_how_it_compares_with_the_base_where_that_was_judged() -> None:
    findings = tuple(
        Finding(CheckId.UNKNOWN_KEY, standing, Location("a.yml", 1), standing=standing)
        for standing in Standing
    )
    compared = run_of(Report((), findings, compared=True))["results"]
    states = {result["message"]["text"].split("\n")[0]: result["baselineState"] for result in compared}
    assert states == {"new": "new", "changed": "updated", "already there": "unchanged"}
    assert "baselineState" not in run_of(Report((), findings))["results"][0]
