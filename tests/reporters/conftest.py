"""Reports to render: what a person sees on a bad day, a good day, and a hostile one."""

import pytest

from panther_ci.model import (
    BodyError,
    CaseResult,
    FieldRead,
    Finding,
    Level,
    Location,
    Outcome,
    Report,
    SpecReport,
)

LOGIN = "rules/aws_console_login.yml"
BODY = "rules/aws_console_login.py"

PASSED = CaseResult(
    "AWS.Console.Login",
    "root login with MFA",
    Outcome.PASSED,
    Location(LOGIN, 20, 5),
    False,
    "False",
    seconds=0.0031,
)
FAILED = CaseResult(
    "AWS.Console.Login",
    "root login without MFA",
    Outcome.FAILED,
    Location(LOGIN, 31, 11),
    expected=True,
    actual="False",
    hint="Read `additionalEventData.MFAUsed`, or mend the event of the case.",
    reads=(
        FieldRead("eventName", '"ConsoleLogin"'),
        FieldRead("additionalEventData.MFAUsd", found=False, nearest="additionalEventData.MFAUsed"),
    ),
    output="checking 123456789012\n",
    seconds=0.0042,
)
RAISED = CaseResult(
    "AWS.Console.Login",
    "login without identity",
    Outcome.ERRORED,
    Location(LOGIN, 44, 11),
    expected=True,
    error=BodyError(
        "KeyError",
        "'userIdentity'",
        Location(BODY, 7, 12),
        "Traceback (most recent call last):\n"
        f'  File "{BODY}", line 7, in rule\n'
        '    return event["userIdentity"]["type"] == "Root"\n'
        "KeyError: 'userIdentity'",
    ),
    reads=(FieldRead("userIdentity", found=False, nearest="userIdentityy"),),
)
SKIPPED = CaseResult(
    "Okta.Brute.Force",
    "many failures",
    Outcome.SKIPPED,
    Location("rules/okta.yml", 12, 5),
    message="Enabled is false",
)
COVERAGE = {"CIS": ("3.3", "1.1"), "MITRE ATT&CK": ("TA0001:T1078",)}


@pytest.fixture
def rejected() -> Report:
    """Cases of every outcome, findings of every level, known and unknown places."""
    specs = (
        SpecReport(
            "AWS.Console.Login",
            LOGIN,
            "rule",
            reasons=("imports helper `aws_globals`, which changed",),
            cases=(PASSED, FAILED, RAISED),
            reports=COVERAGE,
        ),
        SpecReport(
            "Okta.Brute.Force",
            "rules/okta.yml",
            "rule",
            ("`rules/okta.yml` changed",),
            (SKIPPED,),
            "Enabled is false",
        ),
    )
    findings = (
        Finding(
            "unknown-key",
            "`Severty` is not a key of a rule",
            Location("rules/new.yml", 4, 1),
            hint="Did you mean `Severity`?",
        ),
        Finding(
            "few-tests",
            "the rule has one case",
            Location(LOGIN),
            Level.WARNING,
            detection="AWS.Console.Login",
        ),
        Finding("reduced-sandbox", "bodies ran with reduced confinement", Location(""), Level.NOTICE),
    )
    return Report(
        specs, findings, total=212, base="a" * 40, head="b" * 40, tier="strict", version="1.0.0", seconds=0.4
    )


@pytest.fixture
def accepted() -> Report:
    """One detection, all of its cases passed."""
    spec = SpecReport("AWS.IAM.MFAEnabled", "policies/mfa.yml", "policy", cases=(PASSED,), reports=COVERAGE)
    return Report((spec,), (), total=1, everything="everything was asked for", version="1.0.0")
