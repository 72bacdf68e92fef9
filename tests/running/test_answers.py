"""What a process says of a case is read as it was observed, and everything else is refused."""

from typing import Any

import pytest

from panther_ci.judging.observations import MissingMatcher, Raised, Returned, Undecided, UnknownMock
from panther_ci.model import FieldRead, Step
from panther_ci.running.answers import read_case, read_places, read_problem
from panther_ci.running.protocol import ProtocolError

TRUE: dict[str, Any] = {"type": "bool", "text": "True", "size": None}
LIST: dict[str, Any] = {"type": "list", "text": "[]", "size": 2}
CASE: dict[str, Any] = {"matcher": TRUE, "functions": {}, "reads": [], "output": "", "seconds": 0.1}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (TRUE, Returned("bool", "True")),
        ({"type": "str", "text": "", "size": 0}, Returned("str", "")),
        ({"type": "str", "text": "a", "size": 1}, Returned("str", "a", 1)),
        ({**LIST, "odd": "int", "items": []}, Returned("list", "[]", 2, odd="int")),
        ({**LIST, "odd": "", "items": ["a", "b" * 9999]}, Returned("list", "[]", 2, items=("a", "b" * 2000))),
        ({**LIST, "items": ["a"] * 20}, Returned("list", "[]", 2, items=("a",) * 20)),
        ({**LIST, "mapping": True}, Returned("list", "[]", 2, mapping=True)),
        ({**LIST, "mapping": 1}, Returned("list", "[]", 2)),
        (
            {"raised": "E", "text": "t", "frames": [["a.py", 2, "f"]], "network": True},
            Raised("E", "t", (("a.py", 2, "f"),), network=True),
        ),
        ({"raised": "E", "text": "", "frames": [], "network": 1}, Raised("E", "")),
        ({"unknown": "os.nothing"}, UnknownMock("os.nothing")),
        ({"undecided": "t", "keys": ["Detection", 0]}, Undecided(("Detection", 0), "t")),
    ],
)
def test_what_a_matcher_did_is_read_as_it_was_observed(said: dict[str, Any], read: object) -> None:
    seen = read_case({**CASE, "matcher": said}).matcher
    assert (type(seen), seen) == (type(read), read)


def test_all_functions_of_an_alert_may_be_named() -> None:
    names = [
        "title",
        "dedup",
        "description",
        "reference",
        "runbook",
        "severity",
        "destinations",
        "alert_context",
        "unique",
    ]
    seen = read_case({**CASE, "functions": {name: {"type": name, "text": ""} for name in names}})
    assert seen.functions == {name: Returned(name, "") for name in names}


def test_all_else_of_a_case_is_read() -> None:
    more = {"seconds": 0.5, "idle": ["a", "b"], "lines": {"rule": 3}, "output": "printed"}
    seen = read_case({**CASE, **more})
    assert (seen.seconds, seen.idle, seen.lines, seen.output) == (0.5, ("a", "b"), {"rule": 3}, "printed")
    seen = read_case(CASE)
    assert (seen.idle, seen.lines, seen.steps, seen.filtered) == ((), {}, (), False)


@pytest.mark.parametrize("seconds", [0.0, 999_999.5])
def test_a_case_may_take_any_time_within_bounds(seconds: float) -> None:
    assert read_case({**CASE, "seconds": seconds}).seconds == seconds


@pytest.mark.parametrize("items", [1, 10**9])
def test_a_field_is_read_with_its_keys_and_how_many_items_have_it(items: int) -> None:
    field = ["title", ["list", 0, "a"], ["v", "w", "x"], False, items]
    (read,) = read_case({**CASE, "reads": [field]}).reads
    assert read == FieldRead("title", ("list", 0, "a"), "v", False, others=("w", "x"), items=items)


def test_what_decided_is_read() -> None:
    steps = [[["a", 0], "x", None, 0], [["b"], "y", False, 2, [0, 1000]]]
    seen = read_case({**CASE, "filtered": True, "steps": steps, "decided": 1})
    assert seen.steps == (Step(("a", 0), "x"), Step(("b",), "y", False, 2, (0, 1000), decides=True))
    assert seen.filtered
    assert not read_case({**CASE, "filtered": 1}).filtered


@pytest.mark.parametrize(
    ("loaded", "problem"),
    [
        (None, None),
        ({"missing": "r" * 999}, MissingMatcher("r" * 200)),
        ({"raised": "E", "text": "t", "frames": [["a.py", 2, "f"]]}, Raised("E", "t", (("a.py", 2, "f"),))),
    ],
)
def test_why_a_body_could_not_be_loaded_is_read(loaded: object, problem: object) -> None:
    seen = read_problem({"loaded": loaded})
    assert (type(seen), seen) == (type(problem), problem)


def test_where_a_body_was_is_read() -> None:
    longest = "p" * 2000
    places = read_places({"late": [[longest, 2, "f" * 999], ["b.py", 3, "g"]]})
    assert places == ((longest, 2, "f" * 200), ("b.py", 3, "g"))


