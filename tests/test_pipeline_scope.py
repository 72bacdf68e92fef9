"""What a run is about: the folder that is judged, what it needs of others, and what could not be read."""

from collections.abc import Iterator, Sequence

import pytest

from panther_ci import __version__
from panther_ci.catalogue import CheckId
from panther_ci.model import (
    Change,
    ChangeKind,
    ChangeSet,
    Finding,
    Job,
    JobResult,
    LeftOut,
    Level,
    Location,
    Omission,
)
from panther_ci.model.reasons import NotRun
from panther_ci.pipeline import Judged, Request, judge
from panther_ci.specs.checks import CheckSettings
from panther_ci.specs.filters import parse_filter

EVERYTHING = ChangeSet(judge_all_reason="it was asked for")
RULE = (
    b"AnalysisType: rule\nRuleID: A\nEnabled: true\nSeverity: Low\nLogTypes: [T]\nFilename: a.py\n"
    b"Reports: {CIS: [1.1, two]}\n"
)
GLOBAL = b"AnalysisType: global\nGlobalID: g\nFilename: g.py\n"
BODY = b"import g\ndef rule(event):\n    return True\n"
FILES = {
    "rules/a.yml": RULE,
    "rules/a.py": BODY,
    "helpers/g.yml": GLOBAL,
    "helpers/g.py": b"X = 1\n",
    "other/b.yml": RULE.replace(b"ID: A", b"ID: B").replace(b"a.py", b"b.py"),
    "other/b.py": BODY,
}


def run_all(jobs: Sequence[Job]) -> Iterator[JobResult]:
    """No detection of these tests has cases."""
    return (JobResult(job.spec.path, ()) for job in jobs)


def judge_files(files: dict[str, bytes] = FILES, **request: object) -> Judged:
    return judge(Request(files, **{"comparison": EVERYTHING, **request}), run_all)


def told(judged: Judged) -> list[tuple[str, str, str]]:
    return [(each.location.path, each.check, each.level) for each in judged.report.findings]


@pytest.mark.parametrize(
    ("within", "path", "covered"),
    [
        (".", "a/b.yml", True),
        ("a", "a", True),
        ("a", "a/b.yml", True),
        ("a", "ab/b.yml", False),
        ("a", "b/a", False),
        ("a", ".", False),
    ],
)
def test_a_folder_covers_itself_and_what_is_in_it(within, path, covered):
    assert Request({}, EVERYTHING, within=within).covers(path) is covered


def test_the_folder_is_judged_and_packed_with_what_it_needs():
    judged = judge_files(within="rules")
    assert [(spec.id, spec.reasons) for spec in judged.report.specs] == [("A", ("it was asked for",))]
    assert [(item.id, item.files) for item in judged.items] == [
        ("A", (("rules/a.yml", RULE), ("rules/a.py", BODY))),
        ("g", (("helpers/g.yml", GLOBAL), ("helpers/g.py", b"X = 1\n"))),
    ]
    assert (judged.report.total, told(judged)) == (1, [])


def test_everything_is_judged_and_packed_once():
    judged = judge_files()
    assert [item.id for item in judged.items] == ["g", "B", "A"]
    assert (judged.report.total, judge_files(within="rules/a.yml").report.total) == (3, 1)


def test_a_change_packs_nothing_of_other_folders():
    change = ChangeSet("h", "b", (Change("helpers/g.py", ChangeKind.MODIFIED),), {"helpers/g.py": b""})
    judged = judge_files(comparison=change, within="rules")
    assert ([spec.id for spec in judged.report.specs], [item.id for item in judged.items]) == (["A"], ["A"])


def test_only_errors_of_what_is_needed_are_told_and_only_the_folder_needs_cases():
    unused = {"helpers/unused.py": b"def rule(event):\n    return True\n"}
    files = FILES | unused | {"helpers/g.yml": GLOBAL + b"Tags: [a, a]\nXyz: 1\n"}
    judged = judge_files(files, within="rules", settings=CheckSettings(minimum_tests=1))
    assert told(judged) == [
        ("helpers/g.yml", "repeated-value", "error"),
        ("helpers/g.yml", "unknown-key", "error"),
        ("rules/a.yml", "minimum-tests", "error"),
    ]


def test_a_base_that_is_needed_may_have_too_few_cases_and_warnings():
    derived = b"AnalysisType: rule\nRuleID: D\nBaseDetection: A\n"
    files = FILES | {"rules/a.yml": RULE + b"DedupPeriodMinutes: 1\n", "new/d.yml": derived}
    settings = CheckSettings(minimum_tests=1)
    assert told(judge_files(files, within="new", settings=settings)) == [
        ("new/d.yml", "minimum-tests", "error")
    ]


def unread(path: str, level: Level = Level.WARNING) -> Finding:
    return Finding(CheckId.LARGE_FILE, "too large", Location(path), level)


