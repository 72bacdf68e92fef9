"""What is wrong on the base too does not reject a change; what is new, differs or can't be compared does."""

import json
from collections.abc import Iterator, Mapping, Sequence

import pytest
import yaml

from panther_ci.catalogue import CheckId
from panther_ci.model import (
    Change,
    ChangeKind,
    ChangeSet,
    Finding,
    Job,
    JobResult,
    Location,
    Report,
    Standing,
    Verdict,
)
from panther_ci.pipeline import Request, judge
from panther_ci.reporters.wording import headline
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.settings import RunSettings
from panther_ci.specs.checks import CheckSettings

HELPER = {
    "g/h.yml": b"AnalysisType: global\nGlobalID: h\nFilename: h.py\n",
    "g/h.py": b"def alert(event):\n    return event.get('a') == 'x'\n",
}


def rule(name: str, cases: str = "", **keys: str) -> bytes:
    usual = {"Enabled": "true", "LogTypes": "[AWS.CloudTrail]", "Severity": "Low", "Filename": f"{name}.py"}
    lines = [f"{key}: {value}" for key, value in (usual | keys).items()]
    return "\n".join((f"AnalysisType: rule\nRuleID: {name}", *lines, f"Tests:{cases or ' []'}\n")).encode()


def case(name: str, expected: bool, event: str) -> str:
    return f"\n  - Name: {name}\n    ExpectedResult: {str(expected).lower()}\n    Log: {event}"


def files_of(name: str, body: bytes, *cases: str, **keys: str) -> dict[str, bytes]:
    return {f"r/{name}.yml": rule(name, "".join(cases), **keys), f"r/{name}.py": body}


def changes_of(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> tuple[Change, ...]:
    changed = sorted(path for path in {*before, *now} if before.get(path) != now.get(path))
    kinds = {(True, True): ChangeKind.MODIFIED, (True, False): ChangeKind.DELETED}
    return tuple(Change(path, kinds.get((path in before, path in now), ChangeKind.ADDED)) for path in changed)


def run_here(jobs: Sequence[Job]) -> Iterator[JobResult]:
    with confined() as here:
        yield from here.run(jobs)


def confined() -> ConfinedJobs:
    return ConfinedJobs(lambda done, total: None, RunSettings(timeout_seconds=10, sandbox="reduced"))


def compare(
    before: Mapping[str, bytes],
    now: Mapping[str, bytes],
    settings: CheckSettings | None = None,
    **changes: Change,
) -> Report:
    listed = tuple(changes.values()) or changes_of(before, now)
    old = {each.old_path or each.path for each in listed}
    base = {path: data for path, data in before.items() if path in old}
    comparison = ChangeSet("h", "b", listed, base)
    asked = Request(now, comparison, settings=settings or CheckSettings(), fail_on_new=True)
    with confined() as jobs:
        return judge(asked, jobs.run).report


def standings(report: Report) -> dict[str, Standing]:
    return {case.case: case.standing for case in report.cases if case.bad} | {
        str(finding.check): finding.standing for finding in report.findings
    }


FALSE = b"def rule(event):\n    return event['a'] == 'y'\n"
OLD = case("old", True, "{a: x}")


def test_a_case_that_failed_before_in_the_same_way_does_not_reject_the_change_of_its_body() -> None:
    before = files_of("r", FALSE, OLD)
    now = before | {"r/r.py": b"# a comment\n" + FALSE}
    report = compare(before, now)
    assert standings(report) == {"old": Standing.ALREADY_THERE}
    assert (report.verdict, report.already_there, report.compared) == (Verdict.ACCEPTED, 1, True)


def test_cases_that_only_failed_are_not_said_not_to_have_run() -> None:
    before = files_of("r", FALSE, OLD)
    report = compare(before, before | {"r/r.py": b"# a comment\n" + FALSE})
    assert headline(report).startswith("Accepted: 1 spec checked, no case passed. 1 problem was there")


def test_a_new_failure_beside_an_old_one_rejects() -> None:
    before = files_of("r", FALSE, OLD)
    now = files_of("r", FALSE, OLD, case("added", True, "{a: z}"))
    report = compare(before, now)
    assert standings(report) == {"old": Standing.ALREADY_THERE, "added": Standing.NEW}
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "body",
    [
        b"def rule(event):\n    return event['b'] == 'y'\n",
        b"def rule(event):\n    return None\n",
        b"import nothing_of_this_name\n" + FALSE,
        b"def rule(event):\n    return (\n",
    ],
)
def test_a_failure_that_differs_rejects(body: bytes) -> None:
    before = files_of("r", FALSE, OLD)
    report = compare(before, before | {"r/r.py": body})
    assert standings(report)["old"] is Standing.CHANGED
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("before", "now", "standing"),
    [
        ("{a: x}", "{a: xx}", Standing.CHANGED),
        ("{a: 1}", "{a: true}", Standing.CHANGED),
        ("{a: 1}", "{a: 1.0}", Standing.CHANGED),
        ("{a: [1]}", "{a: {1: 1}}", Standing.CHANGED),
        ("{a: x, b: [{c: d}]}", '{"b": [{"c": "d"}], "a": "x"}', Standing.ALREADY_THERE),
    ],
)
def test_a_case_that_was_touched_and_fails_as_before_rejects(
    before: str, now: str, standing: Standing
) -> None:
    report = compare(
        files_of("r", FALSE, case("old", True, before)), files_of("r", FALSE, case("old", True, now))
    )
    assert standings(report) == {"old": standing}


