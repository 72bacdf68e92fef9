"""The search for the name that was meant is bounded, whatever the names are."""

import pytest

from panther_ci.specs.checks.hints import Hints


@pytest.mark.parametrize(
    ("word", "known", "likeness", "near"),
    [
        ("logn", ["login", "logout"], 0.7, "login"),
        ("LOGN", ["login"], 0.7, "login"),
        ("logn", ["entirely"], 0.7, ""),
        ("logn", ["login"], 0.95, ""),
        ("a" * 99, ["a" * 200], 0.5, "a" * 200),
        ("a" * 99, ["a" * 201], 0.5, ""),
        ("logn", [], 0.7, ""),
    ],
)
def test_the_name_most_like_a_word_is_found(word, known, likeness, near):
    assert Hints().find(word, known, likeness) == near
    assert Hints().left == 20_000_000


def test_names_are_compared_while_work_is_left():
    hints = Hints(left=16)
    assert [hints.find("log", ["logs"]) for _ in range(3)] == ["logs", "", ""]
    assert Hints(left=12).find("log", ["logs"]) == ""
    assert Hints(left=13).find("log", ["logs"]) == "logs"
