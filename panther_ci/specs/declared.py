"""Conditions that are declared in specs: which of them can't be decided here, and where each of them is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from panther_ci.deployment_rules.correlation import has_several_criteria
from panther_ci.deployment_rules.expressions import Dialect, ExpressionError, read_expressions
from panther_ci.kinds import AnalysisType, Evaluator
from panther_ci.model import CaseResult, Location, Spec
from panther_ci.model.reasons import ConditionUndecided
from panther_ci.specs.reading.document import Keys

# Finds a place in a spec by its path and the keys that lead there.
Locate: TypeAlias = Callable[[str, Keys], Location]


class Undecidable(NamedTuple):
    """Something that only a deployment decides, and the spec and the keys that lead to it."""

    problem: str
    path: str
    keys: Keys


def find_undecidable(chain: Sequence[Spec]) -> Undecidable | None:
    """What keeps the cases of a detection from being decided; the chain begins with it, its bases follow."""
    declaring = chain[-1]
    if declaring.evaluator is Evaluator.CORRELATION:
        return _read_correlation(declaring)
    if chain[0].type is AnalysisType.RULE and (problem := _read(chain, Dialect.FILTERS)):
        return problem
    return _read(chain, Dialect.DETECTION) if declaring.evaluator is Evaluator.SIMPLE else None


def _read_correlation(spec: Spec) -> Undecidable | None:
    if not has_several_criteria(spec.fields.get("Detection")):
        return None
    problem = "only a deployment knows how it joins several `MatchCriteria`"
    return Undecidable(problem, spec.path, ("Detection", 0, "MatchCriteria"))


def _read(chain: Sequence[Spec], dialect: Dialect) -> Undecidable | None:
    """What can't be read of the conditions of one kind."""
    owner = _find_owner(chain, dialect.value)
    value = owner.fields.get(dialect.value) if owner else None
    if owner is None or (not value and dialect is Dialect.FILTERS):
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
