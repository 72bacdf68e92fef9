"""A filter narrows a run to the specs whose fields say so."""

import pytest

from panther_ci.errors import InputError
from panther_ci.kinds import AnalysisType
from panther_ci.model import Json, Location, Spec
from panther_ci.specs.filters import parse_filter


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
    ],
)
def test_terms_match_what_a_spec_says(text: str, wanted: bool) -> None:
    one = spec(Severity="High", LogTypes=["AWS.S3", "AWS.ALB"], Enabled=True, DisplayName="Two words")
    assert parse_filter(text).matches(one) is wanted


@pytest.mark.parametrize("text", ["Severity", "=High", "Severity='High", "Severity>High"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^filter: "):
        parse_filter(text)


def test_a_key_that_no_spec_has_is_refused_with_the_likely_one() -> None:
    with pytest.raises(InputError, match=r"^filter: Sverity is not a key") as caught:
        parse_filter("Sverity=High,Critical")
    assert caught.value.hint == "Did you mean Severity?"
