"""Every finding, as golden cases have it: `tests/cases/<check id>/` and `tests/cases/<check id>-passes/`."""

import pytest

from panther_ci.specs.checks import CHECK_IDS, CheckSettings, check_project
from panther_ci.specs.project import load_project
from tests.specs.golden import CASES, judge

FOLDERS = sorted(path.parent for path in CASES.glob("*/expected.txt"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_findings_are_those_expected(folder):
    assert judge(folder) == (folder / "expected.txt").read_text()


@pytest.mark.parametrize("check", CHECK_IDS)
def test_every_check_has_a_case_that_breaks_it_and_one_that_passes(check):
    assert f"[{check}]" in (CASES / check / "expected.txt").read_text()
    assert (CASES / f"{check}-passes" / "expected.txt").read_text() == ""


def test_one_file_can_not_flood_a_report():
    cases = "".join("  - {Name: a, ExpectedResult: true, Log: {}}\n" for _ in range(500))
    spec = f"AnalysisType: policy\nPolicyID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nTests:\n{cases}"
    files = {"a.yml": spec.encode(), "a.py": b"def policy(resource):\n    return True\n"}
    findings = check_project(load_project(files, files), CheckSettings())
    assert [each.check for each in findings] == ["duplicate-case"] * 20
    assert [each.location.line for each in findings[:2]] == [8, 9]


def test_a_backslash_in_a_path_is_told_before_a_pack_fails_for_it():
    spec = b"AnalysisType: policy\nPolicyID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\n"
    files = {"x\\a.yml": spec, "a.py": b"def policy(resource):\n    return True\n"}
    (finding,) = check_project(load_project(files, files), CheckSettings())
    assert (finding.check, finding.location.path) == ("file-path", "x\\a.yml")
