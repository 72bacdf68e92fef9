"""Specs in today's words, whatever form they were written in."""

import pytest

from panther_ci.kinds import AnalysisType
from panther_ci.model import FieldMapping, Level, Location
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.outline import LARGEST

RULE_OF_2020 = b"""\
AnalysisType: rule
PolicyID: My.Rule
Filename: my_rule.py
Enabled: false
ResourceTypes: [AWS.CloudTrail]
Severity: Low
Tests:
  -
    Name: one
    ExpectedResult: true
    ResourceType: AWS.CloudTrail
    Resource: {a: 2020-01-01}
    Mocks:
      - objectName: read
        returnValue: '{b: null}'
"""


def load_spec(path, data):
    return SpecLoader().read(path, data)


def test_a_rule_of_2020_is_read_in_the_words_of_today():
    loaded = load_spec("rules/a.yml", RULE_OF_2020)
    spec = loaded.spec
    assert loaded.findings == ()
    assert (spec.type, spec.id, spec.enabled, spec.body) == ("rule", "My.Rule", False, "rules/my_rule.py")
    assert (spec.log_types, spec.fields["RuleID"]) == (("AWS.CloudTrail",), "My.Rule")
    assert spec.location == Location("rules/a.yml", 2, 11)


def test_a_case_knows_where_its_name_and_its_mocks_stand():
    case = load_spec("rules/a.yml", RULE_OF_2020).spec.cases[0]
    assert (case.name, case.expected, case.event) == ("one", True, {"a": "2020-01-01"})
    assert case.location == Location("rules/a.yml", 9, 11)
    assert [(mock.name, mock.value, mock.location) for mock in case.mocks] == [
        ("read", "{b: null}", Location("rules/a.yml", 14, 21))
    ]


def test_globals_carried_by_a_policy_are_a_global():
    data = (
        b"AnalysisType: policy\nPolicyID: aws_globals\nFilename: a.py\nEnabled: true\nSeverity: Info\n"
        b"ResourceTypes: [AWS.Dummy.Type]\n"
    )
    loaded = load_spec("a.yml", data)
    assert (loaded.spec.type, loaded.spec.id, loaded.findings) == (AnalysisType.GLOBAL, "aws_globals", ())


def test_a_global_may_leave_out_its_name():
    assert load_spec("a.yml", b"AnalysisType: global\nFilename: panther.py\n").spec.id == "panther"


def test_a_data_model_keeps_its_mappings():
    data = (
        b"AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [T]\nFilename: m.py\n"
        b"Mappings: [{Name: a, Path: $.b}, {Name: c, Method: d}]\n"
    )
    loaded = load_spec("a.yml", data)
    assert loaded.findings == ()
    assert loaded.spec.mappings == (FieldMapping("a", path="$.b"), FieldMapping("c", method="d"))


@pytest.mark.parametrize(
    ("line", "enabled"), [("", True), ("Enabled: true\n", True), ("Enabled: false\n", False)]
)
def test_a_spec_is_enabled_unless_it_says_otherwise(line, enabled):
    assert load_spec("a.yml", f"AnalysisType: rule\nRuleID: A\n{line}".encode()).spec.enabled is enabled


def test_a_rule_without_a_body_has_no_fault():
    head = b"AnalysisType: rule\nRuleID: A\nEnabled: true\nSeverity: Low\nLogTypes: [T]\n"
    data = head + b"Detection: [{Key: a, Condition: Exists}]\n"
    loaded = load_spec("a.yml", data)
    assert loaded.findings == ()


@pytest.mark.parametrize(
    "data",
    [
        b"on: push\njobs: {}\n",
        b"AnalysisType\n",
        b"a: {AnalysisType: rule}\n",
        b"- a\n- RuleID\n",
        b"- run: |\n    AnalysisType: rule\n",
        b"Enabled: true\nFilename: x\n",
        b"",
        b"a: 1\n---\nb: 2\n",
        b"x: !Ref y\n",
    ],
)
def test_other_files_are_not_mistaken_for_specs(data):
    assert load_spec("a.yml", data) == load_spec("b.yml", b"a: b\n")


@pytest.mark.parametrize(
    "data",
    [
        b"Enabled: true\nFilename: x\nSeverity: Low\n",
        b"RuleID: A\n",
        b"analysis_type: rule\n",
        b"BaseDetection: a\n",
    ],
)
def test_a_spec_without_a_type_is_never_dropped(data):
    assert [each.check for each in load_spec("a.yml", data).findings] == ["analysis-type"]


