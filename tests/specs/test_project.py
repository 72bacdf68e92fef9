"""Whatever a repository holds, each finding has a known check, a place and a next step."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panther_ci.catalogue import CheckId
from panther_ci.specs.assembly import build_jobs
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search
from tests.specs.golden import CASES

SEEDS = sorted(
    path
    for path in CASES.rglob("*")
    if path.suffix in (".yml", ".json", ".py") and path.stat().st_size < 2000
)
PIECES = st.sampled_from(
    [
        b"&a ",
        b"*a",
        b"<<: ",
        b"!!str ",
        b"- ",
        b": ",
        b"? ",
        b"[",
        b"]",
        b"{",
        b"}",
        b"'",
        b'"',
        b"\\",
        b"\n",
        b"\t",
    ]
    + [
        b"#",
        b"|",
        b"1.10",
        b"010",
        b"rule",
        b"\x00",
        b"\xff",
        b"---\n",
        b"..",
        b"/",
        b"~",
        b".nan",
        b"import a",
        b"",
    ]
)


@st.composite
def repositories(draw):
    """Files of golden cases, with pieces put in and taken out, and some of them selected."""
    files = {}
    for path in draw(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=8, unique=True)):
        data = path.read_bytes()
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(data)))
            data = data[:start] + draw(PIECES) + data[start + draw(st.integers(0, 12)) :]
        files[path.relative_to(CASES).as_posix()] = data
    return files, draw(st.sets(st.sampled_from(sorted(files))))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(repositories())
def test_no_repository_raises_and_no_finding_is_vague(drawn):
    files, selected = drawn
    project = load_project(Search(files), selected)
    findings = check_project(project, CheckSettings(2, frozenset({"requests"})))
    build_jobs(project, frozenset(selected))
    assert {each.check for each in findings} <= set(CheckId)
    assert {each.location.path for each in findings} <= files.keys()
    assert [each for each in findings if not each.message or not each.hint] == []
    assert [each for each in findings if each.location.line == 0 or each.location.column == 0] == []


def test_the_data_models_are_the_enabled_ones_by_their_first_log_type():
    files = {
        "a.yml": b"AnalysisType: rule\nRuleID: R\nFilename: r.py\nLogTypes: [T]\n",
        "b.yml": b"AnalysisType: datamodel\nDataModelID: B\nEnabled: false\nLogTypes: [T]\n",
        "c.yml": b"AnalysisType: datamodel\nDataModelID: C\nEnabled: true\nLogTypes: [T, U]\n",
        "d.yml": b"AnalysisType: datamodel\nDataModelID: D\nEnabled: true\nLogTypes: [T]\n",
        "e.yml": b"AnalysisType: datamodel\nDataModelID: E\nEnabled: true\nLogTypes: []\n",
    }
    project = load_project(Search(files), files)
    assert {name: spec.id for name, spec in project.data_models.items()} == {"T": "C"}


@pytest.mark.parametrize(
    ("path", "beside", "meant"),
    [
        ("rules/a.yml", {"rules/a.py": b"X = 1\n"}, True),
        ("scripts/a.yml", {"scripts/a.py": b"X = 1\n"}, False),
        ("scripts/a.yml", {"scripts/a.py": b"def rule(event):\n    return True\n"}, True),
        ("rules/a.yml", {"rules/b.py": b"X = 1\n"}, False),
        (
            "rules/a.yml",
            {"rules/a.py": b"X = 1\n", "rules/a.json": b'{"AnalysisType": "global", "Filename": "a.py"}'},
            False,
        ),
    ],
)
def test_what_is_beside_a_body_without_a_spec_was_meant_to_be_its_spec(path, beside, meant):
    files = {path: b"x: 1\n", **beside}
    found = check_project(load_project(Search(files), files), CheckSettings())
    assert ((path, "analysis-type") in [(each.location.path, each.check) for each in found]) is meant


def test_only_what_may_be_a_spec_is_read_as_one_though_all_is_selected():
    files = {
        "a.yml": b"AnalysisType: global\nGlobalID: a\nFilename: a.py\n",
        "a.py": b"AnalysisType: global\n",
    }
    project = load_project(Search(files), files)
    assert (project.specs.keys(), project.findings) == ({"a.yml"}, ())