def test_files_that_could_not_be_read_are_told_of_the_folder():
    found = tuple(map(unread, ("rules/x.json", "rulesx.json", "rules")))
    assert [each[0] for each in told(judge_files(within="rules", read_findings=found))] == [
        "rules",
        "rules/x.json",
    ]


def test_files_that_could_not_be_read_are_told_of_a_change_and_of_the_folders_it_is_in():
    paths = ("rules/x.json", "rules/x", "rules/sub/y.json", "rules", ".", "other/x.json", r"a\xff.json")
    changed = ("rules/x.json", "rules/sub", "a\udcff.json")
    change = ChangeSet("h", "b", tuple(Change(path, ChangeKind.ADDED) for path in changed))
    judged = judge_files(comparison=change, read_findings=tuple(map(unread, paths)))
    expected = [".", r"a\xff.json", "rules", "rules/sub/y.json", "rules/x.json"]
    assert told(judged) == [(path, "large-file", "warning") for path in expected]


def test_what_was_a_spec_and_can_not_be_read_is_an_error_and_what_was_data_is_not():
    changes = (Change("rules/a.json", ChangeKind.MODIFIED), Change("rules/d.json", ChangeKind.MODIFIED))
    spec = b'{"AnalysisType": "rule", "RuleID": "J", "Severity": "Low"}'
    change = ChangeSet("h", "b", changes, {"rules/a.json": spec, "rules/d.json": b"[1]"})
    found = (unread("rules/a.json"), unread("rules/d.json"))
    assert told(judge_files(comparison=change, read_findings=found)) == [
        ("rules/a.json", "large-file", "error"),
        ("rules/d.json", "large-file", "warning"),
    ]


def test_a_body_of_a_spec_that_is_left_out_is_not_unused():
    files = FILES | dict.fromkeys(("rules/x.py", "rules/y.py"), BODY)
    found = told(judge_files(files, unnamed=frozenset({"rules/x.py", "rules/a.yml"})))
    assert found == [("rules/y.py", "unused-body", "warning")]
    broken = files | {"rules/a.yml": RULE + b"Xyz: 1\n"}
    found = told(judge_files(broken, unnamed=frozenset({"rules/y.py", "rules/a.yml"})))
    assert [each[:2] for each in found] == [("rules/a.yml", "unknown-key"), ("rules/x.py", "unused-body")]


def test_jobs_know_the_destinations_of_the_deployment():
    known: list[tuple[str, ...]] = []

    def run(jobs):
        known.extend(job.destinations for job in jobs)
        return run_all(jobs)

    judge(Request(FILES, EVERYTHING, destinations=("pager", "mail")), run)
    assert known == [("pager", "mail")] * 2


def test_a_report_has_the_controls_the_version_and_what_was_left_out():
    left_out = (LeftOut(Omission.EXCLUDED, "*.bak", 2),)
    report = judge_files(left_out=left_out).report
    assert {spec.id: spec.reports for spec in report.specs} == {
        "A": {"CIS": ("1.1", "two")},
        "B": {"CIS": ("1.1", "two")},
        "g": {},
    }
    assert (report.version, report.left_out) == (__version__, left_out)


def test_only_a_detection_without_cases_and_without_a_result_is_an_error_by_itself():
    cases = RULE + b"Tests: [{Name: one, ExpectedResult: true, Log: {}}]\n"
    files = FILES | {"rules/a.yml": cases}
    report = judge(Request(files, EVERYTHING), lambda jobs: iter(())).report
    place = Location("other/b.py")
    assert report.findings == (Finding(CheckId.BODY_LOADS, "", place, detection="B", reason=NotRun.BODY),)
    assert told(judge_files()) == []


def test_a_spec_whose_body_is_missing_is_told_and_packed_without_it():
    judged = judge_files({"rules/a.yml": RULE})
    assert [each[1] for each in told(judged)] == ["missing-body"]
    assert [item.files for item in judged.items] == [(("rules/a.yml", RULE),)]


def test_a_filter_of_a_repository_without_specs_is_no_mistake():
    assert judge_files({}, filter=parse_filter("Severity=High")).report.specs == ()


def test_a_reference_is_judged_only_if_the_change_may_touch_it():
    pack = b"AnalysisType: pack\nPackID: P\nPackDefinition: {IDs: [A, Gone]}\n"
    files = FILES | {"packs/p.yml": pack}
    change = ChangeSet("h", "b", (Change("rules/a.yml", ChangeKind.MODIFIED),), {"rules/a.yml": RULE})
    judged = judge_files(files, comparison=change)
    assert ([spec.id for spec in judged.report.specs], told(judged)) == (["P", "A"], [])
    assert [each[1] for each in told(judge_files(files))] == ["unresolved-reference"]
