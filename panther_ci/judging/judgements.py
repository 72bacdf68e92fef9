"""What the judge says of one case, before it becomes a result."""

from typing import NamedTuple

from panther_ci.model import BodyError, Outcome


class Judgement(NamedTuple):
    """An outcome and why, in the words of people."""

    outcome: Outcome
    actual: str = ""
    message: str = ""
    hint: str = ""
    error: BodyError | None = None
    function: str = ""
