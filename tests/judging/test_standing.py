"""What a case that went wrong has in common with itself on the base."""

from panther_ci.judging.standing import Tried, place_case
from panther_ci.model import Case, CaseResult, Location, Outcome, Standing
from panther_ci.model.reasons import BodyError, TimedOut, Unfinished


def stopped_at(path: str) -> Tried:
    place = Location("r.yml", 3)
    error = BodyError("Timeout", "", Location(path, 2)) if path else None
    result = CaseResult("r", "c", Outcome.ERRORED, place, True, Unfinished(TimedOut(10.0), error))
    return Tried(Case("c", True, {}, place), result)


def test_a_loop_that_is_stopped_in_another_file_than_before_is_the_same_loop() -> None:
    for path in ("r.py", "h.py", ""):
        assert place_case(stopped_at(path), stopped_at("r.py"), {}) is Standing.ALREADY_THERE
