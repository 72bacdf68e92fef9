"""Jobs hold everything a detection loads, and say what of it changed."""

import json

import pytest

from panther_ci.kinds import Evaluator
from panther_ci.model import Source
from panther_ci.specs.assembly import build_jobs, find_needed, resolve
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

RULE = b"""\
AnalysisType: rule
RuleID: Base
Filename: base.py
Enabled: true
LogTypes: [T]
Severity: Low
CreateAlert: false
Tests:
  - Name: one
    ExpectedResult: true
    Log: {a: 1, p_log_type: T}
"""
FILES = {
    "rules/base.yml": RULE,
    "rules/base.py": b"def rule(event):\n    from first import check\n    return check(event)\n",
    "rules/derived.yml": b"AnalysisType: rule\nRuleID: Derived\nBaseDetection: Base\nSeverity: High\n",
    "rules/own.yml": (
        b"AnalysisType: rule\nRuleID: Own\nBaseDetection: Derived\nCreateAlert: true\n"
        b"Tests:\n  - {Name: mine, ExpectedResult: false, Log: {p_log_type: T}}\n"
    ),
    "rules/none.yml": b"AnalysisType: rule\nRuleID: None\nBaseDetection: Base\nTests: []\n",
    "g/first.yml": b"AnalysisType: global\nGlobalID: first\nFilename: one.py\n",
    "g/one.py": b"import json\nimport second\n\n\ndef check(event):\n    return True\n",
    "g/second.yml": b"AnalysisType: global\nGlobalID: second\nFilename: two.py\n",
    "g/two.py": b"import first\n",
    "g/third.yml": b"AnalysisType: global\nGlobalID: third\nFilename: three.py\n",
    "g/three.py": b"X = 3\n",
    "g/unused.yml": b"AnalysisType: global\nGlobalID: unused\nFilename: unused.py\n",
    "g/unused.py": b"X = 4\n",
    "m/model.yml": (
        b"AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [T]\nFilename: model.py\n"
        b"Mappings: [{Name: a, Method: read}]\n"
    ),
    "m/model.py": b"import third\n\n\ndef read(event):\n    return third.X\n",
    "m/off.yml": b"AnalysisType: datamodel\nDataModelID: N\nEnabled: false\nLogTypes: [T]\nMappings: []\n",
}


def jobs(selected=FILES, changed=frozenset(), files=FILES):
    return {job.spec.id: job for job in build_jobs(load_project(Search(files), selected), frozenset(changed))}


def test_of_two_detections_of_one_id_the_first_file_is_the_base():
    twins = {f"{folder}/base.py": f"# {folder}\n".encode() for folder in "ab"}
    twins |= {f"{folder}/base.yml": RULE for folder in "ab"}
    files = twins | {"derived.yml": FILES["rules/derived.yml"]}
    assert jobs(["derived.yml"], files=files)["Derived"].body.path == "a/base.py"


def test_the_repository_of_these_tests_is_sound():
    assert check_project(load_project(Search(FILES), FILES), CheckSettings()) == ()


def test_helpers_come_through_any_number_of_steps():
    job = jobs()["Base"]
    assert [(helper.name, helper.path) for helper in job.helpers] == [
        ("first", "g/one.py"),
        ("second", "g/two.py"),
        ("third", "g/three.py"),
    ]
    assert job.body == Source("base", "rules/base.py", FILES["rules/base.py"])


def test_the_enabled_data_model_of_the_log_type_comes_with_its_body():
    models = jobs()["Base"].data_models
    body = Source("model", "m/model.py", FILES["m/model.py"])
    assert [(model.id, model.log_type, model.body) for model in models] == [("M", "T", body)]


def test_a_data_model_is_that_of_the_first_of_its_log_types():
    files = {**FILES, "m/model.yml": FILES["m/model.yml"].replace(b"LogTypes: [T]", b"LogTypes: [T, U]")}
    assert [model.log_type for model in jobs(files=files)["Base"].data_models] == ["T"]


def test_the_data_models_are_those_of_the_log_types_that_cases_state():
    stating = {**FILES, "rules/base.yml": RULE.replace(b"LogTypes: [T]", b"LogTypes: [U]")}
    assert [model.id for model in jobs({"rules/base.yml"}, files=stating)["Base"].data_models] == ["M"]
    silent = {**FILES, "rules/base.yml": RULE.replace(b", p_log_type: T", b"")}
    assert jobs({"rules/base.yml"}, files=silent)["Base"].data_models == ()


def test_a_log_type_that_no_data_model_has_needs_none():
    other = {**FILES, "rules/base.yml": RULE.replace(b"p_log_type: T", b"p_log_type: Z")}
    assert jobs({"rules/base.yml"}, files=other)["Base"].data_models == ()


