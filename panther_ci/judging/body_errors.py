"""Turns an observed exception into one with lines of the sources that we know."""

from collections.abc import Sequence

from panther_ci.judging.lines import line_ends, line_in
from panther_ci.judging.observations import Place, Raised
from panther_ci.model import Job, Location
from panther_ci.model.reasons import BodyError

_LONGEST_LINE = 200
# How the system and Python say that something is not allowed.
_REFUSALS = ("[Errno 1]", "[Errno 13]", "can't start new thread")


def body_error(job: Job, seen: Raised) -> BodyError:
    """The exception with the lines of the repository's sources that it went through."""
    refused = seen.type == "PermissionError" or any(sign in seen.text for sign in _REFUSALS)
    return BodyError(seen.type, seen.text, *_trace(job, seen.frames), refused, seen.network)


def stopped_at(job: Job, frames: Sequence[Place]) -> BodyError | None:
    """Where a body was when it was stopped; None where that is not known."""
    return BodyError("Timeout", "", *_trace(job, frames)) if frames else None


def _trace(job: Job, frames: Sequence[Place]) -> tuple[Location | None, str]:
    """The innermost place and the lines that led there; places that are not ours are ignored."""
    sources = {source.path: source.text for source in (job.body, *job.helpers)}
    sources.update({model.body.path: model.body.text for model in job.data_models if model.body is not None})
    places = [
        (path, known, name)
        for path, line, name in frames
        if path in sources and (known := line_in(sources[path], line))
    ]
    location = Location(*places[-1][:2]) if places else None
    return location, "\n".join(_frame(sources[path], path, line, name) for path, line, name in places)


def _frame(text: bytes, path: str, line: int, name: str) -> str:
    ends = line_ends(text)
    source = text[ends[line - 2] if line > 1 else 0 : ends[line - 1]]
    shown = source.decode("utf-8", "replace").strip()
    if len(shown) > _LONGEST_LINE:
        shown = f"{shown[: _LONGEST_LINE - 1]}…"
    place = f"{path}:{line}" + (f" in {name}" if name else "")
    return f"{place}\n    {shown}" if shown else place
