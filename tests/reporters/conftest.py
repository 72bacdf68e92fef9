"""Reports to render: what a person sees on a bad day and on a good one."""

from pathlib import Path

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.model import (
    CaseResult,
    FieldRead,
    Finding,
    Level,
    Location,
    Outcome,
    Report,
    SpecReport,
)
from panther_ci.model.reasons import BodyError, FunctionRaised, Skip, WrongVerdict
from tests.corpus import Size, write_size

HERE = Path(__file__).parent
LOGIN = "rules/aws_console_login.yml"
BODY = "rules/aws_console_login.py"
COVERAGE = {"CIS": ("3.10", "1.1", "3.3"), "MITRE ATT&CK": ("TA0001:T1078",)}

PASSED = CaseResult(
    detection="AWS.Console.Login",
    case="root login with MFA",
    outcome=Outcome.PASSED,
    location=Location(LOGIN, 20, 11),
    expected=False,
    seconds=0.003,
)
FAILED = CaseResult(
    detection="AWS.Console.Login",
    case="root login without MFA",
    outcome=Outcome.FAILED,
    location=Location(LOGIN, 31, 11),
    expected=True,
    reason=WrongVerdict("rule", expected=True, answer=False),
    reads=(
        FieldRead("rule", ("eventName",), '"ConsoleLogin"'),
        FieldRead(
            "rule",
            ("additionalEventData", "MFAUsd"),
            found=False,
            nearest=("additionalEventData", "MFAUsed"),
        ),
    ),
    output="checking 123456789012\n",
    seconds=0.004,
)
RAISED = CaseResult(
    detection="AWS.Console.Login",
    case="login without identity",
    outcome=Outcome.ERRORED,
    location=Location(LOGIN, 44, 11),
    expected=True,
    reason=FunctionRaised(
        "rule",
        BodyError(
            "KeyError",
            "'userIdentity'",
            Location(BODY, 7, 12),
            "Traceback (most recent call last):\n"
            f'  File "{BODY}", line 7, in rule\n'
            '    return event["userIdentity"]["type"] == "Root"\n'
            "KeyError: 'userIdentity'",
        ),
    ),
    reads=(FieldRead("rule", ("userIdentity",), found=False, nearest=("useridentity",)),),
    seconds=0.002,
)
SKIPPED = CaseResult(
    detection="Okta.Brute.Force",
    case="many failures",
    outcome=Outcome.SKIPPED,
    location=Location("rules/okta.yml", 12, 5),
    reason=Skip.DISABLED,
)
SPECS = (
    SpecReport(
        id="AWS.Console.Login",
        path=LOGIN,
        type="rule",
        reasons=("imports helper `aws_globals`, which changed",),
        cases=(PASSED, FAILED, RAISED),
        reports=COVERAGE,
        line=3,
        body=BODY,
    ),
    SpecReport(
        id="Okta.Brute.Force",
        path="rules/okta.yml",
        type="rule",
        reasons=("`rules/okta.yml` changed",),
        cases=(SKIPPED,),
        skipped=Skip.DISABLED,
    ),
)
FINDINGS = (
    Finding(
        check=CheckId.UNKNOWN_KEY,
        message="`Severty` is not a key of a rule",
        location=Location("rules/new.yml", 4, 1),
        hint="Did you mean `Severity`?",
    ),
    Finding(
        check=CheckId.MINIMUM_TESTS,
        message="the rule has one case",
        location=Location(LOGIN),
        level=Level.WARNING,
        detection="AWS.Console.Login",
    ),
    Finding(CheckId.ENCODING, "bodies ran with less confinement", Location(""), Level.NOTICE),
)


@pytest.fixture
def rejected() -> Report:
    """Cases of every outcome, findings of every level, known and unknown places."""
    return Report(
        specs=SPECS,
        findings=FINDINGS,
        total=212,
        base="a" * 40,
        head="b" * 40,
        tier="A",
        version="1.0.0",
        seconds=0.4,
    )


@pytest.fixture
def accepted() -> Report:
    """One detection, all of its cases passed."""
    spec = SpecReport("AWS.Console.Login", LOGIN, "rule", cases=(PASSED,), reports=COVERAGE)
    return Report(
        (spec,), (), total=1, judge_all_reason="everything was asked for", version="1.0.0", seconds=0.4
    )


@pytest.fixture
def data() -> Path:
    """The folder of what other projects made."""
    return HERE / "data"


@pytest.fixture
def golden() -> Path:
    """The folder of outputs that a person has read and approved."""
    return HERE / "golden"


@pytest.fixture(scope="session")
def background(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a library of 200 detections, which no proposal changes."""
    corpus = write_size(tmp_path_factory.mktemp("background"), Size(forms_of_2020=0.0, json=0.0))
    return {f"library/{path}": data for path, data in corpus.files.items()}
