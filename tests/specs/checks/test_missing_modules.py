"""The next step for a module that is missing depends on where it can come from."""

import pytest

from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.checks.imports import find_missing_modules
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

SPEC = b"""AnalysisType: rule
RuleID: A
Filename: a.py
LogTypes: [AWS.CloudTrail]
Severity: High
Enabled: true
Tests: [{Name: a, ExpectedResult: true, Log: {}}]
"""


def hint_for(statement: str, *others: str) -> str:
    files = {"rules/a.yml": SPEC, "rules/a.py": f"{statement}\ndef rule(event):\n    return True\n".encode()}
    files |= dict.fromkeys(others, b"")
    (finding,) = check_project(load_project(Search(files), files), CheckSettings(modules=frozenset()))
    return finding.hint


@pytest.mark.parametrize(
    "statement",
    [
        "import dateutil.parser",
        "from policyuniverse.policy import Policy",
        "import panther_detection_helpers",
    ],
)
def test_a_package_that_a_deployment_offers_comes_with_an_extra(statement: str) -> None:
    assert "install `panther-ci[bodies]`" in hint_for(statement)
    assert "`requirements`" in hint_for(statement)


def test_any_other_package_comes_from_requirements() -> None:
    assert "panther-ci[bodies]" not in hint_for("import slack_sdk")


def test_a_global_that_the_change_took_away_is_told_so() -> None:
    files = {"rules/a.yml": SPEC, "rules/a.py": b"import lost\ndef rule(event):\n    return True\n"}
    settings = CheckSettings(modules=frozenset(), before=frozenset({"module:lost"}))
    (finding,) = find_missing_modules(load_project(Search(files), files), settings)
    assert finding.hint == "This change takes the global away: keep it, or change what imports it."
    assert hint_for("import lost") != finding.hint


def test_what_fails_as_soon_as_the_body_is_loaded_comes_first() -> None:
    body = b"try:\n    import maybe\nexcept ImportError:\n    pass\nimport surely\n"
    files = {"rules/a.yml": SPEC, "rules/a.py": body + b"def rule(event):\n    return True\n"}
    project = load_project(Search(files), files)
    found = find_missing_modules(project, CheckSettings(modules=frozenset()))
    assert [(each.location.line, each.level) for each in found] == [(5, "error"), (2, "warning")]


def test_a_file_of_that_name_may_become_a_global() -> None:
    advice = "Add a global with `GlobalID: ours` for `{}`."
    assert hint_for("import ours", "globals/ours.py") == advice.format("globals/ours.py")
    assert hint_for("import ours", "b/ours.py", "x/ours.py") == advice.format("b/ours.py")
    assert "Add a global" not in hint_for("import ours", "globals/ours.txt", "globals/hours.py")


def test_words_that_a_computed_import_may_name_are_not_reported() -> None:
    computed = (
        b"import importlib\n\ndef rule(event):\n    return importlib.import_module('ours' + event['x'])\n"
    )
    files = {"rules/a.yml": SPEC, "rules/a.py": computed}
    project = load_project(Search(files), files)
    assert [*find_missing_modules(project, CheckSettings(modules=frozenset()))] == []
