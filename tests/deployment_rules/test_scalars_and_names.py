"""How a deployment reads plain values of YAML, and what it knows files and folders by."""

import pytest

from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.deployment_rules.uploads import DATA_SUFFIXES, SPEC_SUFFIXES, body_name, is_ignored
from panther_ci.deployment_rules.yaml_scalars import find_tag

# Tried with panther_analysis_tool.
TEXTS = {
    "int": "0 00 07 0b1 0b_0 +0b01 -0x1F 0xaf 0x_90 0xABCDEF 0xabcdef -1 +1 1_000 10 19 9 0_7 1__",
    "float": (
        "1.5 -1.5 +1.5 1. 0.0 9.9 1_0.5_0 1.5e+3 1.5E-30 1.e+9 .5 +.5 .0_9 .9_ .5e+1 .5E-10 1:30.5 1:05. "
        "-1_0:59.5 +9:0.9_ 1:1:1.1 .inf -.Inf +.INF .nan .NaN .NAN"
    ),
    "bool": "true True TRUE false False FALSE",
    "null": "~ null Null NULL",
    "value": "=",
    "merge": "<<",
    "str": (
        "1e3 1.5e3 1.5e+ 08 0b2 0xg 0o7 -.5 ._5 1:30 1:60.5 yes tRue fALSE nULL ~~ nullx truex - + . _1 12a "
        "-.nan .inF == < <<< 1,5 2020-01-01 .5e1 -.5e+1 0x 0b a None none"
    ),
}


@pytest.mark.parametrize(
    ("text", "tag"), [(text, tag) for tag, texts in TEXTS.items() for text in texts.split()]
)
def test_a_plain_value_has_the_type_that_a_deployment_gives_it(text: str, tag: str) -> None:
    assert find_tag(text) == tag


def test_no_value_is_null() -> None:
    assert (find_tag(""), find_tag(" "), find_tag("1\n")) == ("null", "str", "str")


@pytest.mark.parametrize(
    ("path", "spec", "data"),
    [
        ("a.yml", True, False),
        ("a.yaml", True, False),
        ("a.json", True, False),
        ("a.YML", False, False),
        ("a.py", False, False),
        ("a.csv", False, True),
        ("a.jsonl", False, True),
    ],
)
def test_a_suffix_says_what_a_file_is(path: str, spec: bool, data: bool) -> None:
    assert (path.endswith(SPEC_SUFFIXES), path.endswith(DATA_SUFFIXES)) == (spec, data)


def test_a_body_is_known_by_its_name_alone_and_a_cache_is_ignored() -> None:
    assert [body_name(path) for path in ("rules/aws/a.py", "a.py")] == ["a.py", "a.py"]
    assert [is_ignored(path) for path in ("a/__pycache__/b.yml", "my__pycache__s/a", "pycache/a")] == [
        *(True, True, False)
    ]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("rules", True),
        ("x/aws_rules/y", True),
        ("policies", True),
        ("queries/a", True),
        ("data_models", True),
        ("global_helpers", True),
        ("packs", True),
        ("lookup_tables", True),
        ("scheduled_prompts", True),
        ("detections", True),
        ("docs/rule", False),
        ("", False),
    ],
)
def test_a_folder_of_detections_has_one_of_these_words(path: str, wanted: bool) -> None:
    assert is_detection_folder(path) is wanted