@pytest.mark.parametrize("value", ["true", "1.0"])
def test_a_case_whose_event_has_another_type_of_value_was_touched(value: str) -> None:
    old, now = (case("old", True, f"{{a: {each}}}") for each in ("1", value))
    assert standings(compare(files_of("r", FALSE, old), files_of("r", FALSE, now))) == {
        "old": Standing.CHANGED
    }


def test_the_lines_of_an_exception_may_move_but_not_its_file_and_text() -> None:
    body = b"import h\ndef rule(event):\n    return h.alert(event)\n"
    broken = HELPER | {"g/h.py": b"def alert(event):\n    return event['c']\n"}
    before = broken | files_of("r", body, OLD)
    moved = compare(before, before | {"g/h.py": b"\n# a comment\n" + broken["g/h.py"]})
    assert standings(moved) == {"old": Standing.ALREADY_THERE}
    other = compare(before, before | {"r/r.py": b"def rule(event):\n    return event['c']\n"})
    assert standings(other) == {"old": Standing.CHANGED}


def test_what_the_change_of_a_helper_breaks_elsewhere_is_new_and_what_failed_before_is_not() -> None:
    body = b"import h\ndef rule(event):\n    return h.alert(event)\n"
    before = HELPER | files_of("a", body, OLD) | files_of("b", body, case("b", True, "{a: q}"))
    report = compare(before, before | {"g/h.py": b"def alert(event):\n    return False\n"})
    assert standings(report) == {"old": Standing.NEW, "b": Standing.ALREADY_THERE}


def test_a_renamed_detection_takes_its_old_failures_along() -> None:
    before = files_of("r", b"def rule(event):\n    return event['c']\n", OLD, Filename="r.py")
    now = {path.replace("r/r", "s/r"): data for path, data in before.items()}
    moves = {
        str(at): Change(path, ChangeKind.RENAMED, path.replace("s/r", "r/r")) for at, path in enumerate(now)
    }
    report = compare(before, now, **moves)
    assert standings(report) == {"old": Standing.ALREADY_THERE}


def test_findings_that_were_there_do_not_reject_and_one_more_of_the_same_does() -> None:
    before = files_of("r", b"def rule(event):\n    return True\n", OLD, Sverity="Low")
    report = compare(before, before | {"r/r.yml": b"# a comment\n" + before["r/r.yml"]})
    assert standings(report) == {"unknown-key": Standing.ALREADY_THERE}
    more = compare(before, files_of("r", before["r/r.py"], OLD, Sverity="Low", Enabld="x"))
    assert [each.standing for each in more.findings] == [Standing.ALREADY_THERE, Standing.NEW]
    assert more.verdict is Verdict.REJECTED


def test_a_number_that_is_part_of_a_name_is_no_line_that_may_move() -> None:
    before = files_of("r", b"def rule(event):\n    return True\n", OLD, **{"line 1": "x"})
    report = compare(before, files_of("r", before["r/r.py"], OLD, **{"line 2": "x"}))
    assert standings(report) == {"unknown-key": Standing.CHANGED}
    assert report.verdict is Verdict.REJECTED


