"""Dictionaries at which nobody looks while their numbers are the same."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from panther_ci.running.confined.engine.stamps import StampedPicture, find_stamps

WAYS = pytest.mark.parametrize("find", [find_stamps, lambda _dicts: None], ids=["numbers", "a look"])
CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "set": lambda names: names.update(a=object()),
    "added": lambda names: names.setdefault("c", 1),
    "deleted": lambda names: names.pop("b"),
    "cleared": lambda names: names.clear(),
    "set by another name for it": lambda names: names.__ior__({"b": 3}),
}


@WAYS
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(find: Any, change: Callable[[dict[str, Any]], object]) -> None:
    names = {"a": 1, "b": 2}
    picture = StampedPicture([{}, names], find)
    assert picture.take() == 2
    assert not picture.changed()
    change(names)
    assert picture.changed()


@WAYS
def test_what_is_changed_back_is_no_change_and_the_next_one_is_seen(find: Any) -> None:
    names = {"a": 1}
    picture = StampedPicture([names], find)
    picture.take()
    kept, names["a"] = names["a"], 7
    names["a"] = kept
    assert not picture.changed()
    names["a"] = 8
    assert picture.changed()


def test_names_of_a_module_that_code_sets_are_seen() -> None:
    names: dict[str, Any] = {"count": 1}
    exec("def raise_it():\n    global count\n    count += 1", names)
    for _ in range(20):  # Python makes code quicker that ran some times
        names["raise_it"]()
    picture = StampedPicture([names])
    picture.take()
    names["raise_it"]()
    assert picture.changed()


def test_python_before_3_14_has_the_numbers() -> None:
    assert (find_stamps([{}]) is not None) is (sys.version_info < (3, 14))
