"""The functions beside the matcher: limits of a deployment, and only for cases that expect an alert."""

from typing import Any

import pytest

from panther_ci.model import Level, Outcome
from panther_ci.model.reasons import StringCut
from panther_ci.reporters.wording import what_happened

RULE = "def rule(event):\n    return event.get('alert', True)\n"


@pytest.mark.parametrize(
    "function",
    [
        "title(event):\n    return 'x' * 1000",
        "severity(event):\n    return 'high'",
        "severity(event):\n    return 'DEFAULT'",
        "destinations(event):\n    return []",
        "destinations(event):\n    return None",
        "destinations(event):\n    return event.get('list').copy()",
        "alert_context(event):\n    return event",
        "alert_context(event):\n    return {'a': event['list'], 'b': [1, {'c': None}]}",
        "title(event):\n    import enum\n    return enum.StrEnum('E', 'A').A",
    ],
)
def test_what_a_deployment_takes_is_accepted(make: Any, outcome: Any, function: str) -> None:
    job = make.job(f"{RULE}def {function}\n", make.case({"list": ["a", "b"]}))
    assert outcome(job) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    ("function", "became", "message"),
    [
        ("title(event):\n    return None", "failed", "title() returned None, not a string"),
        ("title(event):\n    return event['x']", "errored", "title() raised KeyError: 'x' at rules/a.py:4"),
        ("dedup(event):\n    exit(0)", "errored", "dedup() raised NameError"),
        ("dedup(event):\n    raise SystemExit(0)", "errored", "dedup() raised SystemExit: 0 at rules/a.py:4"),
        (
            "severity(event):\n    return 'FATAL'",
            "failed",
            "severity() returned 'FATAL' (str), not one of INFO, LOW",
        ),
        (
            "destinations(event):\n    return event.deep_get('list', default=('a',))",
            "failed",
            "destinations() returned ('a',) (tuple), not a list",
        ),
        (
            "alert_context(event):\n    return {'a': float('nan')}",
            "failed",
            "not JSON: Out of range float values are not JSON compliant",
        ),
        ("f():\n    pass\ntitle = 'x'", "errored", "title() raised TypeError: 'str' object is not callable"),
        ("destinations(event):\n    return 'a'", "failed", "destinations() returned 'a' (str), not a list"),
        (
            "destinations(event):\n    return ['a', 1]",
            "failed",
            "destinations() returned a list with a value of type int",
        ),
        ("destinations(event):\n    return ['a'] * 11", "failed", "destinations() returned 11 destinations"),
        (
            "alert_context(event):\n    return [1]",
            "failed",
            "alert_context() returned [1] (list), not a dictionary",
        ),
        (
            "alert_context(event):\n    return {'a': {1}}",
            "failed",
            "not JSON: Object of type set is not JSON serializable",
        ),
        ("alert_context(event):\n    return {'a': 'x' * 300000}", "failed", "300009 bytes of JSON"),
        ("unique(event):\n    return 1", "failed", "unique() returned 1 (int), not a string"),
    ],
)
def test_what_it_refuses_counts_where_an_alert_is_expected(
    make: Any, run: Any, function: str, became: str, message: str
) -> None:
    body = f"{RULE}def {function}\n"
    alert, quiet = run(make.job(body, make.case(), make.case({"alert": False}, expected=False)))["a"].cases
    assert (alert.outcome, message in what_happened(alert)) == (became, True), what_happened(alert)
    assert quiet.outcome is Outcome.PASSED


def test_all_the_functions_that_are_wrong_are_reported(make: Any, run: Any) -> None:
    functions = "def title(event):\n    return 5\ndef dedup(event):\n    return event['x']\n"
    (result,) = run(make.job(f"{RULE}{functions}def unique(event):\n    return 1\n", make.case()))["a"].cases
    assert (result.outcome, str(result.error and result.error.location)) == (Outcome.ERRORED, "rules/a.py:6")
    assert what_happened(result) == (
        "title() returned 5 (int), not a string; dedup() raised KeyError: 'x' at rules/a.py:6; "
        "unique() returned 1 (int), not a string"
    )


def test_a_list_of_the_event_is_not_a_list_of_destinations(make: Any, outcome: Any) -> None:
    job = make.job(f"{RULE}def destinations(event):\n    return event['list']\n", make.case({"list": ["a"]}))
    became, message = outcome(job)
    assert (became, "(ImmutableList), not a list" in message) == (Outcome.FAILED, True), message


def test_policies_alert_when_they_are_not_compliant(make: Any, run: Any) -> None:
    body = "def policy(resource):\n    return resource['ok']\ndef title(resource):\n    return 5\n"
    job = make.policy(body, make.case({"ok": True}), make.case({"ok": False}, expected=False))
    compliant, alert = run(job)["a"].cases
    assert (compliant.outcome, alert.outcome) == (Outcome.PASSED, Outcome.FAILED)


