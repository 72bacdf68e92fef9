"""Every kind of spec has a complete row, and each step does with it what the row says."""

import json

import pytest

from panther_ci.deployments.local.acceptance import accept, count_changes
from panther_ci.kinds import CURRENT, ID_KEYS, KINDS, LEGACY, PACK_ORDER, AnalysisType, Evaluator
from panther_ci.model import Level, PackItem
from panther_ci.packaging.archive import build_archives
from panther_ci.running.confined.engine.evaluators import find_part
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.schemas import read_schema
from panther_ci.specs.schemas.editors import published
from panther_ci.specs.schemas.table import compile_schema
from panther_ci.specs.search import Search

SCHEDULE = {"RateMinutes": 60, "TimeoutMinutes": 5}
# What a spec of each kind needs beside its type, its id and its body.
MORE = {
    AnalysisType.POLICY: {"Enabled": True, "Severity": "Low"},
    AnalysisType.RULE: {"Enabled": True, "Severity": "Low", "LogTypes": ["A.B"]},
    AnalysisType.SCHEDULED_RULE: {"Enabled": True, "Severity": "Low", "ScheduledQueries": ["Q"]},
    AnalysisType.DATAMODEL: {"Enabled": True, "LogTypes": ["A.B"], "Mappings": []},
    AnalysisType.LOOKUP_TABLE: {
        "Enabled": True,
        "Query": "select 1",
        "Refresh": {"PeriodMinutes": 60},
        "LogTypeMap": {"PrimaryKey": "a"},
    },
    AnalysisType.SAVED_QUERY: {"Query": "select 1"},
    AnalysisType.SCHEDULED_QUERY: {"Enabled": True, "Query": "select 1", "Schedule": SCHEDULE},
    AnalysisType.SCHEDULED_PROMPT: {
        "PromptName": "a",
        "DisplayName": "a",
        "PromptText": "What?",
        "RunAsUser": "a@example.com",
        "Schedule": SCHEDULE,
    },
    AnalysisType.CORRELATION_RULE: {
        "Enabled": True,
        "Severity": "Low",
        "Detection": [{"Group": [{"RuleID": "a"}], "Schedule": SCHEDULE}],
    },
    AnalysisType.PACK: {"PackDefinition": {"IDs": []}},
}
EVERY = pytest.mark.parametrize("type", AnalysisType)


def write_spec(type: AnalysisType) -> dict:
    body = {"Filename": "a.py"} if type.kind.body.is_python else {}
    return {"AnalysisType": type.value, type.kind.id_keys[0]: "a"} | body | MORE.get(type, {})


def read_project(type: AnalysisType):
    matcher = type.kind.matcher
    files = {
        "a.json": json.dumps(write_spec(type)).encode(),
        "a.py": f"def {matcher.function}({matcher.argument}):\n    return True\n".encode(),
        "q.json": b'{"AnalysisType": "scheduled_query", "QueryName": "Q"}',
    }
    return load_project(Search(files), ["a.json"])


@EVERY
def test_a_kind_has_a_row_an_order_and_a_family(type):
    assert KINDS[type].type is type.kind.type is type
    assert type in PACK_ORDER
    assert type.kind.family and type.kind.family[0].isupper()
    assert set(type.kind.id_keys) <= set(ID_KEYS)
    assert type in CURRENT
    assert (type in LEGACY) is type.kind.legacy


@EVERY
def test_a_kind_has_a_schema(type):
    assert compile_schema(read_schema(type))(write_spec(type))
    assert not compile_schema(read_schema(type))({"AnalysisType": type.value})
    assert json.loads(published(type))["properties"].keys() >= set(type.kind.id_keys[:1])


@EVERY
def test_the_cases_of_a_kind_have_an_evaluator(type):
    assert type.judged is bool(type.kind.evaluator)


@pytest.mark.parametrize("evaluator", [each for each in Evaluator if each is not Evaluator.NONE])
def test_an_evaluator_loads_a_detection_and_runs_its_cases(evaluator):
    assert {"load", "run"} <= set(dir(find_part(evaluator)))


@EVERY
def test_a_spec_of_a_kind_is_loaded_and_has_no_findings(type):
    project = read_project(type)
    assert [(spec.type, spec.id) for spec in project.selected] == [(type, "a")]
    # A query that no rule uses is told.
    assert [each for each in check_project(project, CheckSettings()) if each.level is not Level.NOTICE] == []


@EVERY
def test_a_kind_is_found_by_its_id_and_by_what_its_row_provides(type):
    outline = read_project(type).search.outline("a.json")
    names = {"detection:a"}
    if type.kind.provides:
        names.add(f"{type.kind.provides}:{'A.B' if type.kind.provides == 'log-type' else 'a'}")
    assert outline.provides == names | {"file:a.json"}
    assert ("log-type:A.B" in outline.requires) is type.kind.uses_data_models


@EVERY
def test_the_references_of_a_kind_are_required(type):
    if type.kind.references is None:
        assert type not in (AnalysisType.PACK, AnalysisType.CORRELATION_RULE)
        return
    *outer, last = type.kind.references.root
    value: object = [{type.kind.references.key: "Other"}] if type.kind.references.key else ["Other"]
    for key in (last, *reversed(outer)):
        value = {key: value}
    assert isinstance(value, dict)
    (outline,) = Search({"a.json": json.dumps(write_spec(type) | value).encode()}).read_all()
    assert "detection:Other" in outline.requires


@EVERY
def test_a_deployment_takes_a_kind_and_counts_it_in_its_family(type):
    project = read_project(type)
    paths = ["a.json", "a.py"] if type.kind.body.is_python else ["a.json"]
    item = PackItem("a.json", "a", type, tuple((path, project.files[path]) for path in paths))
    (entity,) = accept(build_archives([item])[0].data)
    assert (entity.type, entity.id, entity.key) == (type, "a", (type.kind.table, "a"))
    assert count_changes([entity], {})[f"new{type.kind.family}"] == 1


@EVERY
@pytest.mark.parametrize("status", ["experimental", "Deprecated", "DEPRECATED"])
def test_a_kind_that_others_load_is_deployed_whatever_its_status(type, status):
    assert type.is_released(status) is type.kind.shared
    files = {"a.json": json.dumps(write_spec(type) | {"Status": status}).encode()}
    (outline,) = Search(files).read_all()
    assert outline.released is type.kind.shared


@EVERY
@pytest.mark.parametrize("status", ["stable", "Beta", " experimental ", "", None, True, ["deprecated"]])
def test_no_other_status_keeps_a_spec_out_of_a_deployment(type, status):
    assert type.is_released(status)
