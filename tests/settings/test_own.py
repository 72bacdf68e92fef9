"""`.panther-ci.yml` says what it may say, and every error names its file, line and key."""

import re
from dataclasses import fields

import pytest

from panther_ci.errors import InputError
from panther_ci.inputs import IN_FILE, Inputs, input_name
from panther_ci.settings.own import read_own

ALL = tuple(item.name for item in fields(Inputs))


def read(text: str) -> dict[str, object]:
    return {name: value.value for name, value in read_own(text.encode()).items()}


def test_values_are_those_of_the_inputs() -> None:
    text = "minimum-tests: 2\nstrict-skips: true\ntimeout-seconds: 20\ntable-names: off\nfail-on: new\n"
    assert read(text) == {
        **{"minimum_tests": 2, "strict_skips": True, "timeout_seconds": 20.0},
        **{"table_names": "off", "fail_on": "new"},
    }


def test_a_whole_number_is_one_and_stands_for_any_number_where_that_is_asked_for() -> None:
    found = read("minimum-tests: 2\ntimeout-seconds: 3\n")
    assert [(value, type(value)) for value in found.values()] == [(2, int), (3.0, float)]


def test_what_has_several_words_may_be_a_list() -> None:
    text = "exclude: [legacy/, 'a b/']\navailable-destination: [On call, pager]\nfilter:\n  - Severity=High\n"
    assert read(text) == {
        **{"exclude": "legacy/ 'a b/'", "available_destination": "On call,pager"},
        "filter": "Severity=High",
    }


