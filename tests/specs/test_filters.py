"""A filter narrows a run to the specs whose fields say so."""

import pytest

from panther_ci.errors import InputError
from panther_ci.kinds import AnalysisType
from panther_ci.model import Json, Location, Spec
from panther_ci.specs.filters import join_flags, parse_filter


def spec(**fields: Json) -> Spec:
    return Spec("a.yml", AnalysisType.RULE, "A", Location("a.yml"), fields=fields)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", True),
        ("Severity=High", True),
        ("Severity=Low,High", True),
        ("Severity=Low", False),
        ("Severity!=Low", True),
        ("Severity!=High", False),
        ("LogTypes=AWS.S3", True),
        ("Enabled=true Severity=High", True),
        ("Enabled=false Severity=High", False),
        ("'DisplayName=Two words'", True),
        ("Runbook=x", False),
        ("Runbook!=x", True),
        ("QueryName=x", False),
        ("Severity=high", True),
        ("Severity!=HIGH", False),
        ("LogTypes=aws.s3", True),
        ("Runbook=x,", True),
        ("Runbook=,x", True),
        ("Runbook!=x,", False),
        ("Severity=Low,", False),
        ("Tags=x,", False),
        ("Reference=,x", True),
        ("Reference=x", False),
        ("Severity=High Severity=Low", False),
        *((f"Enabled={text}", True) for text in ("yes", "Y", "1", "on", "t", "True")),
        *((f"Enabled={text}", False) for text in ("no", "N", "0", "off", "f", "False")),
    ],
)
def test_terms_match_what_a_spec_says(text: str, wanted: bool) -> None:
    one = spec(
        Severity="High",
        LogTypes=["AWS.S3", "AWS.ALB"],
        Enabled=True,
        DisplayName="Two words",
        Tags=[],
        Reference=None,
    )
    assert parse_filter(text).matches(one) is wanted


@pytest.mark.parametrize("text", ["no", "N", "0", "off", "f", "False"])
def test_what_is_off_matches_every_word_for_it_and_none_for_on(text: str) -> None:
    off = spec(Enabled=False)
    assert (parse_filter(f"Enabled={text}").matches(off), parse_filter(f"Enabled!={text}").matches(off)) == (
        True,
        False,
    )
    assert not parse_filter("Enabled=true,t,yes,y,on,1").matches(off)


@pytest.mark.parametrize(
    "text", ["Severity", "=High", "Severity='High", "Severity>High", "Severity=", "A=b=c"]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^filter: "):
        parse_filter(text)


def test_a_key_that_no_spec_has_is_refused_with_the_likely_one() -> None:
    with pytest.raises(InputError, match=r"^filter: Sverity is not a key") as caught:
        parse_filter("Sverity=High,Critical")
    assert caught.value.hint == "Did you mean Severity?"
    with pytest.raises(InputError) as caught:
        parse_filter("Zzz=1")
    assert caught.value.hint == "Name a top-level key of specs, such as Severity."


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (["Severity=High", "LogTypes!=AWS.S3"], "Severity=High LogTypes!=AWS.S3"),
        (["Severity=High LogTypes!=AWS.S3"], "Severity=High LogTypes!=AWS.S3"),
        (["DisplayName=Two words", "Enabled=1"], "'DisplayName=Two words' Enabled=1"),
        (["DisplayName='Two words'"], "'DisplayName=Two words'"),
        ([], ""),
    ],
)
def test_words_of_a_command_line_are_conditions_even_with_blanks_inside(words: list[str], same: str) -> None:
    assert parse_filter(join_flags(words)) == parse_filter(same)