def test_a_reference_that_a_change_breaks_is_not_taken_for_one_that_it_mends() -> None:
    queries = {
        f"q/{at}.yml": f"AnalysisType: saved_query\nQueryName: team:{at}\nQuery: select 1\n".encode()
        for at in (1, 2)
    }
    spec = b"AnalysisType: scheduled_rule\nRuleID: s\nEnabled: true\nSeverity: Low\nFilename: s.py\n"
    files = {"r/s.yml": spec + b"ScheduledQueries: ['team:1', 'team:2']\n", "r/s.py": FALSE}
    before, now = (files | {path: queries[path]} for path in queries)
    report = compare(before, now, settings=CheckSettings(strict_references=True))
    assert report.verdict is Verdict.REJECTED


def test_enabling_what_fails_or_what_can_not_be_read_on_the_base_is_new() -> None:
    before = files_of("r", FALSE, OLD) | {"r/r.yml": b"AnalysisType: rule\nRuleID: [\n"}
    report = compare(before, files_of("r", FALSE, OLD))
    assert standings(report) == {"old": Standing.NEW}


def test_a_case_without_a_result_on_both_sides_counts() -> None:
    before = files_of("r", FALSE, OLD)
    comparison = ChangeSet("h", "b", (Change("r/r.py", ChangeKind.MODIFIED),), {"r/r.py": b"#\n" + FALSE})
    report = judge(Request(before, comparison, fail_on_new=True), lambda jobs: iter(())).report
    assert standings(report) == {"old": Standing.CHANGED}
    assert report.verdict is Verdict.REJECTED


def test_a_body_that_was_broken_before_does_not_reject_and_neither_do_its_cases() -> None:
    before = files_of("r", b"def rule(event):\n    return (\n", OLD)
    report = compare(before, before | {"r/r.yml": b"# a comment\n" + before["r/r.yml"]})
    assert set(standings(report).values()) == {Standing.ALREADY_THERE}
    assert report.verdict is Verdict.ACCEPTED


def test_a_run_that_is_cut_short_on_the_base_rejects_what_was_wrong_before() -> None:
    from panther_ci.errors import Interrupted

    calls: list[int] = []

    def run(jobs: Sequence[Job]) -> Iterator[JobResult]:
        calls.append(len(jobs))
        if len(calls) > 1:
            raise Interrupted("SIGTERM")
        yield from run_here(jobs)

    before = files_of("r", FALSE, OLD)
    comparison = ChangeSet("h", "b", (Change("r/r.py", ChangeKind.MODIFIED),), {"r/r.py": b"#\n" + FALSE})
    report = judge(Request(before, comparison, fail_on_new=True), run).report
    assert standings(report) == {"old": Standing.NEW}
    assert (report.interrupted, report.compared) == ("SIGTERM", True)


def test_without_fail_on_new_all_counts() -> None:
    before = files_of("r", FALSE, OLD)
    comparison = ChangeSet("h", "b", (Change("r/r.py", ChangeKind.MODIFIED),), {"r/r.py": b"#\n" + FALSE})
    report = judge(Request(before, comparison), run_here).report
    assert (report.verdict, report.compared) == (Verdict.REJECTED, False)


def test_the_same_fault_in_another_case_is_new() -> None:
    def cases(first: str, second: str) -> dict[str, bytes]:
        files = files_of("r", b"def rule(event):\n    return True\n", OLD, case("b", True, "{a: y}"))
        spec = files["r/r.yml"].replace(b"ExpectedResult: true", f"ExpectedResult: {first}".encode(), 1)
        return files | {"r/r.yml": second.encode().join(spec.rsplit(b"true", 1))}

    report = compare(cases("maybe", "true"), cases("true", "maybe"))
    assert [each.standing for each in report.findings if each.level == "error"] == [Standing.CHANGED]
    assert report.verdict is Verdict.REJECTED


def test_a_spec_that_becomes_json_or_moves_without_git_s_notice_takes_its_old_failures_along() -> None:
    before = files_of("r", FALSE, OLD)
    document = yaml.safe_load(before["r/r.yml"])
    now = {"s/r.json": json.dumps(document).encode(), "s/r.py": FALSE}
    report = compare(before, now)
    assert standings(report) == {"old": Standing.ALREADY_THERE}


