"""A spec that can't be read any more is an error: nothing is deployed without it in silence."""

import json
from collections.abc import Mapping

import pytest

from panther_ci.model import Change, ChangeKind, ChangeSet, Level, Report
from panther_ci.pipeline import Request, judge

SPEC = "AnalysisType: rule\nRuleID: Derived\nBaseDetection: Base\nSeverity: Critical\nEnabled: true\n"
JSON_SPEC = {"AnalysisType": "rule", "RuleID": "Derived", "BaseDetection": "Base", "Severity": "Critical"}
LARGE = "x" * 4_300_000
UNREADABLE = {
    "UTF-16 with a mark": SPEC.encode("utf-16"),
    "UTF-16 without a mark": SPEC.encode("utf-16-le"),
    "UTF-32": SPEC.encode("utf-32"),
    "EBCDIC": SPEC.encode("cp037"),
    "Latin-1 and no key as it is": b'"Analysis\\x54ype": rule\n"Rule\\x49D": Derived\nX: \xe9\n',
    "NUL": b'"Analysis\\x54ype": rule\n\0',
    "a control character": b'"Analysis\\x54ype": rule\nX: \x07\n',
}
LARGE_JSON = json.dumps({**JSON_SPEC, "Description": LARGE}).encode()
PLAIN_DATA = json.dumps([LARGE, {"AnalysisType": "rule"}]).encode()


def report_on(files: Mapping[str, bytes], comparison: ChangeSet, within: str = ".") -> Report:
    return judge(Request(files, comparison, within=within), lambda jobs: iter(())).report


def errors(report: Report) -> list[tuple[str, str]]:
    found = (each for each in report.findings if each.level is Level.ERROR)
    return [(each.check.value, each.location.path) for each in found]


EVERYTHING = ChangeSet(judge_all_reason="asked for")


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_spec_that_becomes_unreadable_is_an_error_of_the_change(name: str) -> None:
    change = ChangeSet("h", "b", (Change("a/d.yml", ChangeKind.MODIFIED),), {"a/d.yml": SPEC.encode()})
    assert errors(report_on({"a/d.yml": UNREADABLE[name]}, change)) == [("encoding", "a/d.yml")]


def test_a_spec_that_becomes_unreadable_where_it_was_renamed_to_is_an_error_of_the_change() -> None:
    rename = Change("a/new.yml", ChangeKind.RENAMED, "a/d.yml")
    change = ChangeSet("h", "b", (rename,), {"a/d.yml": SPEC.encode()})
    assert errors(report_on({"a/new.yml": UNREADABLE["NUL"]}, change)) == [("encoding", "a/new.yml")]


def test_a_spec_that_is_too_large_with_another_suffix_is_an_error_of_the_change() -> None:
    changes = (Change("a/d.json", ChangeKind.ADDED), Change("a/d.yml", ChangeKind.DELETED))
    change = ChangeSet("h", "b", changes, {"a/d.yml": SPEC.encode()})
    assert errors(report_on({"a/d.json": LARGE_JSON}, change)) == [("large-file", "a/d.json")]


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize(("path", "within"), [("rules/d.yml", "."), ("a/d.yaml", "a")])
def test_a_file_among_detections_that_can_not_be_decoded_is_an_error(
    name: str, path: str, within: str
) -> None:
    assert errors(report_on({path: UNREADABLE[name]}, EVERYTHING, within)) == [("encoding", path)]


@pytest.mark.parametrize("name", UNREADABLE)
def test_such_a_file_elsewhere_is_only_told(name: str) -> None:
    report = report_on({"fixtures/d.yml": UNREADABLE[name]}, EVERYTHING)
    assert (errors(report), [each.level for each in report.findings]) == ([], [Level.NOTICE])


def test_large_json_is_an_error_only_if_it_is_a_spec() -> None:
    files = {"a/d.json": LARGE_JSON, "rules/index.json": PLAIN_DATA, "rules/lines.json": b"1\n" * 3_000_000}
    assert errors(report_on(files, EVERYTHING)) == [("large-file", "a/d.json")]


def test_a_file_that_is_no_spec_any_more_is_a_warning() -> None:
    change = ChangeSet("h", "b", (Change("a/d.yml", ChangeKind.MODIFIED),), {"a/d.yml": SPEC.encode()})
    (finding,) = report_on({"a/d.yml": b"Severity: Critical\n"}, change).findings
    assert (finding.level, finding.check) == (Level.WARNING, "analysis-type")


@pytest.mark.parametrize(
    "new", [Change("a/d.json", ChangeKind.ADDED), Change("a/d.json", ChangeKind.RENAMED, "data/x.json")]
)
def test_a_new_file_in_the_place_of_a_spec_that_is_none_any_more_is_a_warning(new: Change) -> None:
    base = {"a/d.yml": SPEC.encode(), **({new.old_path: b"{}"} if new.old_path else {})}
    change = ChangeSet("h", "b", (new, Change("a/d.yml", ChangeKind.DELETED)), base)
    (finding,) = report_on({"a/d.json": b'{"Severity": "Critical"}'}, change).findings
    assert (finding.check, finding.location.path) == ("analysis-type", "a/d.json")


def test_data_beside_a_spec_that_changed_is_no_lost_spec() -> None:
    changes = tuple(Change(f"a/d{suffix}", ChangeKind.MODIFIED) for suffix in (".json", ".yml"))
    base = {"a/d.json": b"[]", "a/d.yml": SPEC.encode()}
    findings = report_on(
        {"a/d.json": b"[1]", "a/d.yml": SPEC.encode()}, ChangeSet("h", "b", changes, base)
    ).findings
    assert [each.location.path for each in findings if each.location.path.endswith(".json")] == []


@pytest.mark.parametrize("lines", [b"{}\n{}\n", b"{}\n{}\n{}\n"], ids=["the same", "others"])
def test_data_beside_a_deleted_spec_is_still_data(lines: bytes) -> None:
    base = {"a/d.json": b"{}\n{}\n", "a/d.yml": SPEC.encode()}
    changes = [Change("a/d.yml", ChangeKind.DELETED), Change("a/d.json", ChangeKind.MODIFIED)]
    changed = [each for each in changes if each.path == "a/d.yml" or lines != base[each.path]]
    comparison = ChangeSet("h", "b", tuple(changed), {each.path: base[each.path] for each in changed})
    assert errors(report_on({"a/d.json": lines}, comparison)) == []
