"""Which log types are taken for misspelt, and which for names that nobody listed."""

import pytest

from tests.specs.found import BODY, find, rule


def judge(*names: str, known: tuple[str, ...] = (), twice: bool = True) -> list[str]:
    """The hints on the log types of a rule; those known are of two other rules, or of one."""
    files = {"a.yml": rule("A").replace("[A.B]", f"[{', '.join(names)}]"), "a.py": BODY}
    for name in ("B", "C")[: 1 + twice]:
        files[f"{name}.yml"] = rule(name, body="a.py").replace("[A.B]", f"[{', '.join(known)}]")
    return [each.hint for each in find(files, ["a.yml"]) if each.check == "unknown-log-type"]


@pytest.mark.parametrize(
    "name",
    [
        "AWS.CloudTrai",
        "AWS.CloudTrial",
        "AWS.CloudTraill",
        "AWS.CloudTrall",
        "aws.cloudtrail",
        "AWSCloudTrail",
    ],
)
def test_a_name_that_is_nearly_a_known_one_is_told(name: str) -> None:
    assert judge(name) == ["Did you mean `AWS.CloudTrail`?"]


def test_a_name_like_no_other_is_not_told() -> None:
    assert judge("AWS.CloudTrail", "Acme.Something", "Acme.Other") == []


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("Acme.Abcdx", "Acme.Abcde", True),
        ("Acme.Abcx", "Acme.Abcd", False),  # too short to be misspelt
        ("Acme.Abcde", "Acme.Abcde", False),
        ("Custom.Abcdx", "Custom.Abcde", False),
        ("A" * 99 + "x", "A" * 99 + "y", True),
        ("A" * 100 + "x", "A" * 100 + "y", False),
    ],
)
def test_names_of_several_specs_are_known(name: str, known: str, told: bool) -> None:
    assert judge(name, known=(known,)) == [f"Did you mean `{known}`?"] * told
    assert judge(name, known=(known, known), twice=False) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Custom.A", False),
        ("Custom.AbC9", False),
        ("Custom.A.B.C.D.E.F", False),
        ("Custom.A.B.C.D.E.F.G", True),
        ("Custom.abc", True),
        ("Custom.A_b", True),
        ("Custom.A-b", True),
        ("Custom.9a", True),
        ("Custom.", True),
        ("Customs.abc", False),
    ],
)
def test_a_custom_name_has_parts_of_letters_and_digits(name: str, told: bool) -> None:
    assert [hint[:14] for hint in judge(name)] == ["After `Custom."] * told


def test_only_the_first_three_hundred_names_of_a_spec_are_compared() -> None:
    names = [f"Some.Name{number:04}x" for number in range(299)]
    assert len(judge(*names, "AWS.CloudTrai")) == 1
    assert judge(*names, "A.B", "AWS.CloudTrai") == []


def test_log_types_are_those_of_rules_and_data_models() -> None:
    model = (
        "AnalysisType: datamodel\nDataModelID: M\nEnabled: true\nLogTypes: [AWS.CloudTrai]\nMappings: []\n"
    )
    (found,) = find({"m.yml": model})
    assert (found.check, str(found.location), found.detection) == ("unknown-log-type", "m.yml:4:12", "M")
    query = "AnalysisType: saved_query\nQueryName: Q\nQuery: select 1\nLogTypes: [AWS.CloudTrai]\n"
    assert "unknown-log-type" not in [each.check for each in find({"q.yml": query})]


def test_a_misspelt_name_is_where_it_stands_in_its_list() -> None:
    files = {"a.yml": rule("A").replace("[A.B]", "[AWS.S3ServerAccess, AWS.CloudTrai]"), "a.py": BODY}
    (place,) = [each.location for each in find(files) if each.check == "unknown-log-type"]
    line = files["a.yml"].splitlines()[(place.line or 0) - 1]
    assert line[(place.column or 0) - 1 :] == "AWS.CloudTrai]"


def test_a_name_that_only_other_specs_have_is_not_known() -> None:
    query = "AnalysisType: saved_query\nQueryName: {}\nQuery: select 1\nLogTypes: [Acme.Abcde]\n"
    files = {"a.yml": rule("A").replace("A.B", "Acme.Abcdx"), "a.py": BODY}
    files |= {f"{name}.yml": query.format(name) for name in "bc"}
    assert "unknown-log-type" not in [each.check for each in find(files, ["a.yml"])]