@pytest.mark.parametrize("frame", [5, [], ["p" * 2001, 1, "f"], ["a", True, "f"], ["a", 1], ["a", 1, "f", 1]])
def test_a_place_of_wrong_types_is_refused(frame: object) -> None:
    with pytest.raises(ProtocolError):
        read_places({"late": [["a.py", 1, "f"], frame]})


@pytest.mark.parametrize(
    "change",
    [
        {"matcher": None},
        {"matcher": {"type": True, "text": "True"}},
        {"matcher": {"type": "bool"}},
        {"matcher": {"type": "str", "text": "a", "size": -1}},
        {"matcher": {"type": "str", "text": "a", "size": True}},
        {"matcher": {"raised": "E", "text": "", "frames": [["a", True, "f"]]}},
        {"matcher": {"unknown": 5}},
        {"functions": {"rule": {"type": "str", "text": ""}}},
        {"functions": {"title": 5}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": "a"}}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": ["a", 1]}}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": ["a"] * 21}}},
        {"reads": [["rule", [None], [""], True, 1]]},
        {"reads": [["rule", "a", [""], True, 1]]},
        {"reads": [["rule", ["a"], "", True, 1]]},
        {"reads": [["rule", ["a"], [], True, 1]]},
        {"reads": [["rule", ["a"], ["", 1], True, 1]]},
        {"reads": [["rule", ["a"], [""], True]]},
        {"reads": [["rule", ["a"], [""], True, 0]]},
        {"reads": [["rule", ["a"], [""], True, True]]},
        {"reads": [["rule", ["a"], [""], True, 10**10]]},
        {"reads": [5]},
        {"reads": [["rule", ["a", None], [""], True, 1]]},
        {"reads": [["rule", ["a"], ["", "a", 1], True, 1]]},
        {"reads": [["rule", ["a"], [""], True, 10**9 + 1]]},
        {"idle": "a"},
        {"idle": ["a", 1]},
        {"lines": 5},
        {"lines": {"rule": True}},
        {"lines": {"rule": "3"}},
        {"steps": 5},
        {"steps": [["Detection", "a", True, 0]]},
        {"steps": [[[0, None], "a", True, 0]]},
        {"steps": [[[0], 5, True, 0]]},
        {"steps": [[[0], "a", 1, 0]]},
        {"steps": [[[0], "a", True, -1]]},
        {"steps": [[[0], "a", True, True]]},
        {"steps": [[[0], "a", True, 0, 5]]},
        {"steps": [[[0], "a", True, 0, [1, 1001]]]},
        {"steps": [[[0], "a", True, 0, [0, -1]]]},
        {"steps": [[[0], "a", True, 0, [True]]]},
        {"steps": [[[0], "a", True, 0, [], []]]},
        {"steps": [[5, "a", True, 0]]},
        {"decided": "0"},
        {"decided": True},
        {"matcher": {"undecided": 5, "keys": []}},
        {"matcher": {"undecided": "a"}},
        {"matcher": {"undecided": "a", "keys": [True]}},
        {"output": 5},
        {"seconds": 1},
        {"seconds": float("nan")},
        {"seconds": -1.0},
        {"seconds": 1e6},
    ],
)
def test_a_case_of_wrong_types_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        read_case({**CASE, **change})


def test_texts_are_cut_on_our_side_too() -> None:
    seen = read_case({**CASE, "matcher": {"type": "x" * 10**5, "text": "y" * 10**5}, "output": "z" * 10**5})
    assert isinstance(seen.matcher, Returned)
    assert (len(seen.matcher.type), len(seen.matcher.text), len(seen.output)) == (200, 2000, 10_000)
    field = ["rule", ["k" * 10**5] * 50, ["v" * 10**5] * 50, True, 2]
    (read,) = read_case({**CASE, "reads": [field]}).reads
    assert (len(read.path), {len(key) for key in read.path}) == (20, {200})
    assert len(read_case({**CASE, "reads": [field] * 101}).reads) == 100
    assert [len(value) for value in (read.value, *read.others)] == [200] * 3
    steps = read_case({**CASE, "steps": [[["k" * 999] * 99, "t" * 9999, None, 99]] * 999}).steps
    assert (len(steps), len(steps[0].keys), len(steps[0].text), steps[0].depth) == (200, 20, 2000, 20)
    assert {len(str(key)) for key in steps[0].keys} == {200}
    (step,) = read_case({**CASE, "steps": [[["k"], "t", None, 0, [*range(1001)]]]}).steps
    assert step.marks == (*range(20),)
    undecided = read_case({**CASE, "matcher": {"undecided": "t" * 9999, "keys": []}}).matcher
    assert undecided == Undecided((), "t" * 2000)
    raised = read_case(
        {**CASE, "matcher": {"raised": "E", "text": "", "frames": [["a", 1, "f"]] * 100}}
    ).matcher
    assert isinstance(raised, Raised)
    assert len(raised.frames) == 20
