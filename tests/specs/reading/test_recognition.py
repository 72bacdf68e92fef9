"""What tells a spec, or what was meant to be one, from other files."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.kinds import AnalysisType
from panther_ci.model import Json
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import find_id, find_type, is_spec, may_be_spec
from panther_ci.specs.reading.scalars import Scalars
from tests.notations import notations

COMMON = (
    "Enabled",
    "Filename",
    "Severity",
    "LogTypes",
    "ResourceTypes",
    "Tests",
    "DedupPeriodMinutes",
    "DisplayName",
)
MEANT = (
    {"AnalysisType": "rule"},
    {"RuleID": "Some.Rule"},
    {"policyID": "Some.Policy", "Analysis Type": "policy"},
    {"BaseDetection": "Some.Rule", "Description": "What is it?"},
    {"Filename": "a.py", "Severity": "High", "LogTypes": ["AWS.CloudTrail"]},
    {"Enabled": "true", "Tests": "none", "DisplayName": "Some rule"},
    {"Enabled": "true", "Tests": "none", "DedupPeriodMinutes": "5"},
)
LIKE_TYPE = (
    *("analysis_type", "Analysis Type", "analysis-types", "AnalysisTyp", "AnalisisType", "AnalsisType"),
    *("AnalysesType", "AnalysysType", "AnalyssType", "AnalysiType", "nalysisType", "ANALYSISTYPE"),
)


@pytest.mark.parametrize("key", COMMON)
def test_three_keys_that_specs_have_in_common_make_one(key: str) -> None:
    two = [each for each in COMMON if each != key][:2]
    assert is_spec(dict.fromkeys([key, *two], "x"), "a.yml")
    assert not is_spec(dict.fromkeys([key, two[0], "other"], "x"), "a.yml")


@pytest.mark.parametrize("key", LIKE_TYPE)
def test_a_key_that_was_meant_to_state_a_type_makes_a_spec(key: str) -> None:
    assert is_spec({key: "x"}, "a.yml")
    assert not is_spec({key.replace("s", "z", 1).replace("S", "Z", 1): "x"}, "a.yml")


@pytest.mark.parametrize(
    ("value", "yaml", "json", "json_among_detections"),
    [
        ({"AnalysisType": "x"}, True, True, True),
        ({"RuleID": "x"}, True, False, False),
        ({"RuleID": "x", "Filename": "y"}, True, False, True),
        ({"BaseDetection": "x", "analysis_type": "y"}, True, False, True),
        ({"Filename": "x", "analysis_type": "y"}, True, False, False),
        ({"analysis": 1}, False, False, False),
        ([{"AnalysisType": "x"}], True, False, True),
        ([1, {"AnalysisType": "x"}], True, False, True),
        ([{"RuleID": "x"}], False, False, False),
        (["AnalysisType"], False, False, False),
        ("AnalysisType", False, False, False),
        (None, False, False, False),
    ],
)
def test_json_needs_more_than_yaml_to_be_a_spec(
    value: Json, yaml: bool, json: bool, json_among_detections: bool
) -> None:
    found = [is_spec(value, path) for path in ("a.yml", "a.json", "rules/a.json")]
    assert found == [yaml, json, json_among_detections]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"AnalysisType": "rule"}, AnalysisType.RULE),
        ({"AnalysisType": "policy", "PolicyID": "A"}, AnalysisType.POLICY),
        ({"AnalysisType": "policy", "PolicyID": "aws_globals"}, AnalysisType.GLOBAL),
        ({"AnalysisType": "rule", "PolicyID": "aws_globals"}, AnalysisType.RULE),
        ({"AnalysisType": "Rule"}, None),
        ({"AnalysisType": ["rule"]}, None),
        ({"AnalysisType": "x", "PolicyID": "aws_globals"}, None),
        ({}, None),
        (["AnalysisType"], None),
    ],
)
def test_the_type_is_what_the_file_states(value: Json, kind: AnalysisType | None) -> None:
    assert find_type(value) is kind


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (AnalysisType.RULE, {"PolicyID": "B", "RuleID": "A"}, ("RuleID", "A")),
        (AnalysisType.RULE, {"RuleID": 1}, ("", "")),
        (AnalysisType.RULE, {"RuleID": ""}, ("", "")),
        (AnalysisType.GLOBAL, {"GlobalID": "A", "PolicyID": "B"}, ("GlobalID", "A")),
        (AnalysisType.GLOBAL, {"PolicyID": "B"}, ("PolicyID", "B")),
        (AnalysisType.GLOBAL, {}, ("", "panther")),
        (AnalysisType.GLOBAL, {"GlobalID": 1}, ("", "")),
    ],
)
def test_the_id_is_found_with_its_key(
    kind: AnalysisType, value: Mapping[str, Json], found: tuple[str, str]
) -> None:
    assert find_id(kind, value) == found


@given(st.sampled_from((*MEANT, *({key: "rule"} for key in LIKE_TYPE))).flatmap(notations))
def test_what_reads_as_a_spec_may_be_one_by_its_bytes(data):
    document = parse(data, "rules/a.yml", Scalars())
    assert may_be_spec(data) or not is_spec(document.value, "rules/a.yml")


@pytest.mark.parametrize(
    "text",
    [
        "Some.ResourceTypes:\n  type: rule\n",
        "path: rules/Filename\n",
        "name: look at the Severity\n",
        "MyRuleID: 1\n",
        "analyst: me\n",
    ],
)
def test_an_index_of_specs_is_not_taken_for_one(text):
    assert not may_be_spec(text.encode())


@pytest.mark.parametrize(
    "text",
    ["{RuleID}", "? RuleID\n: Some.Rule\n", '"RuleID" : Some.Rule\n', "Note: &k RuleID\n*k : Some.Rule\n"],
)
def test_a_key_may_stand_without_a_colon_beside_it(text):
    assert may_be_spec(text.encode())