def test_another_id_does_not_make_an_old_finding_new() -> None:
    before = files_of("r", b"def rule(event):\n    return True\n", OLD, Sverity="Low")
    now = before | {"r/r.yml": before["r/r.yml"].replace(b"RuleID: r", b"RuleID: other")}
    assert standings(compare(before, now)) == {"unknown-key": Standing.ALREADY_THERE}


def test_of_two_cases_of_one_name_the_one_that_is_given_the_same_is_compared() -> None:
    failing, passing = case("old", True, "{a: x}"), case("old", True, "{a: y}")
    report = compare(files_of("r", FALSE, passing, failing), files_of("r", FALSE, failing))
    assert standings(report)["old"] is Standing.ALREADY_THERE


def test_a_text_that_differs_from_run_to_run_is_not_of_a_change_that_loads_the_same() -> None:
    body = b"import time\ndef rule(event):\n    raise ValueError(time.perf_counter_ns())\n"
    before = files_of("r", body, OLD)
    same = compare(
        before, before | {"r/r.yml": before["r/r.yml"].replace(b"Severity: Low", b"Severity: High")}
    )
    assert standings(same) == {"old": Standing.ALREADY_THERE}
    other = compare(before, before | {"r/r.py": b"#\n" + body})
    assert standings(other) == {"old": Standing.CHANGED}


def test_a_path_in_the_text_of_an_exception_is_that_of_the_base() -> None:
    body = b"def rule(event):\n    from h import gone\n    return gone\n"
    before = HELPER | files_of("r", body, OLD)
    now = {path.replace("g/", "k/"): data for path, data in before.items()}
    moves = {name: Change(f"k/{name}", ChangeKind.RENAMED, f"g/{name}") for name in ("h.yml", "h.py")}
    assert standings(compare(before, now, **moves))["old"] is Standing.ALREADY_THERE


def test_a_global_that_is_gone_is_told_however_much_else_is_gone() -> None:
    body = b"import h\ndef rule(event):\n    return h.alert(event)\n"
    kept = files_of("r", body, OLD)
    gone = {f"x/{n}.yml": rule(f"x{n}") for n in range(300)}
    report = compare(HELPER | kept | gone, kept)
    assert [loss.name for loss in report.losses] == ["module:h"]


def test_findings_on_packages_are_the_base_s_too() -> None:
    finding = Finding(CheckId.REQUIREMENTS_LINE, "odd", Location("requirements.txt", 1))
    files = files_of("r", b"def rule(event):\n    return True\n", OLD)
    change = Change("r/r.py", ChangeKind.MODIFIED)
    comparison = ChangeSet("h", "b", (change,), {"r/r.py": b"#"})
    request = Request(files, comparison, package_findings=(finding,), fail_on_new=True)
    with confined() as jobs:
        report = judge(request, jobs.run).report
    assert standings(report) == {finding.check: Standing.ALREADY_THERE}


def test_a_conflict_with_what_did_not_change_was_there_too() -> None:
    body = b"def rule(event):\n    return True\n"
    before = files_of("r", body, OLD) | {"z/r.yml": rule("r", Filename="z.py"), "z/z.py": body}
    report = compare(before, before | {"r/r.yml": b"# a comment\n" + before["r/r.yml"]})
    assert set(standings(report).values()) == {Standing.ALREADY_THERE}
    assert "duplicate-id" in standings(report)


def test_a_moved_body_takes_the_place_of_its_failures_along() -> None:
    before = files_of("r", b"def rule(event):\n    return event['c']\n", OLD)
    now = {path.replace("r/r", "s/r"): b"# moved\n" + data for path, data in before.items()}
    assert standings(compare(before, now)) == {"old": Standing.ALREADY_THERE}


def test_one_failure_among_cases_that_pass_is_compared_and_so_are_their_alerts() -> None:
    body = b"import h\ndef rule(event):\n    return h.alert(event)\n"
    before = HELPER | files_of("r", body, OLD, case("fails", True, "{a: q}"))
    commented = compare(before, before | {"g/h.py": b"# a comment\n" + HELPER["g/h.py"]})
    assert standings(commented) == {"fails": Standing.ALREADY_THERE}
    titled = body + b"def title(event):\n    return 'new'\n"
    (case_, _) = compare(before, before | {"r/r.py": titled}).cases
    assert case_.alert and case_.alert_before
    assert (case_.alert_before.title, case_.alert.title) == ("r", "new")


TRUE = b"def rule(event):\n    return True\n"