def test_a_data_model_without_a_body_comes_alone_and_one_whose_body_is_missing_too():
    model = FILES["m/model.yml"]
    bare = {
        **FILES,
        "m/model.yml": model.replace(b"Filename: model.py\n", b"").replace(b"Method: read", b"Path: a"),
    }
    missing = {path: data for path, data in FILES.items() if path != "m/model.py"}
    for files in (bare, missing):
        assert [each.body for each in jobs(files=files)["Base"].data_models] == [None]


def needed(*selected, files=FILES):
    project = load_project(Search(files), selected)
    return find_needed(project, project.selected)


def test_what_a_spec_needs_is_its_bases_its_data_models_and_the_globals_of_both():
    helpers = {"g/first.yml", "g/second.yml", "m/model.yml", "g/third.yml"}
    assert needed("rules/base.yml") == helpers
    assert needed("rules/own.yml") == helpers | {"rules/base.yml", "rules/derived.yml"}
    assert needed("rules/none.yml") == {"g/first.yml", "g/second.yml", "rules/base.yml"}
    assert needed("g/first.yml") == {"g/first.yml", "g/second.yml"}
    assert needed("g/third.yml", "g/unused.yml") == set()


def test_what_is_missing_is_not_needed():
    without = ("rules/base.py", "g/two.py", "m/model.py")
    files = {path: data for path, data in FILES.items() if path not in without}
    assert needed("rules/base.yml", files=files) == {"m/model.yml"}
    assert needed("g/first.yml", files=files) == set()


def test_a_derived_rule_takes_over_what_it_does_not_say():
    job = jobs()["Derived"]
    assert (job.body.path, [case.name for case in job.spec.cases]) == ("rules/base.py", ["one"])
    assert (job.spec.log_types, job.spec.create_alert) == (("T",), False)
    assert (job.spec.fields["Severity"], job.spec.fields["RuleID"]) == ("High", "Derived")


def resolved(kind, base, own):
    specs = {
        "a.yml": f"AnalysisType: {kind}\nRuleID: Base\nFilename: a.py\n{base}".encode(),
        "b.yml": f"AnalysisType: {kind}\nRuleID: D\nBaseDetection: Base\n{own}".encode(),
    }
    project = load_project(Search(specs), specs)
    return resolve(project, project.specs["b.yml"])


@pytest.mark.parametrize(
    ("base", "own", "expected"),
    [("[A]", "", ("A",)), ("[A]", "[B]", ("B",)), ("[A]", "[]", ("A",))],
)
def test_log_types_and_queries_are_its_own_or_else_those_of_its_base(base, own, expected):
    mine = {key: f"{key}: {own}\n" if own else "" for key in ("LogTypes", "ScheduledQueries")}
    assert resolved("rule", f"LogTypes: {base}\n", mine["LogTypes"]).log_types == expected
    queries = resolved("scheduled_rule", f"ScheduledQueries: {base}\n", mine["ScheduledQueries"]).queries
    assert queries == expected


def enabled(own, base):
    specs = {
        "a.yml": RULE.replace(b"Enabled: true\n", base),
        "b.yml": b"AnalysisType: rule\nRuleID: D\nBaseDetection: Base\n" + own,
    }
    project = load_project(Search(specs), specs)
    return resolve(project, project.specs["b.yml"]).enabled


@pytest.mark.parametrize(
    ("own", "base", "result"),
    [
        (b"", b"Enabled: true\n", True),
        (b"", b"Enabled: false\n", False),
        (b"Enabled: true\n", b"Enabled: false\n", True),
        (b"Enabled: false\n", b"Enabled: true\n", False),
        (b"", b"", True),
    ],
)
def test_a_derived_detection_is_enabled_as_it_says_or_else_as_its_base(own, base, result):
    assert enabled(own, base) is result


def test_own_fields_override_those_of_the_base():
    job = jobs()["Own"]
    assert [case.name for case in job.spec.cases] == ["mine"]
    assert (job.spec.create_alert, job.spec.fields["Severity"]) == (True, "High")


def test_an_empty_list_of_cases_is_not_filled_from_the_base():
    assert jobs()["None"].spec.cases == ()


def test_what_one_selected_rule_needs_is_loaded():
    assert jobs(selected={"rules/own.yml"})["Own"] == jobs()["Own"]
    assert jobs(selected={"rules/own.yml"}).keys() == {"Own"}


