"""What the judge says of one case, before it becomes a result."""

from dataclasses import dataclass

from panther_ci.model import BodyError, Outcome


@dataclass(frozen=True, slots=True)
class Judgement:
    """An outcome and why, in the words of people."""

    outcome: Outcome
    actual: str = ""
    message: str = ""
    hint: str = ""
    error: BodyError | None = None
    function: str = ""
