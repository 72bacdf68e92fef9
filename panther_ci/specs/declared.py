"""Conditions that are declared in specs: which of them can't be decided here, and where each of them is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from panther_ci.deployment_rules.correlation import has_several_criteria
from panther_ci.deployment_rules.expressions import Dialect, ExpressionError, read_expressions
from panther_ci.kinds import AnalysisType, Evaluator
from panther_ci.model import CaseResult, Location, Source, Spec
from panther_ci.model.reasons import ConditionUndecided
from panther_ci.specs.reading.document import Keys

# Finds a place in a spec by its path and the keys that lead there.
Locate: TypeAlias = Callable[[str, Keys], Location]


class Undecidable(NamedTuple):
    """Something that only a deployment decides, and the spec and the keys that lead to it."""

    problem: str
    path: str
    keys: Keys


class Declarations:
    """What specs declare: each is read and written once, however many detections are derived from it."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, Dialect], Undecidable | None] = {}
        self._sources: dict[tuple[str, str], Source] = {}

    def find_undecidable(self, chain: Sequence[Spec]) -> Undecidable | None:
        """What keeps cases from being decided; the chain begins with their detection, its bases follow."""
        declaring = chain[-1]
        if declaring.evaluator is Evaluator.CORRELATION:
            return _read_correlation(declaring)
        if chain[0].type is AnalysisType.RULE and (problem := self._read(chain, Dialect.FILTERS)):
            return problem
        return self._read(chain, Dialect.DETECTION) if declaring.evaluator is Evaluator.SIMPLE else None

    def _read(self, chain: Sequence[Spec], dialect: Dialect) -> Undecidable | None:
        owner = _find_owner(chain, dialect.value)
        if owner is None:
            return None
        key = owner.path, dialect
        if key not in self._problems:
            self._problems[key] = _read_expressions(owner, dialect)
        return self._problems[key]

    def write(self, chain: Sequence[Spec], key: str) -> Source | None:
        """What a detection, or the nearest base with the key, declares: JSON, with the path of that spec."""
        owner = _find_owner(chain, key)
        if owner is None:
            return None
        if (owner.path, key) not in self._sources:
            self._sources[owner.path, key] = declare(owner, owner.path, key)
        return self._sources[owner.path, key]


def declare(spec: Spec, path: str, key: str) -> Source:
    """What a spec declares under a key, as the JSON that an evaluator reads."""
    return Source(key, path, json.dumps({key: spec.fields.get(key)}).encode())


def _read_correlation(spec: Spec) -> Undecidable | None:
    if not has_several_criteria(spec.fields.get("Detection")):
        return None
    problem = "only a deployment knows how it joins several `MatchCriteria`"
    return Undecidable(problem, spec.path, ("Detection", 0, "MatchCriteria"))


def _read_expressions(owner: Spec, dialect: Dialect) -> Undecidable | None:
    """What can't be read of the conditions that a spec has."""
    value = owner.fields.get(dialect.value)
    if not value and dialect is Dialect.FILTERS:
        return None
    try:
        read_expressions(value, (dialect.value,), dialect)
    except ExpressionError as error:
        return Undecidable(error.problem, owner.path, error.keys)
    return None


def _find_owner(chain: Sequence[Spec], key: str) -> Spec | None:
    """The spec whose value of a key counts: a detection replaces that of its base as a whole."""
    return next((each for each in chain if key in each.fields), None)


def locate_conditions(case: CaseResult, chain: Sequence[Spec], locate: Locate) -> CaseResult:
    """A case with the places of the conditions that its result tells of."""

    def find(keys: Keys) -> Location | None:
        owner = _find_owner(chain, str(keys[0])) if keys else None
        return locate(owner.path, keys) if owner else None

    steps = tuple(step._replace(location=find(step.keys)) for step in case.steps)
    reason = case.reason
    if isinstance(reason, ConditionUndecided):
        reason = reason._replace(location=find(reason.keys))
    found = replace(case, steps=steps, reason=reason)
    return replace(found, returned_at=found.deciding.location) if found.deciding else found