def test_each_value_knows_its_line() -> None:
    values = read_own(b"# ours\n\npacks: strict\nexclude:\n  - a/\n")
    assert {name: value.origin for name, value in values.items()} == {
        "packs": ".panther-ci.yml:3",
        "exclude": ".panther-ci.yml:4",
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "exclude:\n", "---\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("minumum-tests: 2", "1: `minumum-tests` is not a key of this file. Did you mean `minimum-tests`?"),
        ("fail_on: all", "1: `fail_on` is not a key of this file. Did you mean `fail-on`?"),
        (f"{'x' * 61}: 2", f"1: `{'x' * 60}… (1 more characters)` is not a key of this file."),
        (f"{'x' * 60}: 2", f"1: `{'x' * 60}` is not a key of this file."),
        ("minimum_tests: 2", "1: `minimum_tests` is not a key of this file. Did you mean `minimum-tests`?"),
        ("strict_ref: true", "1: `strict_ref` is not a key of this file. Did you mean `strict-references`?"),
        ("\nnonsense: 2", "2: `nonsense` is not a key of this file. docs/settings.md lists the keys."),
        ('"a\\nb": 2', "1: `a\\nb` is not a key of this file."),
        ("minimum-tests: two", "1: `minimum-tests` is `two`, not a whole number. Write a whole number."),
        ("minimum-tests: Two", "1: `minimum-tests` is `Two`, not a whole number."),
        (
            f"minimum-tests: {'x' * 61}",
            f"1: `minimum-tests` is `{'x' * 60}… (1 more characters)`, not a whole number.",
        ),
        ("packs: 5", "1: `packs` is `5`, not text. Write text, in quotes."),
        (
            "exclude: 5",
            "1: `exclude` is `5`, not text or a list of texts. Write text or a list of texts, in quotes.",
        ),
        ("minimum-tests: true", "1: `minimum-tests` is `true`, not a whole number."),
        ("minimum-tests: 1.5", "1: `minimum-tests` is `1.5`, not a whole number."),
        ("minimum-tests: -1", "1: minimum-tests is below 0."),
        ("minimum-tests: 010", "1: `010` is read as the number 10."),
        ("strict-skips: yes", "1: `strict-skips` is `yes`, not true or false."),
        ("strict-skips: [true]", "1: `strict-skips` is a list, not true or false."),
        ("packs: {}", "1: `packs` is a mapping, not text."),
        ("exclude: [a, 1]", "1: `exclude` is a list, not text or a list of texts."),
        ("exclude: [1]", "1: `exclude` is a list, not text or a list of texts."),
        ("fail-on: never", "1: fail-on: 'never' is unknown. Use one of auto, new, all."),
        ("sarif-path: .github/workflows/check.yaml", "1: sarif-path: '.github/workflows/check.yaml' may be"),
        ("timeout-seconds: 9999", "1: timeout-seconds must be above 0"),
        ("timeout-seconds: .inf", "1: `.inf` is infinity."),
        ("filter: Severty=High", "1: filter: Severty is not a key of a spec. Did you mean Severity?"),
        ("exclude: ../x", "1: exclude: '../x' is not a pattern"),
        ("requirements: ../r.txt", "1: requirements: `../r.txt` is not inside the repository."),
        ('path: "a\\0b"', "1: path holds a NUL character."),
        ("packs: off\npacks: ids", "2: The key `packs` is here and on line 1."),
        ("packs: off\npacks: ids\npath: a\npath: b", "2: The key `packs` is here and on line 1."),
        ("minimum-tests: 010\ntimeout-seconds: 011", "1: `010` is read as the number 10. Write the number"),
        ("- packs", "1: The file is not a mapping."),
        ("packs: !!python/name:os.system ids", "1: The tag `tag:yaml.org,2002:python/name:os.system`"),
        ("packs: [", "This is not YAML"),
        ("packs: ids\n---\npacks: off\n", "2: A second YAML document begins here."),
        ("a: &a [1]\nb: [*a, *a]", "1: `a` is not a key of this file."),
    ],
)
def test_what_is_wrong_is_named_by_its_line(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    told = f"{caught.value.message} {caught.value.hint}"
    assert told.startswith(".panther-ci.yml:")
    assert words in told


@pytest.mark.parametrize("name", ["junit-path", "html-path", "output-path", "path"])
@pytest.mark.parametrize("path", ["../x", "/etc/x", ".git/hooks/x", "a/.GIT/x", ".git"])
def test_a_path_leads_neither_out_of_the_repository_nor_to_what_git_keeps(name: str, path: str) -> None:
    with pytest.raises(InputError, match=re.escape(f".panther-ci.yml:1: {name}: `{path}`")):
        read(f"{name}: {path}")


@pytest.mark.parametrize("name", sorted(set(ALL) - set(IN_FILE)))
def test_what_may_loosen_a_gate_or_aim_a_deployment_is_refused(name: str) -> None:
    key = name.replace("_", "-")
    with pytest.raises(InputError, match=f"1: `{key}` can't be set in a file of the repository") as caught:
        read(f"{key}: x")
    assert "workflow" in caught.value.hint


def test_inputs_that_decide_about_confinement_tokens_and_deployments_are_for_no_file() -> None:
    refused = {input_name(item) for item in fields(Inputs) if item.name not in IN_FILE}
    assert refused == {
        *("mode", "base-ref", "requirements-build", "github-token", "deployment", "api-host", "api-token"),
        *("deploy-timeout-minutes", "deploy-branches", "deploy-tags", "validate", "dry-run", "manifest"),
        *("prune", "function-name", "wire", "user-id", "aws-region", "role-to-assume", "local-path"),
        *("allow-unsafe-events", "sandbox"),
    }


CONFINEMENT = "it decides what the code of a pull request may do"
TOKEN = "everyone who can read the repository could use the token"


@pytest.mark.parametrize(
    ("key", "reason", "hint"),
    [
        ("sandbox", CONFINEMENT, "Set it in the workflow"),
        ("requirements-build", CONFINEMENT, "Set it in the workflow"),
        ("allow-unsafe-events", CONFINEMENT, "Set it in the workflow"),
        ("github-token", TOKEN, "Remove it, revoke the token"),
        ("api-token", TOKEN, "Remove it, revoke the token"),
        ("base-ref", "it decides what a pull request is compared with", "Set it in the workflow"),
        ("manifest", "it decides what is deployed, where, and with whose rights", "Set it in the workflow"),
    ],
)
def test_why_a_key_is_refused_is_told(key: str, reason: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        read(f"{key}: x")
    assert caught.value.message.endswith(f"can't be set in a file of the repository: {reason}.")
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff", "The file is not UTF-8 from here on."),
        ("packs: ids".encode("utf-16"), "The file is UTF-16."),
        (b"packs: \x00", "YAML does not allow the character U+0000."),
        (b"[" * 1000, "The file nests more than 64 levels deep here."),
    ],
)
def test_a_file_that_is_no_yaml_is_told_with_a_line(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_own(data)
    assert caught.value.message == f".panther-ci.yml:1: {words}"
