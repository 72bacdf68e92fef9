"""Inputs mean the same in action.yml, on the command line and in the README."""

import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from panther_ci.errors import InputError
from panther_ci.inputs import Inputs, declared_default, input_name, parse_boolean, read_given, split_names

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
DECLARED = {f"INPUT_{name.upper()}": str(each["default"]) for name, each in ACTION["inputs"].items()}


def test_action_yml_declares_exactly_the_fields_of_inputs() -> None:
    assert list(ACTION["inputs"]) == [input_name(item) for item in fields(Inputs)]


def test_nothing_that_action_yml_declares_counts_as_set_by_a_workflow() -> None:
    assert read_given(DECLARED | {"INPUT_GITHUB-TOKEN": ""}) == {}


def test_a_default_that_a_workflow_writes_counts_as_set() -> None:
    written = {"INPUT_SKIP-DISABLED-TESTS": "false", "INPUT_MINIMUM-TESTS": "0", "INPUT_PATH": "."}
    assert read_given(DECLARED | written) == {
        **{"github_token": "${{ github.token }}", "skip_disabled_tests": False},
        **{"minimum_tests": 0, "path": "."},
    }


def describe_default(item: "Field[Any]") -> str:
    """The default of an input as the pages write it."""
    text = f"{item.default:g}" if item.type is float else str(item.default)
    return text.lower() if item.type is bool else text


def test_action_yml_says_what_the_command_line_says_and_the_default_that_it_does_not_declare() -> None:
    for item, each in zip(fields(Inputs), ACTION["inputs"].values(), strict=True):
        default = describe_default(item)
        hidden = f" Default: `{default}`." if default and not declared_default(item) else ""
        assert each["description"] == item.metadata["help"] + hidden
        assert each["default"] in (declared_default(item), "${{ github.token }}")


def test_the_readme_lists_every_input_with_its_default() -> None:
    section = (ROOT / "README.md").read_text().partition("## Inputs")[2].partition("## Outputs")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", section, re.MULTILINE)
    defaults = {input_name(item): describe_default(item) for item in fields(Inputs)}
    shown = {name: default.strip("`") for name, default in rows if name in defaults}
    assert shown == defaults | {"github-token": "${{ github.token }}"}


def test_the_readme_lists_every_output() -> None:
    text = (ROOT / "README.md").read_text()
    assert [name for name in ACTION["outputs"] if f"| `{name}` |" not in text] == []


def test_values_are_trimmed_and_dashes_stay() -> None:
    assert read_given({"INPUT_AWS-REGION": " eu-west-1\n"}) == {"aws_region": "eu-west-1"}


def test_an_empty_path_switches_a_report_off() -> None:
    assert read_given({"INPUT_JUNIT-PATH": ""}) == {"junit_path": ""}


def test_no_branches_and_no_tags_to_deploy_can_be_asked_for() -> None:
    given = read_given({"INPUT_DEPLOY-BRANCHES": "", "INPUT_DEPLOY-TAGS": " "})
    assert given == {"deploy_branches": "", "deploy_tags": ""}


@pytest.mark.parametrize("text", ["yes", "1", "tRUE", ""])
def test_only_the_booleans_of_yaml_1_2_are_taken(text: str) -> None:
    with pytest.raises(InputError, match="not a boolean"):
        parse_boolean("dry-run", text)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("INPUT_MODE", "deploi", "mode: 'deploi' is unknown"),
        ("INPUT_MINIMUM-TESTS", "two", "minimum-tests: 'two' is not a number"),
        ("INPUT_MINIMUM-TESTS", "-1", "minimum-tests is below 0"),
        ("INPUT_JUNIT-PATH", "rules/a.yml", "junit-path: 'rules/a.yml' may be a spec, a body or"),
        ("INPUT_HTML-PATH", "rules/A.PY", "html-path: 'rules/A.PY' may be a spec, a body or"),
        ("INPUT_TIMEOUT-SECONDS", "nan", "timeout-seconds must be above 0"),
        ("INPUT_TIMEOUT-SECONDS", "0", "timeout-seconds must be above 0"),
        ("INPUT_DRY-RUN", "ja", "dry-run: 'ja' is not a boolean"),
        ("INPUT_PATH", "a\0b", "path holds a NUL character"),
    ],
)
def test_a_senseless_value_is_refused_by_name(variable: str, value: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        Inputs(**read_given({variable: value}))


def test_the_token_is_not_shown() -> None:
    assert "ghs_secret" not in repr(Inputs(github_token="ghs_secret"))


def test_names_in_a_list_may_contain_blanks() -> None:
    assert split_names("On call, Slack #soc\n  pager,,\n") == ("On call", "Slack #soc", "pager")
