"""The functions beside the matcher, judged by what was observed of them: no process runs here."""

from typing import Any

import pytest

from panther_ci.judging.alert_functions import warn_of_lengths
from panther_ci.judging.judge import judge_job
from panther_ci.judging.observations import CaseObservation, Observation, Observed, Raised, Returned
from panther_ci.model import CaseResult, Location, Outcome
from panther_ci.model.reasons import (
    AlertFunction,
    AlertFunctionsWrong,
    BodyError,
    DestinationsDiffer,
    NoDestinations,
    NotJson,
    StringCut,
    TooLarge,
    TooManyDestinations,
    UnknownDestination,
    UnknownSeverity,
    Value,
    WrongDestination,
    WrongType,
)

SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "DEFAULT")
NONE, TEXT = Returned("NoneType", "None"), Returned("str", "x", 1)
LIST, DICT = Returned("list", "[]", 0), Returned("dict", "{}", 2, mapping=True)


def judge(
    make: Any,
    answer: bool = True,
    expects: tuple[str, ...] | None = None,
    more: Any = None,
    **seen: Observation,
) -> CaseResult:
    """The result of a case whose matcher returned what it expects, and whose functions did this."""
    job = make.job("", make.case(expected=answer)._replace(destinations=expects), **(more or {}))
    observed = CaseObservation(Returned("bool", str(answer)), seen)
    return judge_job(job, Observed(cases={0: observed})).cases[0]


def problem(case: CaseResult) -> Any:
    """The problem of the one function that is wrong; None if the case passed."""
    if case.outcome is Outcome.PASSED:
        return case.reason
    assert isinstance(case.reason, AlertFunctionsWrong)
    (found,) = case.reason.problems
    return found.problem


def test_a_value_has_no_size_and_nothing_odd_unless_that_was_observed() -> None:
    assert Returned("int", "1") == ("int", "1", 0, "", False, ())


@pytest.mark.parametrize("word", [*SEVERITIES, *(each.lower() for each in SEVERITIES), "High"])
def test_each_severity_is_accepted_whatever_its_case(make: Any, word: str) -> None:
    assert problem(judge(make, severity=Returned("str", word, len(word)))) is None


@pytest.mark.parametrize("word", ["", "INF", "CRITICAL ", "UNKNOWN"])
def test_any_other_severity_is_named_with_those_that_there_are(make: Any, word: str) -> None:
    assert problem(judge(make, severity=Returned("str", word))) == UnknownSeverity(
        Value("str", word), SEVERITIES
    )


@pytest.mark.parametrize("function", ["title", "dedup", "unique", "description", "severity", "reference"])
@pytest.mark.parametrize("seen", [NONE, LIST, DICT, Returned("bool", "True")])
def test_what_should_be_text_and_is_not_is_named(make: Any, function: str, seen: Returned) -> None:
    assert problem(judge(make, **{function: seen})) == WrongType(Value(seen.type, seen.text), "str")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (DICT, None),
        (Returned("ImmutableCaseInsensitiveDict", "{}", 2, mapping=True), None),
        (LIST, WrongType(Value("list", "[]"), "dict")),
        (NONE, WrongType(Value("NoneType", "None"), "dict")),
        (DICT._replace(odd="why"), NotJson("why")),
        (DICT._replace(size=204_800), None),
        (DICT._replace(size=204_801), TooLarge(204_801, 204_800)),
    ],
)
def test_a_context_is_a_mapping_of_json_up_to_200_kib(make: Any, seen: Returned, expected: Any) -> None:
    assert problem(judge(make, alert_context=seen)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (LIST, None),
        (NONE, None),
        (TEXT, WrongType(Value("str", "x"), "list")),
        (LIST._replace(odd="int"), WrongDestination("int")),
        (LIST._replace(size=10), None),
        (LIST._replace(size=11), TooManyDestinations(11, 10)),
    ],
)
def test_destinations_are_a_list_of_up_to_ten_texts(make: Any, seen: Returned, expected: Any) -> None:
    assert problem(judge(make, destinations=seen)) == expected


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize(
    ("expects", "names", "expected"),
    [
        (("a", "b"), ("b", "a"), None),
        (("a", "a"), ("a",), None),
        (("a",), ("a", "b"), DestinationsDiffer(("a",), ("a", "b"))),
        (("a", "b"), ("a",), DestinationsDiffer(("a", "b"), ("a",))),
        ((), ("a",), DestinationsDiffer((), ("a",))),
        ((), (), None),
    ],
)
def test_expected_destinations_are_compared_as_sets_even_without_an_alert(
    make: Any, answer: bool, expects: tuple[str, ...], names: tuple[str, ...], expected: Any
) -> None:
    seen = Returned("list", str(names), len(names), items=names)
    assert problem(judge(make, answer, expects, destinations=seen)) == expected


