"""The session of 2020 to the letter, and the short form for CI."""

from panther_ci.model import CaseResult, Location, Outcome, Report, SpecReport
from panther_ci.reporters import console

PLACE = Location("tests/fixtures/valid_policies/mfa.yml", 9, 5)


def test_a_passing_session_reads_as_in_2020() -> None:
    case = CaseResult("AWS.IAM.MFAEnabled", "Root MFA not enabled fails compliance", Outcome.PASSED, PLACE)
    report = Report((SpecReport("AWS.IAM.MFAEnabled", PLACE.path, "policy", cases=(case,)),), (), total=1)
    text = console.render(report, console.Style(place="tests/fixtures/valid_policies/"))
    assert text.startswith(
        "[INFO]: Testing Policies in tests/fixtures/valid_policies/\n"
        "\n"
        "AWS.IAM.MFAEnabled\n"
        "\t[PASS] Root MFA not enabled fails compliance\n"
    )
