"""Compares what is wrong with what was wrong on the base of a change.

What can't be compared is new, so that it counts.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from panther_ci.model import Case, CaseResult, Finding, Job, Json, Location, Standing
from panther_ci.model.reasons import BodyError, ConditionUndecided, NoResult, NotRun, Reason, Unfinished

# Paths of the checkout to those that the files had on the base, where they differ.
Renames: TypeAlias = Mapping[str, str]

# The address in the text of an object differs from run to run.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# Lines move when others are added above them; what is in backticks is of the content.
_LINES = re.compile(r"(`[^`]*`)|\bline \d+")

_MOST_RENAMES = 100


class Tried(NamedTuple):
    """A case with its result, and the job that ran it; None where something kept that from being started."""

    case: Case
    result: CaseResult
    job: Job | None = None


class Placed(NamedTuple):
    """A finding, and the name of the case that it is in, if it is in one."""

    finding: Finding
    case: str = ""


def place_case(now: Tried, before: Tried | None, renames: Renames) -> Standing:
    """The standing of a case that is wrong; `before` is the same case on the base, if there was one."""
    if before is None or not before.result.bad:
        return Standing.NEW
    is_known = _is_certain(now.result.reason) or not (now.job or before.job)
    if not is_known or _inputs(before.case) != _inputs(now.case):
        return Standing.CHANGED
    is_same = before.result.outcome is now.result.outcome and (
        _sign(before.result.reason, {}) == _sign(now.result.reason, renames)
    )
    return Standing.ALREADY_THERE if is_same or _run_alike(before.job, now.job) else Standing.CHANGED


def _run_alike(before: Job | None, now: Job | None) -> bool:
    """Whether the same bytes ran: what differs then, such as a time in a text, is not of the change."""
    return before is not None and now is not None and _loaded(before) == _loaded(now)


def _loaded(job: Job) -> tuple[object, ...]:
    helpers = tuple((helper.name, helper.text) for helper in job.helpers)
    models = tuple((each.log_type, each.mappings, each.body and each.body.text) for each in job.data_models)
    declared = tuple((each.name, each.text) for each in job.declared)
    return job.body.text, declared, helpers, models, job.spec.type, job.spec.create_alert


def pair_cases(now: Sequence[Tried], before: Sequence[Tried]) -> Iterator[tuple[Tried, Tried | None]]:
    """Each case with the one of the same name on the base; of several, one that is given the same."""
    exact, named = _Waiting(before, _name_and_inputs), _Waiting(before, _name)
    pairs = [(each, exact.take(_name_and_inputs(each))) for each in now]
    taken = {id(other) for _, other in pairs if other}
    for each, other in pairs:
        yield each, other or named.take(_name(each), taken)


class _Waiting:
    """Cases by a key, the first ones first; each is taken once."""

    def __init__(self, tried: Iterable[Tried], key: Callable[[Tried], object]) -> None:
        self._left: dict[object, deque[Tried]] = {}
        for each in tried:
            self._left.setdefault(key(each), deque()).append(each)

    def take(self, key: object, taken: Container[int] = ()) -> Tried | None:
        """The next case with a key that was not taken elsewhere."""
        waiting = self._left.get(key, deque())
        while waiting:
            if id(found := waiting.popleft()) not in taken:
                return found
        return None


def _name(tried: Tried) -> str:
    return tried.case.name


def _name_and_inputs(tried: Tried) -> object:
    return tried.case.name, _inputs(tried.case)


def place_findings(now: Sequence[Placed], before: Iterable[Placed], renames: Renames) -> tuple[Finding, ...]:
    """The findings with their standings; as many as there were before of the same are not new."""
    left = Counter(_identify(each, {}) for each in before)
    spots = Counter(_spot(each.finding, {}) for each in before)
    placed = []
    for each in now:
        known, spot = _identify(each, renames), _spot(each.finding, renames)
        standing = Standing.NEW
        if not _is_certain(each.finding.reason):
            pass
        elif left[known] > 0:
            left[known] -= 1
            standing = Standing.ALREADY_THERE
        elif spots[spot] > 0:
            standing = Standing.CHANGED
        spots[spot] -= standing is not Standing.NEW
        placed.append(each.finding._replace(standing=standing))
    return tuple(placed)


def _is_certain(reason: Reason | None) -> bool:
    """Whether the content is the cause: what was not started, or lost its result, may have another one."""
    ending = reason.ending if isinstance(reason, Unfinished) else None
    return not isinstance(reason, NotRun) and ending not in (NoResult.DIED_TWICE, NoResult.UNKNOWN)


def _inputs(case: Case) -> tuple[object, ...]:
    """What a case gives to a body, and what it expects."""
    mocks = tuple((mock.name, _exact(mock.value)) for mock in case.mocks)
    return case.expected, _exact(case.event), mocks, case.destinations


def _exact(value: Json) -> object:
    """A value that equals others of the same types only: `1 == True` in Python. Keys have no order."""
    if isinstance(value, dict):
        return frozenset((key, _exact(each)) for key, each in value.items())
    if isinstance(value, list):
        return tuple(map(_exact, value))
    return repr(value)  # also of NaN, which does not equal itself


def _identify(placed: Placed, renames: Renames) -> tuple[object, ...]:
    finding = placed.finding
    message = _LINES.sub(r"\1", _former_paths(finding.message, renames))
    spot = _spot(finding, renames)
    return *spot, placed.case, finding.level, message, _sign(finding.reason, renames)


def _spot(finding: Finding, renames: Renames) -> tuple[object, ...]:
    path = finding.location.path
    # In a spec, the detection is that of the file, which may have another id now.
    detection = finding.detection if path.endswith(".py") else ""
    return finding.check, renames.get(path, path), detection


def _former_paths(text: str, renames: Renames) -> str:
    """A text with the paths that files had on the base; where very many moved, as it is."""
    if len(renames) <= _MOST_RENAMES:
        for path, old in renames.items():
            text = text.replace(path, old)
    return text


def _sign(value: object, renames: Renames) -> object:
    """A reason without what moves from run to run or with the lines above; paths are those of the base."""
    if isinstance(value, Location):
        return renames.get(value.path, value.path)
    if isinstance(value, BodyError):
        value = value._replace(traceback="")
    if isinstance(value, ConditionUndecided):
        value = value._replace(keys=(), location=None)
    if isinstance(value, Unfinished):  # it may be anywhere in a loop when its time is over
        value = value._replace(error=None)
    if isinstance(value, tuple):
        return (type(value).__name__, *(_sign(each, renames) for each in value))
    if isinstance(value, str):
        return _ADDRESS.sub("", _former_paths(value, renames))
    return value