def test_no_destinations_are_others_than_those_expected(make: Any) -> None:
    assert problem(judge(make, expects=("a",), destinations=NONE)) == DestinationsDiffer(("a",), None)
    assert problem(judge(make, False, ("a",))) == NoDestinations(("a",))
    assert problem(judge(make, title=TEXT)) is None


@pytest.mark.parametrize(
    ("known", "names", "expected"),
    [
        ((), ("z",), None),
        (("a", "b"), ("a",), None),
        (("a", "b"), ("a", "z", "y"), UnknownDestination("z", ("a", "b"))),
    ],
)
def test_a_destination_is_one_of_the_deployment_where_these_are_known(
    make: Any, known: tuple[str, ...], names: tuple[str, ...], expected: Any
) -> None:
    seen = Returned("list", "", len(names), items=names)
    assert problem(judge(make, more={"destinations": known}, destinations=seen)) == expected


def test_a_destination_that_the_case_expects_is_known(make: Any) -> None:
    seen = Returned("list", "", 1, items=("z",))
    assert problem(judge(make, expects=("z",), more={"destinations": ("a",)}, destinations=seen)) is None


@pytest.mark.parametrize(
    ("create_alert", "answer", "counting"),
    [
        (True, True, {"title", "alert_context", "destinations"}),
        (False, True, {"alert_context"}),
        (True, False, set()),
        (False, False, set()),
    ],
)
def test_functions_count_where_an_alert_is_made(
    make: Any, create_alert: bool, answer: bool, counting: set[str]
) -> None:
    more = {"create_alert": create_alert}
    wrong = {name: Returned("int", "1") for name in ("title", "alert_context", "destinations")}
    found = {name for name, seen in wrong.items() if problem(judge(make, answer, more=more, **{name: seen}))}
    assert found == counting


def test_one_that_raised_decides_over_those_that_failed(make: Any) -> None:
    case = judge(make, title=NONE, dedup=Raised("E", "text"), unique=NONE)
    error = BodyError("E", "text")
    assert case.outcome is Outcome.ERRORED
    assert case.reason == AlertFunctionsWrong(
        (
            AlertFunction("title", WrongType(Value("NoneType", "None"), "str")),
            AlertFunction("dedup", error),
            AlertFunction("unique", WrongType(Value("NoneType", "None"), "str")),
        )
    )
    assert judge(make, title=NONE, unique=NONE).outcome is Outcome.FAILED


BODY = "X = 1\ndef  title(event):\n    return ''\ndef title_of(event):\n    pass\n\tdef dedup(event):\n"


def lengths(make: Any, *cases: dict[str, Observation]) -> dict[str, tuple[Location, Any]]:
    """The warnings by function, of cases whose functions did this."""
    job = make.job(BODY)
    seen = {at: CaseObservation(Returned("bool", "True"), each) for at, each in enumerate(cases)}
    found = warn_of_lengths(job, Observed(cases=seen))
    assert {(each.check, each.level, each.detection) for each in found} <= {("string-length", "warning", "a")}
    return {each.reason.function: (each.location, each.reason) for each in found}


def test_the_longest_of_the_strings_that_are_cut_is_told_at_its_function(make: Any) -> None:
    texts = [Returned("str", "x", size) for size in (1001, 3000, 2000, 1000)]
    place = Location("rules/a.py", 2)
    assert lengths(make, *({"title": each} for each in texts)) == {
        "title": (place, StringCut("title", 3000, 1000))
    }


@pytest.mark.parametrize(
    "seen",
    [
        Returned("str", "x", 1000),
        Returned("str", "x"),
        Returned("list", "x", 1001),
        DICT._replace(size=1001),
        Raised("E", ""),
        Raised("str", ""),
    ],
)
def test_what_is_no_string_that_is_cut_is_no_warning(make: Any, seen: Observation) -> None:
    assert lengths(make, {"title": seen}) == {}


def test_each_function_is_told_and_one_whose_line_is_not_known_at_its_body(make: Any) -> None:
    text = Returned("str", "x", 1001)
    places = {name: place for name, (place, _) in lengths(make, {"title_of": text, "dedup": text}).items()}
    assert places == {"title_of": Location("rules/a.py", 4), "dedup": Location("rules/a.py")}
