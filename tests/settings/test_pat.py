"""Settings and variables of Panther's own tool mean the same here, and what does nothing is told."""

import pytest

from panther_ci.errors import InputError
from panther_ci.settings.pat import PAT_FILE, read_flag_variables, read_pat, read_variables
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


WORDS = {
    True: ("1", "true", "t", "yes", "y", "on", "True", "ON"),
    False: ("0", "false", "f", "no", "n", "off"),
}


@pytest.mark.parametrize(
    ("text", "value"), [(text, value) for value, texts in WORDS.items() for text in texts]
)
def test_a_boolean_has_these_words(text: str, value: bool) -> None:
    assert values(f"skip_disabled_tests: {text}") == {"skip_disabled_tests": value}
    assert values(f"ignore_table_names: {text}") == {"table_names": "off" if value else "on"}
    (found,) = read_variables({"PANTHER_SKIP_DISABLED_TESTS": f" {text} "}, ALL).values()
    assert found == (value, "PANTHER_SKIP_DISABLED_TESTS")


@pytest.mark.parametrize(("text", "names"), [("a b", ["a b"]), ("[a, b c]", ["a", "b c"])])
def test_names_of_cases_are_one_or_a_list(text: str, names: list[str]) -> None:
    assert read_pat(f"test_names: {text}\n".encode(), ALL).flags["test_names"] == (names, f"{PAT_FILE}:1")


def test_names_of_cases_are_texts() -> None:
    with pytest.raises(InputError, match=r"^\.panther_settings\.yml:2: `test_names` has what is no text"):
        read_pat(b"\ntest_names: [a, 1]\n", ALL)


@pytest.mark.parametrize("value", ["sort_test_results: maybe", "show_failures_only: [1]"])
def test_a_flag_is_a_boolean(value: str) -> None:
    with pytest.raises(InputError, match="is not a boolean"):
        read_pat(value.encode(), ALL)


def test_what_is_not_said_is_not_set() -> None:
    settings = read_pat(b"path:\ntest_names:\nsort_test_results:\n", ALL)
    assert (settings.values, settings.flags, settings.notes) == ({}, {}, ())
    assert read_variables({"PANTHER_PATH": " ", "PANTHER_FILTER": ""}, ALL) == {}
    assert read_flag_variables({"PANTHER_TEST_NAMES": " "}) == {}
    assert read_flag_variables({"PANTHER_TEST_NAMES": "a b"}) == {
        "test_names": (["a", "b"], "PANTHER_TEST_NAMES")
    }


def test_all_that_does_nothing_is_told_at_once() -> None:
    text = (
        "api_token: x\napi_host: y\nfilter: z\nzeta: 1\nalpha: 1\n_filter: RuleID=A\nsort_test_results: 1\n"
    )
    notes = read_pat(text.encode(), ALL).notes
    assert [note.split("`")[1] for note in notes] == [".panther_settings.yml", "api_host", "filter", PAT_FILE]
    assert notes[3].endswith("these keys do nothing here: `alpha`, `zeta`.")


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("x" * 61, f"`{'x' * 60}… (1 more characters)`."),
        ("minimum-tests", "`minimum-tests` (did you mean `minimum_tests`?)."),
        ("sort-test-results", "`sort-test-results` (did you mean `sort_test_results`?)."),
        ("other-key", "`other-key`."),
        ("other_key", "`other_key`."),
    ],
)
def test_a_key_that_does_nothing_is_named(key: str, told: str) -> None:
    (note,) = read_pat(f"{key}: 1\n".encode(), ALL).notes
    assert note == f"In `{PAT_FILE}` these keys do nothing here: {told}"


def test_a_boolean_that_is_none_is_shown_up_to_its_limit() -> None:
    with pytest.raises(InputError) as caught:
        read_pat(f"skip_disabled_tests: {'x' * 61}\n".encode(), ALL)
    assert caught.value.message == f"{PAT_FILE}:1: '{'x' * 60}' is not a boolean."


@pytest.mark.parametrize(
    ("variable", "name", "text", "value"),
    [
        ("PANTHER_PATH", "path", " rules ", "rules"),
        ("PANTHER_OUT", "output_path", "build", "build"),
        ("PANTHER_IGNORE_FILES", "exclude", "a b", "a b"),
        ("PANTHER_AVAILABLE_DESTINATION", "available_destination", " a  b ", "a,b"),
    ],
)
def test_a_variable_sets_its_input(variable: str, name: str, text: str, value: str) -> None:
    assert read_variables({variable: text}, ALL) == {name: (value, variable)}
    assert read_variables({variable: text}, ALL - {name}) == {}