def test_a_broken_spec_still_has_its_good_cases():
    data = RULE_OF_2020.replace(b"Severity: Low", b"Severity: Lower") + b"  - Name: two\n  - 3\n"
    loaded = load_spec("a.yml", data)
    assert [case.name for case in loaded.spec.cases] == ["one"]
    assert {each.detection for each in loaded.findings} == {"My.Rule"}
    assert all(each.location.line and each.hint is not None for each in loaded.findings)


def test_cases_and_mocks_that_lack_something_are_left_out_and_the_others_stay():
    event, mocks = (
        "Log: {a: 1}",
        "Mocks: [3, {objectName: 1}, {objectName: ''}, {returnValue: 2}, {objectName: f}]",
    )
    tests = (
        f"{{ExpectedResult: true, {event}}}",
        f"{{Name: 1, ExpectedResult: true, {event}}}",
        f"{{Name: a, {event}}}",
        f"{{Name: b, ExpectedResult: 1, {event}}}",
        "{Name: c, ExpectedResult: true, Log: text}",
        "{Name: d, ExpectedResult: true}",
        f"{{Name: e, ExpectedResult: false, {event}, {mocks}, ExpectedDestinations: [X, 1]}}",
        f"{{Name: f, ExpectedResult: false, {event}, Mocks: text, ExpectedDestinations: text}}",
    )
    spec = load_spec("a.yml", f"AnalysisType: rule\nRuleID: A\nTests: [{', '.join(tests)}]\n".encode()).spec
    assert [(case.name, case.destinations) for case in spec.cases] == [("e", ("X",)), ("f", None)]
    assert [(mock.name, mock.value) for mock in spec.cases[0].mocks] == [("f", None)]


def test_mappings_that_lack_a_name_are_left_out():
    mappings = "[3, {Path: a}, {Name: 1, Path: a}, {Name: b, Path: 1}]"
    data = f"AnalysisType: datamodel\nDataModelID: M\nLogTypes: [T]\nMappings: {mappings}\n"
    assert load_spec("a.yml", data.encode()).spec.mappings == (FieldMapping("b"),)


def test_what_is_missing_in_a_whole_spec_is_told_at_its_type():
    data = b"# a rule\nRuleID: A\nAnalysisType: rule\nFilename: a.py\nEnabled: true\nLogTypes: [T]\n"
    (finding,) = load_spec("a.yml", data).findings
    assert (finding.check, finding.location) == ("missing-key", Location("a.yml", 3, 1))


def test_a_spec_larger_than_is_read_is_told_so():
    data = RULE_OF_2020.ljust(LARGEST, b"#")
    assert [each.check for each in load_spec("a.yml", data).findings] == []
    (finding,) = load_spec("a.yml", data + b"#").findings
    assert (finding.check, "larger than 4 MiB" in finding.message) == ("large-file", True)


def test_an_unreadable_file_of_no_spec_is_a_notice():
    assert [each.level for each in load_spec("a.yml", b"\x7fELF\x00\xff").findings] == [Level.NOTICE]


@pytest.mark.parametrize("filename", ["../../a.py", "/a.py", "a\\0.py", "''", "[a.py]", ".."])
def test_a_body_outside_of_the_repository_is_none(filename):
    data = RULE_OF_2020.replace(b"my_rule.py", filename.encode())
    spec = load_spec("rules/a.yml", data).spec
    assert spec.body is None or spec.body.startswith("rules/") or filename == ".."


@pytest.mark.parametrize(
    ("reports", "read"),
    [
        ("{CIS: [1.10, 1.5, 3, '4.10', 08, 012]}", {"CIS": ["1.10", "1.5", "3", "4.10", "08", "012"]}),
        (f"{{CIS: [{'1.10, ' * 50}]}}", {"CIS": ["1.10"] * 50}),
        ("{CIS: [true, ~, [1.10]], 1.10: text}", {"CIS": [True, None, [1.1]], "1.1": "text"}),
        ("[1.10]", [1.1]),
    ],
)
def test_numbers_in_reports_are_kept_as_they_are_written(reports, read):
    data = f"AnalysisType: rule\nRuleID: A\nReports: {reports}\n".encode()
    assert load_spec("a.yml", data).spec.fields["Reports"] == read


@pytest.mark.parametrize("word", ["yes", "On", "y", "no", "OFF"])
def test_a_word_that_is_no_boolean_is_an_error_where_one_is_needed(word):
    data = f"AnalysisType: rule\nRuleID: A\nEnabled: {word}\nTests:\n- ExpectedResult: {word}\n"
    found = load_spec("a.yml", data.encode()).findings
    wrong = [each for each in found if each.check == "wrong-type"]
    assert [(each.location.line, each.level) for each in wrong] == [(3, Level.ERROR), (5, Level.ERROR)]
    assert all(f"`{word.lower()}` is text for a deployment" in each.hint for each in wrong)
