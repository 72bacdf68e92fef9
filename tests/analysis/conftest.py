"""The detections of analysis/: a test that takes `detection` runs once for each of them."""

import pytest

from tools.bodies import compile_body, importable_globals, load_body
from tools.library import read_detections


def pytest_generate_tests(metafunc):
    if "detection" in metafunc.fixturenames:
        metafunc.parametrize("detection", read_detections(), ids=lambda detection: detection.id)


@pytest.fixture(scope="session")
def library():
    """Makes the globals importable."""
    with importable_globals() as finder:
        yield finder


@pytest.fixture
def body(detection, library):
    """The module of the detection's body."""
    return load_body(detection.body.stem, compile_body(detection.body))
