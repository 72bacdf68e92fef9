"""The sentences of the judge."""

import re
from array import array
from functools import cache
from itertools import accumulate

from panther_ci.judging.judgements import Judgement
from panther_ci.judging.observations import Observed, Raised, Returned
from panther_ci.model import BodyError, Job, Location, Outcome

_BRIEF = 200
# How the system and Python say that something isn't allowed.
_REFUSALS = ("[Errno 1]", "[Errno 13]", "can't start new thread")
# The address in the text of an object differs from run to run.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def wrong_verdict(matcher: str, expected: bool, answer: bool) -> Judgement:
    """The matcher answered the wrong one of the two."""
    if matcher == "rule":
        wanted = "an alert" if expected else "no alert"
    else:
        wanted = "compliant" if expected else "not compliant"
    message = f"expected {wanted}, but {matcher}() returned {answer}"
    return Judgement(Outcome.FAILED, str(answer), message, function=matcher)


def not_a_verdict(matcher: str, seen: Returned) -> Judgement:
    """The matcher answered neither True nor False."""
    shown = show(seen)
    return Judgement(
        Outcome.FAILED,
        shown,
        f"{matcher}() returned {shown}, not True or False",
        hint=f"wrap the answer in bool(...), or make every path of {matcher}() return True or False",
        function=matcher,
    )


def raised(job: Job, function: str, seen: Raised) -> Judgement:
    """A function raised."""
    error = body_error(job, seen)
    message = f"{function}() raised {summary(error)}"
    return Judgement(Outcome.ERRORED, seen.type, message, _held(seen), error, function)


def _held(seen: Raised) -> str:
    """The next step if it was the confinement that stood in the way."""
    if seen.type == "PermissionError" or any(sign in seen.text for sign in _REFUSALS):
        return "bodies run without files, network, processes and threads: mock what needs them in the case"
    return ""


def not_loaded(job: Job, seen: Raised) -> Judgement:
    """The body raised when it was imported."""
    error = body_error(job, seen)
    hint = _held(seen)
    if seen.type in ("ModuleNotFoundError", "ImportError"):
        hint = (
            "make it a global of this repository, or name its package in the file that `requirements` gives"
        )
    return Judgement(
        Outcome.ERRORED, seen.type, f"importing {job.body.path} raised {summary(error)}", hint, error
    )


def missing_matcher(job: Job, name: str) -> Judgement:
    """The body has no matcher."""
    return Judgement(
        Outcome.ERRORED,
        message=f"{job.body.path} has no function {name}()",
        hint=f"define `def {name}({'event' if name == 'rule' else 'resource'}):` that returns True or False",
    )


def unfinished(job: Job, observed: Observed) -> Judgement:
    """The process ended before this case."""
    message = observed.ended or "the process gave no result for this case"
    if not observed.late:
        return Judgement(Outcome.ERRORED, message=message, hint=observed.hint)
    error = body_error(job, Raised("Timeout", "", observed.late))
    if error.location is not None:
        message = f"{message}; it was at {error.location}"
    return Judgement(Outcome.ERRORED, message=message, hint=observed.hint, error=error)


def unknown_mock(job: Job, name: str) -> Judgement:
    """A mock patches nothing."""
    return Judgement(
        Outcome.ERRORED,
        message=f"the mock {_brief(repr(name))} names nothing in {job.body.path}",
        hint="a mock replaces a name that the body defines, imports or takes from Python's builtins",
    )


def show(seen: Returned) -> str:
    """A value and its type."""
    if seen.type == "NoneType":
        return "None"
    text = repr(seen.text) if seen.type == "str" else _ADDRESS.sub("", seen.text)
    return f"{_brief(text)} ({seen.type})"


def summary(error: BodyError) -> str:
    """An exception and its place in a line."""
    text = f"{error.type}: {_brief(error.text)}" if error.text else error.type
    return f"{text} at {error.location}" if error.location is not None else text


def body_error(job: Job, seen: Raised) -> BodyError:
    """An exception with the lines of the repository's sources it passed, as we know them."""
    sources = {source.path: source.text for source in (job.body, *job.helpers)}
    sources.update({model.body.path: model.body.text for model in job.data_models if model.body is not None})
    places = [
        # A process may say any number; a report names lines that there are.
        (path, min(line, len(_line_ends(sources[path]))), name)
        for path, line, name in seen.frames
        if path in sources and line > 0 and sources[path]
    ]
    location = Location(*places[-1][:2]) if places else None
    lines = [_frame(sources[path], path, line, name) for path, line, name in places]
    return BodyError(seen.type, seen.text, location, "\n".join(lines))


@cache
def _line_ends(text: bytes) -> "array[int]":
    """Where each line of a source ends, sought once: it may raise in a hundred thousand cases."""
    return array("L", accumulate(map(len, text.splitlines(keepends=True))))


def _frame(text: bytes, path: str, line: int, name: str) -> str:
    ends = _line_ends(text)
    source = text[ends[line - 2] if line > 1 else 0 : ends[line - 1]]
    shown = _brief(source.decode("utf-8", "replace").strip())
    place = f"{path}:{line}" + (f" in {name}" if name else "")
    return f"{place}\n    {shown}" if shown else place


def _brief(text: str) -> str:
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1] + "…"
