"""What is said of an upload, whatever it goes to."""

from dataclasses import replace

import pytest

from panther_ci.deployments.base import (
    ArchiveFacts,
    Deleted,
    DeploymentOptions,
    Issue,
    Plan,
    Receipt,
    RefusedArchiveError,
    Summary,
    TypePlan,
    Wire,
    add_counts,
    changed_nothing,
    count_types,
    describe_clock,
    explain_stop,
    list_facts,
    name_archive,
    name_command,
)
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.kinds import AnalysisType
from panther_ci.model import PackItem
from panther_ci.packaging.archive import build_archives

DATE = "Thu, 01 Jan 1970 01:00:00 GMT"


def test_counts_are_whole_numbers_added_by_their_keys() -> None:
    answers = ({"newRules": 1, "totalRules": 3, "done": True}, {"newRules": 2, "half": 0.5, "word": "1"})
    assert add_counts(answers) == {"newRules": 3, "totalRules": 3}
    assert Summary("there", (), answers).counts == {"newRules": 3, "totalRules": 3}


@pytest.mark.parametrize(
    ("answers", "nothing"),
    [
        (({"newRules": 0, "modifiedRules": 0, "totalRules": 5},), True),
        (({"newRules": 1, "modifiedRules": 0},), False),
        (({"newRules": 0}, {"modifiedPolicies": 1}), False),
        (({"newRules": 0, "renewed": 1},), True),
        (({},), False),
        ((), False),
    ],
)
def test_an_upload_changed_nothing_if_its_counts_say_so(answers, nothing) -> None:
    assert changed_nothing(answers) is nothing


def test_an_error_names_its_archive_among_several() -> None:
    plain = DeploymentError("It failed.", "Wait.")
    refused = RefusedArchiveError("No.", "Correct it.", (Issue("a.yml", "wrong"),))
    assert name_archive(plain, 0, 1) is plain
    named = name_archive(plain, 1, 3)
    told = "Archive 2 of 3 failed, 1 before it were taken. It failed."
    assert (type(named), named.message, named.hint) == (DeploymentError, told, "Wait.")
    named = name_archive(refused, 0, 2)
    assert isinstance(named, RefusedArchiveError)
    assert (named.issues, named.hint) == (refused.issues, "Correct it.")
    assert named.message == "Archive 1 of 2 failed, 0 before it were taken. No."


def test_after_a_signal_the_deployment_has_to_be_looked_at() -> None:
    error = explain_stop(Interrupted("SIGTERM"))
    assert "Stopped by SIGTERM" in error.message and "unknown" in error.message and error.hint


def test_what_is_not_said_is_empty() -> None:
    options = DeploymentOptions("f", Wire.UPLOAD, "u", "r", "o", "l")
    assert (options.api_host, options.api_token, options.deploy_timeout_minutes) == ("", "", 30.0)
    assert "secret" not in repr(replace(options, api_token="secret"))
    assert Receipt("a") == ("a", 1, 1)
    assert TypePlan("rule") == TypePlan("rule", (), (), (), (), (), ())
    assert Plan("there", (), {}) == Plan("there", (), {}, (), "", False, ())
    assert Summary("there", ()) == Summary("there", (), (), (), False, False)
    assert Deleted() == (((), ()), ((), ()))
    assert [wire.value for wire in Wire] == ["upload", "bulk-upload"]


def test_a_receipt_may_be_given_to_a_shell() -> None:
    assert name_command(Receipt("a b")) == "panther-ci deploy --deployment api --resume 'a b'"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (3600.0, "clock: right"),
        (3660.4, "clock: right"),
        (3540.0, "clock: right"),
        (3661.0, "clock: 61 s ahead of the server's"),
        (3539.0, "clock: 61 s behind the server's"),
    ],
)
def test_a_clock_is_compared_with_that_of_the_server(now: float, told: str) -> None:
    (line,) = describe_clock(DATE, now)
    assert line.startswith(told)


@pytest.mark.parametrize("date", ["", "yesterday", "99 Foo"])
def test_without_a_date_nothing_is_said_of_the_clock(date: str) -> None:
    assert [*describe_clock(date, 0.0)] == []


def test_the_figures_of_archives_are_theirs() -> None:
    types = (AnalysisType.RULE, AnalysisType.POLICY, AnalysisType.RULE)
    items = [PackItem(f"{n}.yml", f"{n}", kind, ((f"{n}.yml", b"x"),)) for n, kind in enumerate(types)]
    archives = build_archives(items)
    (archive,) = archives
    assert list_facts(archives) == (ArchiveFacts(archive.sha256, len(archive.data), 3),)
    assert [*count_types(archives).items()] == [("policy", 1), ("rule", 2)]
    assert count_types(()) == {}