def test_a_group_is_what_of_the_change_is_loaded():
    shared = {"g/two.py", "g/second.yml", "m/model.yml", "m/model.py", "rules/base.py", "rules/base.yml"}
    changed = shared | {"g/unused.py", "rules/derived.yml", "m/off.yml"}
    groups = {id_: set(job.group) for id_, job in jobs(changed=changed).items()}
    assert groups == {
        "Base": shared,
        "Derived": shared | {"rules/derived.yml"},
        "Own": shared | {"rules/derived.yml"},
        "None": shared - {"m/model.yml", "m/model.py"},
    }


def test_scheduled_rules_and_policies_have_no_data_model():
    scheduled = RULE.replace(b"rule\n", b"scheduled_rule\n", 1).replace(
        b"LogTypes: [T]", b"ScheduledQueries: [Q]"
    )
    assert jobs(files={**FILES, "rules/base.yml": scheduled})["Base"].data_models == ()


def test_bodies_that_can_not_run_have_no_job():
    broken = {**FILES, "rules/base.py": b"def rule(:\n"}
    missing = {path: data for path, data in FILES.items() if path != "rules/base.py"}
    assert (jobs(files=broken, selected=broken), jobs(files=missing, selected=missing)) == ({}, {})


def test_rules_that_only_a_deployment_decides_are_skipped_with_those_derived_from_them():
    only = RULE.replace(b"Filename: base.py", b"Detection: [{Key: a, Condition: Like}]")
    files = {**FILES, "rules/base.yml": only}
    project = load_project(Search(files), files)
    assert build_jobs(project, frozenset()) == ()
    assert project.skipped.keys() == {f"rules/{name}.yml" for name in ("base", "derived", "own", "none")}


def test_a_derived_rule_whose_base_is_elsewhere_has_no_job_even_with_a_body():
    derived = b"AnalysisType: rule\nRuleID: D\nBaseDetection: Elsewhere\nFilename: d.py\n"
    files = {"d.yml": derived, "d.py": FILES["rules/base.py"]}
    assert jobs(files=files, selected=files) == {}


def test_bases_that_lead_in_a_circle_end():
    circle = {**FILES, "rules/base.yml": b"AnalysisType: rule\nRuleID: Base\nBaseDetection: Own\n"}
    project = load_project(Search(circle), circle)
    assert build_jobs(project, frozenset()) == ()
    assert {each.check for each in check_project(project, CheckSettings())} >= {"unresolved-reference"}


SIMPLE = (
    b"AnalysisType: rule\nRuleID: Simple\nLogTypes: [T]\nSeverity: Low\nEnabled: true\n"
    b"Detection: [{Key: a, Condition: Exists}]\nInlineFilters: []\nGroupBy: [{Key: a}]\n"
)


def test_a_derived_detection_runs_what_its_base_declares():
    derived = b"AnalysisType: rule\nRuleID: D\nBaseDetection: Simple\nAlertTitle: its own\n"
    files = {"simple.yml": SIMPLE, "derived.yml": derived, "other.yml": derived.replace(b" D", b" E")}
    found = jobs(files=files, selected=files)
    assert {job.spec.evaluator for job in found.values()} == {Evaluator.SIMPLE}
    detection = Source("Detection", "simple.yml", b'{"Detection": [{"Key": "a", "Condition": "Exists"}]}')
    assert [job.body for job in found.values()] == [detection] * 3
    assert [(each.name, each.path) for each in found["D"].declared] == [
        ("InlineFilters", "simple.yml"),
        ("AlertTitle", "derived.yml"),
        ("GroupBy", "simple.yml"),
    ]
    assert found["D"].body is found["E"].body
    assert found["D"].declared[0] is found["Simple"].declared[0]


def test_what_is_declared_beside_a_body_is_its_filters():
    more = b"InlineFilters: []\nGroupBy: []\n"
    (job,) = jobs(files={**FILES, "rules/base.yml": RULE + more}, selected=["rules/base.yml"]).values()
    assert [json.loads(each.text) for each in job.declared] == [{"InlineFilters": []}]
    scheduled = (RULE + more).replace(b"rule\n", b"scheduled_rule\n", 1)
    (job,) = jobs(files={**FILES, "rules/base.yml": scheduled}, selected=["rules/base.yml"]).values()
    assert job.declared == ()


def test_a_correlation_rule_has_a_case_for_each_list_of_outputs():
    data = (
        b"AnalysisType: correlation_rule\nRuleID: C\nDetection: [{Group: []}]\nTests:\n"
        b"  - {Name: one, ExpectedResult: true, RuleOutputs: [{ID: a}]}\n"
        b"  - {Name: two, ExpectedResult: true, Log: {}}\n"
    )
    project = load_project(Search({"c.yml": data}), {"c.yml"})
    (spec,) = project.selected
    assert [(case.name, case.event) for case in spec.cases] == [("one", [{"ID": "a"}])]
    assert spec.evaluator is Evaluator.CORRELATION
