"""Every finding, as golden cases have it: `tests/cases/<check id>/` and `tests/cases/<check id>-passes/`."""

import re
from collections import Counter

import pytest

from panther_ci.catalogue import CheckId, Level
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search
from tests.specs.golden import CASES, find_problems

FOLDERS = sorted(path.parent for path in CASES.glob("*/expected.txt"))
LINE = re.compile(r"^[^:\n]+(?::\d+){0,2}: (error|warning|notice): .* \[([a-z-]+)\]$", re.MULTILINE)
# What no file of a repository causes, with the reason.
WITHOUT_CASES = {
    CheckId.RUN_INTERRUPTED: "a signal to our own process causes it",
    CheckId.DEPLOYMENT_ISSUE: "a deployment says so",
}
# Where findings of a check have another level than the catalogue gives it.
DEPARTURES = {
    ("analysis-type", Level.WARNING),  # an unknown type in a folder of other things
    ("duplicate-id", Level.WARNING),  # in two tables of a deployment
    ("encoding", Level.NOTICE),  # the file may be no spec
    ("json-syntax", Level.NOTICE),
    ("yaml-syntax", Level.NOTICE),
    ("linked-file", Level.NOTICE),  # data that no spec may name
    ("large-file", Level.WARNING),  # JSON of that size is data
    ("submodule-missing", Level.NOTICE),  # a change that does not touch it may not need it
    ("missing-module", Level.WARNING),  # the import may never happen
    ("body-name-collision", Level.WARNING),  # one of the two is not deployed
    ("unresolved-reference", Level.WARNING),  # a near name, or a `Status` that keeps it out of a deployment
    ("unresolved-reference", Level.NOTICE),  # the deployment may have it
    ("table-name", Level.WARNING),  # the deployment may have another database
}


def read_expected(name: str) -> list[tuple[str, str]]:
    """The id and the level of each line that a case expects."""
    text = (CASES / name / "expected.txt").read_text()
    found = [(match[2], match[1]) for match in LINE.finditer(text)]
    assert len(found) == text.count("\n")
    return found


def make_rule(before: str) -> dict[str, bytes]:
    """A rule whose body begins with these lines."""
    spec = "AnalysisType: rule\nRuleID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
    return {"a.yml": spec.encode(), "a.py": f"{before}def rule(event):\n    return True\n".encode()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_findings_are_those_expected(folder, tmp_path):
    assert find_problems(folder, tmp_path) == (folder / "expected.txt").read_text()


@pytest.mark.parametrize("check", [check for check in CheckId if check not in WITHOUT_CASES])
def test_every_check_has_a_case_that_breaks_it_and_one_that_passes(check):
    assert (check, check.level) in read_expected(check)
    assert read_expected(f"{check}-passes") == []


def test_a_finding_has_the_level_of_the_catalogue_but_for_the_known_departures():
    found = {each for folder in FOLDERS for each in read_expected(folder.name)}
    assert found - {(check, check.level) for check in CheckId} == DEPARTURES


def test_one_file_can_not_flood_a_report():
    cases = "".join("  - {Name: a, ExpectedResult: true, Log: {}}\n" for _ in range(500))
    spec = f"AnalysisType: policy\nPolicyID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nTests:\n{cases}"
    files = {"a.yml": spec.encode(), "a.py": b"def policy(resource):\n    return True\n"}
    findings = check_project(load_project(Search(files), files), CheckSettings())
    assert [each.check for each in findings] == ["duplicate-case"] * 21
    assert [each.location.line for each in findings[:2]] == [8, 9]
    assert findings[-1].message == "… and 479 more of this kind in this file."


def test_what_rejects_is_not_left_out_for_what_does_not():
    guarded = "try:\n    import maybe{}\nexcept ImportError:\n    pass\n"
    files = make_rule("".join(map(guarded.format, range(50))) + "import missing\n")
    findings = check_project(load_project(Search(files), files), CheckSettings())
    errors = [each.message for each in findings if each.level is Level.ERROR]
    assert errors == ["The module `missing` is not installed, and no global has that name."]
    assert [each.message for each in findings if "more" in each.message] == [
        "… and 30 more of this kind in this file."
    ]


def test_many_specs_may_name_one_body():
    files = make_rule("".join(f"import missing{number}\n" for number in range(500)))
    spec = files["a.yml"]
    files |= {f"r{number}.yml": spec.replace(b"ID: A", b"ID: B%d" % number) for number in range(100)}
    findings = check_project(load_project(Search(files), files), CheckSettings())
    told = [each for each in findings if each.check == "missing-module"]
    assert [each.location.line for each in told[:2]] == [1, 1]
    assert told[-1].message == "… and 2,480 more of this kind in this file."


@pytest.mark.parametrize(("length", "rejected"), [(20, False), (21, True)])
def test_a_chain_of_bases_has_a_limit(length: int, rejected: bool):
    files = make_rule("")
    for number in range(length):
        base = f"D{number - 1}" if number else "A"
        files[f"d{number}.yml"] = f"AnalysisType: rule\nRuleID: D{number}\nBaseDetection: {base}\n".encode()
    findings = check_project(load_project(Search(files), files), CheckSettings())
    told = [(each.location.path, each.message) for each in findings if each.level is Level.ERROR]
    wanted = [("d20.yml", "More than 20 bases follow each other from here on.")]
    assert told == (wanted if rejected else [])


def test_a_backslash_in_a_path_is_told_before_a_pack_fails_for_it():
    spec = b"AnalysisType: policy\nPolicyID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\n"
    files = {"x\\a.yml": spec, "a.py": b"def policy(resource):\n    return True\n"}
    (finding,) = check_project(load_project(Search(files), files), CheckSettings())
    assert (finding.check, finding.location.path) == ("file-path", "x\\a.yml")


def test_repeated_values_of_a_huge_list_are_bounded():
    spec = "AnalysisType: policy\nPolicyID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\n"
    files = {
        "a.yml": f"{spec}Tags: [{'a, ' * 10_000}]\n".encode(),
        "a.py": b"def policy(r):\n    return True\n",
    }
    findings = check_project(load_project(Search(files), files), CheckSettings())
    assert [each.check for each in findings] == ["repeated-value"] * 21


def test_many_ids_of_no_entry_are_bounded():
    head = "AnalysisType: correlation_rule\nRuleID: A\nEnabled: true\nSeverity: Low\nDetection:\n"
    form = "  - {Group: [{ID: a, RuleID: A}], Schedule: {RateMinutes: 9, TimeoutMinutes: 5}}\n"
    outputs = "".join(f"{{ID: {number}x}}, " for number in range(5_000))
    cases = f"Tests: [{{Name: a, ExpectedResult: true, RuleOutputs: [{outputs}]}}]\n"
    files = {"a.yml": f"{head}{form}{cases}".encode()}
    findings = check_project(load_project(Search(files), files), CheckSettings())
    assert Counter(each.check for each in findings)[CheckId.UNKNOWN_ENTRY] == 21
