"""State that confined bodies can't change, but that is looked at where nothing confines them."""

import atexit
import csv
import decimal
import sys
import threading
from pathlib import Path

import pytest

from panther_ci.running.confined.engine.surroundings import surroundings


def test_another_working_folder_and_a_file_left_open_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = surroundings()["files"]
    monkeypatch.chdir(tmp_path)
    moved = surroundings()["files"]
    with (tmp_path / "file").open("w"):
        opened = surroundings()["files"]
    assert (moved[0], moved[1]) == (str(tmp_path), before[1])
    assert opened[1] > before[1]


def test_another_size_of_stacks_is_seen() -> None:
    before = surroundings()["threads"]
    try:
        threading.stack_size(1 << 20)
        assert surroundings()["threads"] == (before[0], 1 << 20) != before
    finally:
        threading.stack_size(before[1])


@pytest.mark.parametrize(
    "context",
    [decimal.getcontext(), decimal.DefaultContext, decimal.BasicContext, decimal.ExtendedContext],
    ids=["current", "default", "basic", "extended"],
)
def test_another_precision_of_a_context_is_seen(context: decimal.Context) -> None:
    before = surroundings()["_decimal"]
    context.prec += 1
    try:
        assert surroundings()["_decimal"] != before
    finally:
        context.prec -= 1
    assert surroundings()["_decimal"] == before


def test_how_often_threads_take_turns_is_seen() -> None:
    before, interval = surroundings()["limits"], sys.getswitchinterval()
    try:
        sys.setswitchinterval(interval * 2)
        assert surroundings()["limits"] == (*before[:2], sys.getswitchinterval()) != before
    finally:
        sys.setswitchinterval(interval)


def test_what_is_to_run_at_the_end_is_seen() -> None:
    before = surroundings()["atexit"]
    atexit.register(print)
    try:
        assert surroundings()["atexit"] == before + 1
    finally:
        atexit.unregister(print)


def test_another_size_of_fields_of_csv_is_seen() -> None:
    before = surroundings()["_csv"]
    try:
        csv.field_size_limit(before + 1)
        assert surroundings()["_csv"] == before + 1
    finally:
        csv.field_size_limit(before)