def test_without_an_alert_only_the_context_matters(make: Any, run: Any) -> None:
    bad_title = make.job(RULE + "def title(event):\n    return 1\n", create_alert=False)
    bad_context = make.job(RULE + "def alert_context(event):\n    return 1\n", create_alert=False, name="b")
    results = run(bad_title, bad_context)
    assert results["a"].cases[0].outcome is Outcome.PASSED
    assert results["b"].cases[0].outcome is Outcome.FAILED


def test_a_string_that_a_deployment_cuts_is_a_warning_at_its_function(make: Any, run: Any) -> None:
    body = f"{RULE}\ndef title(event):\n    return 'x' * event['n']\n"
    result = run(make.job(body, make.case({"n": 1001}), make.case({"n": 1500}), make.case({"n": 3})))["a"]
    assert [case.outcome for case in result.cases] == [Outcome.PASSED] * 3
    (finding,) = result.findings
    assert (finding.level, str(finding.location)) == (Level.WARNING, "rules/a.py:4")
    assert finding.reason == StringCut("title", 1500, 1000)


@pytest.mark.parametrize(
    ("answer", "expected", "message"),
    [
        ("['a', 'b']", ["b", "a", "b"], ""),
        ("['a', 'a']", ["a"], ""),
        ("[]", [], ""),
        ("None", None, ""),
        ("['a']", ["A"], "destinations() returned ['a'], but the case expects ['A']"),
        ("['a']", [], "destinations() returned ['a'], but the case expects []"),
        ("[]", ["a"], "destinations() returned [], but the case expects ['a']"),
        ("None", [], "destinations() returned None, but the case expects []"),
        ("('a',)", ["a"], "destinations() returned ('a',) (tuple), not a list of destinations"),
        ("['x' * 3000]", ["x" * 3000], f"destinations() returned ['{'x' * 197}…, but"),
    ],
)
@pytest.mark.parametrize("more", [{"alert": True}, {"alert": False}, {"create_alert": False}])
def test_destinations_that_a_case_expects_are_compared_whether_or_not_there_is_an_alert(
    make: Any, outcome: Any, answer: str, expected: list[str] | None, message: str, more: dict[str, bool]
) -> None:
    alert = more.get("alert", True)
    more = {name: value for name, value in more.items() if name != "alert"}
    case = make.case({"alert": alert}, expected=alert)
    case = case._replace(destinations=None if expected is None else tuple(expected))
    became, told = outcome(make.job(f"{RULE}def destinations(event):\n    return {answer}\n", case, **more))
    assert (became is Outcome.PASSED, told.startswith(message)) == (not message, True), told


def test_a_case_that_expects_destinations_fails_without_the_function(make: Any, outcome: Any) -> None:
    case = make.case()._replace(destinations=())
    assert outcome(make.job(RULE, case)) == (
        Outcome.FAILED,
        "the case expects the destinations [], but there is no function destinations()",
    )


def test_an_error_in_destinations_counts_without_an_alert_only_where_some_are_expected(
    make: Any, run: Any
) -> None:
    quiet = make.case({"alert": False}, expected=False)
    body = f"{RULE}def destinations(event):\n    return event['x']\n"
    for more in ({}, {"create_alert": False}):
        cases = run(make.job(body, quiet, quiet._replace(destinations=("a",)), **more))["a"].cases
        assert [case.outcome for case in cases] == [Outcome.PASSED, Outcome.ERRORED]


def test_without_an_alert_only_the_destinations_that_are_expected_count(make: Any, run: Any) -> None:
    quiet = make.case({"alert": False}, expected=False)._replace(destinations=("a",))
    fails = "".join(f"def {name}(event):\n    return event['x']\n" for name in ("title", "alert_context"))
    body = f"{RULE}def destinations(event):\n    return ['a']\n{fails}"
    for more in ({}, {"create_alert": False}):
        (case,) = run(make.job(body, quiet, **more))["a"].cases
        assert (case.outcome, case.reason) == (Outcome.PASSED, None)


def test_destinations_must_be_among_those_of_the_deployment_where_these_are_known(
    make: Any, run: Any
) -> None:
    body = f"{RULE}def destinations(event):\n    return [event['to']]\n"
    cases = [make.case({"to": name}) for name in ("a", "z")]
    quiet = make.case({"to": "z", "alert": False}, expected=False)
    expected = make.case({"to": "z"})._replace(destinations=("z",))
    known = run(make.job(body, *cases, quiet, expected, destinations=("a", "b")))["a"].cases
    assert [case.outcome for case in known] == ["passed", "failed", "passed", "passed"]
    assert what_happened(known[1]) == "destinations() returned 'z', not one of a, b"
    unknown = run(make.job(body, *cases, quiet, expected))["a"].cases
    assert {case.outcome for case in unknown} == {Outcome.PASSED}
