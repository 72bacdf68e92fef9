"""Compares what is wrong with what was wrong on the base of a change.

What can't be compared is new, so that it counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from panther_ci.model import Case, CaseResult, Finding, Json, Location, Standing
from panther_ci.model.reasons import BodyError, NoResult, NotRun, Reason, Unfinished

# Paths of the checkout to those that the files had on the base, where they differ.
Renames: TypeAlias = Mapping[str, str]

# The address in the text of an object differs from run to run.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# Lines move when others are added above them; what is in backticks is of the content.
_LINES = re.compile(r"(`[^`]*`)|\bline \d+")


class Tried(NamedTuple):
    """A case with its result; `started` is false where something kept its detection from being started."""

    case: Case
    result: CaseResult
    started: bool = True


def place_case(now: Tried, before: Tried | None, renames: Renames) -> Standing:
    """The standing of a case that is wrong; `before` is the same case on the base, if there was one."""
    if before is None or not before.result.bad:
        return Standing.NEW
    is_same = (
        before.result.outcome is now.result.outcome
        and (_is_certain(now.result.reason) or not (now.started or before.started))
        and _inputs(before.case) == _inputs(now.case)
        and _sign(before.result.reason, {}) == _sign(now.result.reason, renames)
    )
    return Standing.ALREADY_THERE if is_same else Standing.CHANGED


def pair_cases(now: Sequence[Tried], before: Sequence[Tried]) -> Iterator[tuple[Tried, Tried | None]]:
    """Each case with the one of the same name on the base; of several, the first with the first."""
    known = dict(zip(_keys(before), before, strict=True))
    yield from ((each, known.get(key)) for key, each in zip(_keys(now), now, strict=True))


def place_findings(
    now: Sequence[Finding], before: Iterable[Finding], renames: Renames
) -> tuple[Finding, ...]:
    """The findings with their standings; as many as there were before of the same are not new."""
    left = Counter(map(_identify, before))
    spots = Counter(map(_spot, before))
    placed = []
    for finding in now:
        known, spot = _identify(finding, renames), _spot(finding, renames)
        standing = Standing.NEW
        if not _is_certain(finding.reason):
            pass
        elif left[known] > 0:
            left[known] -= 1
            standing = Standing.ALREADY_THERE
        elif spots[spot] > 0:
            standing = Standing.CHANGED
        spots[spot] -= standing is not Standing.NEW
        placed.append(finding._replace(standing=standing))
    return tuple(placed)


def _is_certain(reason: Reason | None) -> bool:
    """Whether the content is the cause: what was not started, or lost its result, may have another one."""
    ending = reason.ending if isinstance(reason, Unfinished) else None
    return not isinstance(reason, NotRun) and ending not in (NoResult.DIED_TWICE, NoResult.UNKNOWN)


def _keys(tried: Iterable[Tried]) -> Iterator[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for each in tried:
        yield each.case.name, seen[each.case.name]
        seen[each.case.name] += 1


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


def _identify(finding: Finding, renames: Renames | None = None) -> tuple[object, ...]:
    return (
        *_spot(finding, renames),
        finding.level,
        _LINES.sub(r"\1", finding.message),
        _sign(finding.reason, renames or {}),
    )


def _spot(finding: Finding, renames: Renames | None = None) -> tuple[object, ...]:
    path = finding.location.path
    return finding.check, (renames or {}).get(path, path), finding.detection


def _sign(value: object, renames: Renames) -> object:
    """A reason without what moves from run to run or with the lines above; paths are those of the base."""
    if isinstance(value, Location):
        return renames.get(value.path, value.path)
    if isinstance(value, BodyError):
        value = value._replace(traceback="")
    if isinstance(value, Unfinished):  # it may be anywhere in a loop when its time is over
        value = value._replace(error=None)
    if isinstance(value, tuple):
        return (type(value).__name__, *(_sign(each, renames) for each in value))
    if isinstance(value, str):
        return _ADDRESS.sub("", renames.get(value, value))
    return value
