"""An exception is told with the lines of our own sources that it went through, and with no others."""

from typing import Any

import pytest

from panther_ci.judging.body_errors import body_error, stopped_at
from panther_ci.judging.observations import Raised
from panther_ci.model import DataModel, Job, Location, Source
from panther_ci.model.reasons import BodyError

BODY = "import helper\ndef rule(event):\n    return helper.f(event)\n"


@pytest.fixture
def job(make: Any) -> Job:
    """A detection with a helper, a data model that has a body, and one that has none."""
    body = Source("model", "models/model.py", b"def f(event):\n    return event['x']")
    models = (DataModel("M", "T", (), body), DataModel("N", "U", ()))
    return make.job(BODY, helpers=(make.helper("helper", "\n\ndef f(e):\n\traise E"),), data_models=models)


def trace(job: Job, *frames: tuple[str, int, str]) -> tuple[Location | None, str]:
    error = body_error(job, Raised("E", "text", frames))
    assert (error.type, error.text) == ("E", "text")
    return error.location, error.traceback


def test_the_lines_stand_outermost_first_and_the_last_one_is_the_place(job: Job) -> None:
    frames = (("rules/a.py", 3, "rule"), ("globals/helper.py", 4, "f"), ("models/model.py", 2, "f"))
    assert trace(job, *frames) == (
        Location("models/model.py", 2),
        "rules/a.py:3 in rule\n    return helper.f(event)\n"
        "globals/helper.py:4 in f\n    raise E\n"
        "models/model.py:2 in f\n    return event['x']",
    )


def test_lines_of_others_are_left_out(job: Job) -> None:
    frames = (("/usr/lib/python3.11/json/__init__.py", 1, "loads"), ("rules/a.py", 1, ""), ("b.py", 1, "g"))
    assert trace(job, *frames) == (Location("rules/a.py", 1), "rules/a.py:1\n    import helper")


@pytest.mark.parametrize("line", [0, -1])
def test_a_line_that_can_not_be_is_left_out(job: Job, line: int) -> None:
    assert trace(job, ("rules/a.py", line, "f")) == (None, "")


def test_a_line_past_the_end_is_the_last_one(job: Job) -> None:
    assert trace(job, ("rules/a.py", 99, "f"))[0] == Location("rules/a.py", 3)


def test_an_empty_source_has_no_lines(make: Any) -> None:
    assert trace(make.job(""), ("rules/a.py", 1, "f")) == (None, "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 200, "\n    " + "x" * 200),
        ("x" * 201, "\n    " + "x" * 199 + "…"),
        ("   ", ""),
        ("\u00e9", "\n    \u00e9"),
    ],
)
def test_a_line_is_shown_without_its_indent_and_cut_if_it_is_long(make: Any, text: str, shown: str) -> None:
    assert trace(make.job(f"\t{text}\n"), ("rules/a.py", 1, "f"))[1] == f"rules/a.py:1 in f{shown}"


def test_a_line_that_is_not_utf_8_is_shown_all_the_same(make: Any) -> None:
    job = make.job("")
    job = job._replace(body=job.body._replace(text=b"\n# caf\xe9\n"))
    assert trace(job, ("rules/a.py", 2, "f"))[1] == "rules/a.py:2 in f\n    # caf\ufffd"


def test_where_a_body_was_is_told_only_where_it_is_known(job: Job) -> None:
    assert stopped_at(job, ()) is None
    place = Location("rules/a.py", 3)
    trace = "rules/a.py:3 in rule\n    return helper.f(event)"
    stopped = BodyError("Timeout", "", place, trace, refused=False, network=False)
    assert stopped_at(job, (("rules/a.py", 3, "rule"),)) == stopped


@pytest.mark.parametrize(
    ("type", "text", "refused"),
    [
        ("PermissionError", "", True),
        ("OSError", "[Errno 1] Operation not permitted", True),
        ("OSError", "[Errno 13] Permission denied", True),
        ("RuntimeError", "can't start new thread", True),
        ("OSError", "[Errno 2] No such file", False),
        ("ValueError", "Errno 13", False),
    ],
)
@pytest.mark.parametrize("network", [True, False])
def test_what_the_confinement_refused_and_what_tried_the_network_is_known(
    job: Job, type: str, text: str, refused: bool, network: bool
) -> None:
    error = body_error(job, Raised(type, text, network=network))
    assert (error.refused, error.network) == (refused, network)
