"""What becomes of a run in its report: every case once, every finding, and the signal that cut it short."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from panther_ci.catalogue import CheckId, Level
from panther_ci.errors import InputError, Interrupted
from panther_ci.model import (
    Alert,
    CaseResult,
    Change,
    ChangeKind,
    ChangeSet,
    Finding,
    Job,
    JobResult,
    Location,
    Outcome,
    Report,
    Verdict,
)
from panther_ci.model.reasons import NotRun, Skip
from panther_ci.pipeline import Request, judge
from panther_ci.specs.filters import parse_filter

EVERYTHING = ChangeSet(judge_all_reason="it was asked for")
BODY = b"def rule(event):\n    return True\n"
TESTS = "Tests: [{Name: one, ExpectedResult: true, Log: {}}, {Name: two, ExpectedResult: true, Log: {}}]\n"


def rule(name: str, more: str = TESTS, enabled: str = "true", severity: str = "Low") -> bytes:
    head = f"AnalysisType: rule\nRuleID: {name}\nEnabled: {enabled}\nSeverity: {severity}\nLogTypes: [T]\n"
    return f"{head}Filename: {name.lower()}.py\n{more}".encode()


FILES = {"a.yml": rule("A"), "a.py": BODY, "b.yml": rule("B"), "b.py": BODY}


def results_of(job: Job, *names: str, findings: Sequence[Finding] = ()) -> JobResult:
    """A result that passed for each name."""
    passed = [CaseResult(job.spec.id, name, Outcome.PASSED, job.spec.location, True) for name in names]
    return JobResult(job.spec.path, tuple(passed), tuple(findings))


def run_all(jobs: Sequence[Job]) -> Iterator[JobResult]:
    """All cases pass."""
    return (results_of(job, *(case.name for case in job.spec.cases)) for job in jobs)


def report_on(files: dict[str, bytes], **request: object) -> Report:
    """The report on all files where every case passes."""
    return judge(Request(files, **{"comparison": EVERYTHING, **request}), run_all).report


def outcomes(report: Report) -> dict[str, list[str]]:
    return {spec.id: [case.outcome.value for case in spec.cases] for spec in report.specs}


def test_a_run_without_faults_is_accepted_with_a_result_for_each_case():
    report = report_on(FILES)
    assert (report.verdict, report.findings, report.interrupted) == (Verdict.ACCEPTED, (), "")
    assert outcomes(report) == {"A": ["passed", "passed"], "B": ["passed", "passed"]}
    assert (report.total, report.judge_all_reason) == (2, "it was asked for")


def test_a_signal_keeps_the_results_that_came_and_rejects():
    def run(jobs):
        yield results_of(jobs[0], "one", "two")
        raise Interrupted("SIGTERM")

    report = judge(Request(FILES, EVERYTHING), run).report
    assert (report.interrupted, report.verdict) == ("SIGTERM", Verdict.REJECTED)
    assert outcomes(report) == {"A": ["passed", "passed"], "B": ["errored", "errored"]}
    assert {case.reason for case in report.specs[1].cases} == {NotRun.CASE}


def test_a_signal_rejects_even_if_every_result_had_come():
    def run(jobs):
        yield from run_all(jobs)
        raise Interrupted("SIGINT")

    report = judge(Request(FILES, EVERYTHING), run).report
    assert (outcomes(report)["B"], report.verdict) == (["passed", "passed"], Verdict.REJECTED)


@pytest.mark.parametrize(
    "names", [(), ("one",), ("two", "one"), ("one", "other"), ("one ", "two"), ("other", "one", "two")]
)
def test_a_case_whose_result_is_missing_or_has_another_name_is_an_error(names):
    came = [name == wanted for name, wanted in zip((*names, "", ""), ("one", "two"), strict=False)]
    report = judge(Request(FILES, EVERYTHING), lambda jobs: (results_of(job, *names) for job in jobs)).report
    assert outcomes(report)["A"] == ["passed" if each else "errored" for each in came]
    assert [(case.case, case.expected) for case in report.specs[0].cases] == [("one", True), ("two", True)]
    assert report.verdict is Verdict.REJECTED


def test_a_result_too_many_is_no_result():
    report = judge(
        Request(FILES, EVERYTHING), lambda jobs: (results_of(job, "one", "two", "three") for job in jobs)
    ).report
    assert [case.case for case in report.specs[0].cases] == ["one", "two"]


def test_that_nothing_came_of_a_detection_is_a_finding_only_where_it_has_no_case():
    bare = {"c.yml": rule("C", ""), "c.py": BODY, "d.yml": rule("D", ""), "d.py": BODY}

    def run(jobs):
        assert [job.spec.id for job in jobs] == ["A", "B", "C", "D"]
        yield results_of(jobs[2])

    report = judge(Request({**FILES, **bare}, EVERYTHING), run).report
    assert [(each.check, each.detection) for each in report.findings] == [("body-loads", "D")]


def finding(path: str, line: int | None = 1, column: int | None = 1, level: Level = Level.ERROR) -> Finding:
    return Finding(CheckId.WRONG_TYPE, f"{path}:{line}:{column}", Location(path, line, column), level)


def test_what_is_found_in_packages_and_by_running_bodies_is_in_the_report():
    of_packages, of_a_body = finding("requirements.txt"), finding("b.py", 2)

    def run(jobs):
        return (results_of(job, "one", "two", findings=[of_a_body]) for job in jobs)

    report = judge(Request(FILES, EVERYTHING, package_findings=(of_packages,)), run).report
    assert report.findings == (of_a_body, of_packages)
    assert report.verdict is Verdict.REJECTED


def test_findings_on_packages_are_told_whatever_changed():
    nothing = ChangeSet("head", "base", (Change("README.md", ChangeKind.ADDED),))
    report = report_on(FILES, comparison=nothing, package_findings=(finding("requirements.txt"),))
    assert (report.specs, len(report.findings), report.verdict) == ((), 1, Verdict.REJECTED)


def test_findings_stand_in_the_order_of_files_lines_and_columns_and_none_stands_twice():
    places = [
        ("a", None, None),
        ("a", 1, None),
        ("a", 1, 1),
        ("a", 2, None),
        ("a", 2, 1),
        ("a", 10, 3),
        ("b", 1, 1),
    ]
    found = [finding(*place) for place in places]
    report = report_on(FILES, package_findings=(*found[::-1], *found))
    assert report.findings == tuple(found)


def test_findings_on_one_place_keep_the_order_in_which_they_were_found():
    found = tuple(finding("a")._replace(message=text) for text in ("z", "y", "x"))
    assert report_on(FILES, package_findings=found).findings == found


def jobs_of(files: dict[str, bytes], **request: object) -> list[str]:
    """The ids of the detections that are run."""
    ran: list[str] = []

    def run(jobs):
        ran.extend(job.spec.id for job in jobs)
        return run_all(jobs)

    judge(Request(files, EVERYTHING, **request), run)
    return ran


def test_a_disabled_detection_runs_unless_its_cases_are_to_be_skipped():
    files = FILES | {"b.yml": rule("B", enabled="false")}
    assert jobs_of(files) == ["A", "B"]
    assert jobs_of(files, skip_disabled=True) == ["A"]
    assert outcomes(report_on(files)) == {"A": ["passed"] * 2, "B": ["passed"] * 2}
    report = report_on(files, skip_disabled=True)
    assert outcomes(report) == {"A": ["passed"] * 2, "B": ["skipped"] * 2}
    assert [spec.skipped for spec in report.specs] == [None, Skip.DISABLED]
    assert {case.reason for case in report.specs[1].cases} == {Skip.DISABLED}


def test_what_can_not_be_decided_is_skipped_and_the_others_run():
    simple = rule("B").replace(b"Filename: b.py", b"Detection: [{Key: a, Condition: Like}]")
    report = report_on(FILES | {"b.yml": simple})
    assert jobs_of(FILES | {"b.yml": simple}) == ["A"]
    assert outcomes(report) == {"A": ["passed"] * 2, "B": ["skipped"] * 2}


@pytest.mark.parametrize(
    ("which", "shown"), [("all", {"A", "B"}), ("changed", {"B"}), ("none", set()), (None, {"B"})]
)
def test_the_alerts_that_are_asked_for_are_in_the_report(which, shown):
    def run(jobs):
        for job in jobs:
            result = results_of(job, "one", "two")
            alerts = (replace(case, alert=Alert("title", "Low", "dedup")) for case in result.cases)
            yield result._replace(cases=tuple(alerts))

    files = FILES | {"a.py": b"import g\n" + BODY, "g.yml": GLOBAL, "g.py": b"X = 1\n"}
    changes = tuple(Change(path, ChangeKind.MODIFIED) for path in ("b.py", "g.py"))
    comparison = ChangeSet("head", "base", changes, {"b.py": b"", "g.py": b""})
    more = {"alerts": which} if which else {}
    report = judge(Request(files, comparison, **more), run).report
    assert {spec.id for spec in report.specs if spec.alerting} == shown
    assert {case.outcome for case in report.cases} == {Outcome.PASSED}


def test_an_unselected_detection_does_not_run():
    changed = ChangeSet("head", "base", (Change("a.py", ChangeKind.MODIFIED),), {"a.py": b""})
    report = report_on(FILES, comparison=changed)
    assert (outcomes(report), report.total) == ({"A": ["passed"] * 2}, 2)
    assert (report.base, report.head) == ("base", "head")


DERIVED = b"AnalysisType: rule\nRuleID: C\nBaseDetection: B\nSeverity: High\n"
GLOBAL = b"AnalysisType: global\nGlobalID: g\nFilename: g.py\n"


def test_a_filter_keeps_the_bases_of_what_matches_and_what_others_load():
    files = FILES | {"c.yml": DERIVED, "g.yml": GLOBAL, "g.py": b"X = 1\n"}
    assert jobs_of(files, filter=parse_filter("Severity=High")) == ["B", "C"]
    assert set(outcomes(report_on(files, filter=parse_filter("Severity=High")))) == {"B", "C", "g"}


def test_a_filter_that_only_what_others_load_matches_not_is_refused():
    files = FILES | {"g.yml": GLOBAL, "g.py": b"X = 1\n"}
    with pytest.raises(InputError, match="no spec matches"):
        report_on(files, filter=parse_filter("Severity=High"))
    assert set(outcomes(report_on(files, filter=parse_filter("GlobalID=g")))) == {"g"}


def test_a_filter_that_matches_nothing_of_a_change_is_no_mistake():
    changed = ChangeSet("head", "base", (Change("a.py", ChangeKind.MODIFIED),), {"a.py": b""})
    assert report_on(FILES, comparison=changed, filter=parse_filter("Severity=High")).specs == ()


def test_a_filter_leaves_out_what_is_found_in_the_specs_and_bodies_that_it_excludes():
    faulty = FILES | {"b.yml": rule("B", TESTS + "Tags: [a]\nTags: [b]\n"), "b.py": b"def rule(:\n"}
    assert {each.check for each in report_on(faulty).findings} == {"duplicate-key", "body-syntax"}
    assert report_on(faulty, filter=parse_filter("RuleID=A")).findings == ()
    assert len(report_on(faulty, filter=parse_filter("RuleID=B")).findings) == 2


def test_a_filter_tells_specs_of_one_id_apart_by_their_files():
    twins = {"a.yml": rule("A"), "a.py": BODY, "z.yml": rule("A", severity="High")}
    report = report_on(twins, filter=parse_filter("Severity=High"))
    assert {(each.check, each.location.path) for each in report.findings} == {("duplicate-id", "z.yml")}


def changed_of(files: dict[str, bytes], **request: object) -> dict[str, set[str]]:
    """What of the change each detection loads: that keeps it out of the processes of others."""
    groups: dict[str, set[str]] = {}

    def run(jobs):
        groups.update((job.spec.id, set(job.group)) for job in jobs)
        return run_all(jobs)

    judge(Request(files, **{"comparison": EVERYTHING, **request}), run)
    return groups


def test_detections_are_kept_apart_by_what_the_change_wrote_of_them():
    whole = {"A": {"a.yml", "a.py"}, "B": {"b.yml", "b.py"}}
    assert changed_of(FILES) == whole
    assert changed_of(FILES, trusted=True) == {"A": set(), "B": set()}
    change = ChangeSet("head", "base", (Change("b.py", ChangeKind.MODIFIED),), {"b.py": b""})
    for trusted in (False, True):
        assert changed_of(FILES, comparison=change, trusted=trusted) == {"B": {"b.py"}}
