"""Which paths of data models are warned of depends on what is installed."""

import pytest

from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.checks.data_model_paths import judge_path
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

MODEL = (
    b"AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [T]\nMappings:\n"
    b"  - {Name: a, Path: $..a}\n  - {Name: b, Path: 'a['}\n"
)


@pytest.mark.parametrize(
    ("modules", "found"),
    [
        (frozenset(), ["unsupported-path", "invalid-path"]),
        (frozenset({"jsonpath_ng"}), ["invalid-path"]),
    ],
)
def test_cases_read_every_path_with_the_library_of_a_deployment(modules, found):
    files = {"m.yml": MODEL}
    findings = check_project(load_project(Search(files), files), CheckSettings(modules=modules))
    assert [finding.check for finding in findings] == found


def test_a_path_may_have_a_thousand_characters():
    assert judge_path("a" * 1000) is None
    found = judge_path("a" * 1001)
    assert found and found[1].endswith("is longer than 1000 characters.")