def test_a_case_that_passes_has_its_alert_on_the_base_beside_its_own() -> None:
    before = files_of("r", TRUE, OLD)
    (case_,) = compare(before, before | {"r/r.py": TRUE + b"def title(event):\n    return 'new'\n"}).cases
    assert case_.alert and case_.alert_before
    assert (case_.alert_before.title, case_.alert.title) == ("r", "new")


def test_a_case_that_passes_now_has_no_standing_but_that_of_what_is_new() -> None:
    (case_,) = compare(files_of("r", FALSE, OLD), files_of("r", TRUE, OLD)).cases
    assert (case_.bad, case_.standing) == (False, Standing.NEW)


def test_of_the_base_only_what_went_wrong_or_alerted_is_run_and_not_explained() -> None:
    ran: list[list[Job]] = []

    def run(jobs: Sequence[Job]) -> Iterator[JobResult]:
        ran.append(list(jobs))
        yield from run_here(jobs)

    now = files_of("fails", FALSE, OLD) | files_of("alerts", TRUE, OLD)
    now |= files_of("is-silent", FALSE, case("silent", False, "{a: x}"))
    changes = tuple(Change(path, ChangeKind.MODIFIED) for path in now if path.endswith(".py"))
    old = {change.path: b"#\n" + now[change.path] for change in changes}
    comparison = ChangeSet("h", "b", changes, old)
    judge(Request(now, comparison, fail_on_new=True, destinations=("pager",)), run)
    assert [[job.spec.id for job in jobs] for jobs in ran] == [
        ["alerts", "fails", "is-silent"],
        ["alerts", "fails"],
    ]
    assert {(job.explained, job.destinations) for job in ran[1]} == {(False, ("pager",))}
    (group,) = {job.group for job in ran[1]}
    assert group and group not in [job.group for job in ran[0]]


def test_the_case_of_a_finding_is_the_last_one_that_begins_before_it() -> None:
    def files(odd: str) -> dict[str, bytes]:
        cases = {name: case(name, True, "{a: x}") for name in ("first", "second", "third")}
        cases[odd] += "\n    Oops: 1"
        return files_of("r", TRUE, *cases.values())

    assert standings(compare(files("first"), files("second"))) == {"unknown-key": Standing.CHANGED}


def test_what_stands_above_all_cases_is_in_none_of_them() -> None:
    before, now = (files_of("r", TRUE, case(name, True, "{a: x}"), Sverity="Low") for name in ("a", "b"))
    assert standings(compare(before, now)) == {"unknown-key": Standing.ALREADY_THERE}


def test_what_is_found_in_a_derived_spec_is_in_no_case_of_its_base() -> None:
    derived = b"AnalysisType: rule\nRuleID: d\nBaseDetection: r\n" + b"#\n" * 30 + b"Sverity: Low\n"
    before, now = (
        {"d.yml": derived} | files_of("r", TRUE, case(name, True, "{a: x}")) for name in ("a", "b")
    )
    assert standings(compare(before, now)) == {"unknown-key": Standing.ALREADY_THERE}


RAISES = b"def rule(event):\n    return event['c']\n"


def test_a_spec_that_moves_to_a_body_that_was_there_fails_at_another_place() -> None:
    others = {"s/x.yml": rule("x"), "s/x.py": b"# another one\n" + RAISES}
    before = others | files_of("r", RAISES, OLD)
    now = others | {"s/r.yml": before["r/r.yml"].replace(b"r.py", b"x.py")}
    assert standings(compare(before, now))["old"] is Standing.CHANGED


def test_a_spec_that_stays_is_compared_with_itself_though_another_of_its_id_is_gone() -> None:
    gone = files_of("r", FALSE, OLD)
    before = {path.replace("r/", "z/"): data for path, data in files_of("r", TRUE, OLD).items()}
    now = {"z/r.yml": b"# a comment\n" + before["z/r.yml"], "z/r.py": FALSE}
    assert standings(compare(before | gone, now)) == {"old": Standing.NEW}


def test_a_copy_of_a_body_that_stays_is_another_place() -> None:
    before = files_of("r", RAISES, OLD)
    moved = {"s/r.yml": before["r/r.yml"], "s/r.py": b"# a copy\n" + RAISES}
    now = moved | {"r/r.py": RAISES, "r/x.yml": rule("x", Filename="r.py")}
    assert standings(compare(before, now))["old"] is Standing.CHANGED
