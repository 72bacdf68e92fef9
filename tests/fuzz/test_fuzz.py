"""Replays the corpus of the fuzzers: inputs that once broke something, or reach what few others reach."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".dict")


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_target_takes_an_input(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_every_beginning_of_its_inputs(name: str) -> None:
    inputs = [path.read_bytes() for path in INPUTS if path.parent.name == name]
    beginnings = {data[:size] for data in inputs for size in range(0, min(len(data), 200), 7)}
    assert len(beginnings) > 10
    for data in beginnings:
        TARGETS[name](data)
