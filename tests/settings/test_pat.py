"""Settings and variables of Panther's own tool mean the same here, and what does nothing is told."""

import pytest

from panther_ci.errors import InputError
from panther_ci.settings.pat import read_pat, read_variables
from panther_ci.settings.values import FIELDS

ALL = frozenset(FIELDS)


def values(text: str) -> dict[str, object]:
    return {name: value.value for name, value in read_pat(text.encode(), ALL).values.items()}


def test_keys_with_a_counterpart_become_inputs() -> None:
    text = (
        "path: rules\nout: build\nminimum_tests: 2\nskip_disabled_tests: True\n"
        "ignore_files: [a.yml, b c.yml]\navailable_destination: slack\nvalid_table_names: ['a.*', b.c]\n"
        "ignore_table_names: yes\n"
        "_filter: [Severity=High, 'LogTypes=A,B']\n"
    )
    assert values(text) == {
        **{"path": "rules", "output_path": "build", "minimum_tests": 2, "skip_disabled_tests": True},
        **{"exclude": "a.yml 'b c.yml'", "available_destination": "slack", "valid_table_names": "a.*,b.c"},
        **{"table_names": "off", "filter": "Severity=High LogTypes=A,B"},
    }


def test_what_a_command_shows_is_set_too() -> None:
    settings = read_pat(b"show_failures_only: true\nsort_test_results: false\ntest_names: [a b]\n", ALL)
    values = {flag: value.value for flag, value in settings.flags.items()}
    assert values == {"failures_only": True, "sort": False, "test_names": ["a b"]}
    assert (settings.values, settings.notes) == ({}, ())


def test_what_no_input_of_the_command_is_is_not_read() -> None:
    assert read_pat(b"out: /tmp/elsewhere\n", ALL - {"output_path"}).values == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "aws_profile: p\nworkers: 3\n",
            "In `.panther_settings.yml` these keys do nothing here: `aws_profile`, `",
        ),
        ("ignore-table-names: true\n", "(did you mean `ignore_table_names`?)"),
        (
            "filter: {RuleID: [A]}\n",
            "`filter` of `.panther_settings.yml` does nothing here, as in Panther's own",
        ),
        ("api_host: acme.runpanther.net\n", "`api_host` of `.panther_settings.yml` is not used here"),
    ],
)
def test_a_key_that_does_nothing_is_told(text: str, words: str) -> None:
    settings = read_pat(text.encode(), ALL)
    (note,) = settings.notes
    assert (words in note, settings.values) == (True, {})


def test_a_token_in_the_repository_is_not_used_and_not_repeated() -> None:
    settings = read_pat(b"api_token: abc123\n", ALL)
    (note,) = settings.notes
    assert ("revoke it" in note, "abc123" in note, settings.values) == (True, False, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("minimum_tests: two", ".panther_settings.yml:1: `minimum-tests` is `two`, not a whole number."),
        ("\nskip_disabled_tests: 7", ".panther_settings.yml:2: '7' is not a boolean."),
        ("path: a\npath: b", ".panther_settings.yml:2: The key `path` is here and on line 1."),
    ],
)
def test_a_wrong_value_is_named_by_its_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_pat(text.encode(), ALL)
    assert caught.value.message == words


def test_variables_are_read_as_that_tool_reads_them() -> None:
    environ = {
        **{"PANTHER_PATH": "rules", "PANTHER_MINIMUM_TESTS": "2", "PANTHER_SKIP_DISABLED_TESTS": "1"},
        **{"PANTHER_AVAILABLE_DESTINATION": "slack pager", "PANTHER_FILTER": "Severity=High Enabled=true"},
        **{"PANTHER_IGNORE_FILES": "a.yml b.yml", "PANTHER_OUT": "", "PANTHER_KMS_KEY": "k"},
    }
    assert {name: value.value for name, value in read_variables(environ, ALL).items()} == {
        **{"path": "rules", "minimum_tests": 2, "skip_disabled_tests": True, "exclude": "a.yml b.yml"},
        **{"available_destination": "slack,pager", "filter": "Severity=High Enabled=true"},
    }


@pytest.mark.parametrize("name", ["PANTHER_MINIMUM_TESTS", "PANTHER_SKIP_DISABLED_TESTS"])
def test_a_wrong_variable_is_named(name: str) -> None:
    with pytest.raises(InputError, match=f"{name}: "):
        read_variables({name: "two"}, ALL)
