"""Decides match expressions on an event, and tells by which conditions.

An expression is decided as far as it is needed: after the first one of `All` that does not hold, or of `Any`
that does, the rest is left alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from panther_ci.deployment_rules.conditions import Combinator, Elements
from panther_ci.deployment_rules.expressions import (
    Absolute,
    Comprehension,
    Dialect,
    Expression,
    FieldTest,
    Group,
    Keys,
)
from panther_ci.running.confined.engine.conditions_in_words import (
    Scope,
    ask,
    count_elements,
    describe,
    describe_failure,
    describe_lack,
    describe_value,
    name_of,
)
from panther_ci.running.confined.engine.field_paths import find
from panther_ci.running.confined.engine.operators import (
    FOLDED_OF_FILTERS,
    OF_FILTERS,
    OPERATORS,
    MismatchError,
    Operator,
    fold,
    show,
)
from panther_ci.running.confined.engine.panther_core.immutable import MISSING, ImmutableList, unwrap

_COUNTED: Final = {
    Elements.ANY: Combinator.ANY,
    Elements.ALL: Combinator.ALL,
    Elements.NONE: Combinator.NONE,
    Elements.ONLY_ONE: Combinator.ONLY_ONE,
}


class Decision(NamedTuple):
    """Whether an expression holds, and the number of the step that decided; None where that is not noted."""

    held: bool
    by: int | None = None


class UndecidedError(Exception):
    """A condition can't be decided; `keys` lead to it."""

    def __init__(self, keys: Keys, text: str) -> None:
        super().__init__(text)
        self.keys = keys
        self.text = text


class Decider:
    """Decides on one event; with `explained`, `steps` has the conditions in the order of the spec.

    Each is keys, text, whether it holds (None where that is not needed or can't be decided), and depth.
    """

    def __init__(self, dialect: Dialect, explained: bool = False) -> None:
        self._dialect = dialect
        self._explained = explained
        self.steps: list[list[Any]] = []

    def decide_all(self, group: Group, event: Any) -> Decision:
        """Whether the expressions of a list hold, as many as its combinator says."""
        return self._decide_group(group.combinator, group.inner, Scope(event), 0)

    def _decide(self, expression: Expression, scope: Scope, depth: int) -> Decision:
        number = self._note(expression, scope, depth)
        match expression:
            case FieldTest():
                decision = Decision(self._test(expression, scope, number))
            case Comprehension():
                decision = self._comprehend(expression, scope, number)
            case Absolute(_, answer):
                decision = Decision(answer)
            case Group(_, combinator, inner):
                decision = self._decide_group(combinator, inner, scope, depth + 1)
                if not decision.held:
                    self._tell(number, describe_failure(combinator))
        if self._explained:
            self.steps[number][2] = decision.held
        return Decision(decision.held, number if decision.by is None and self._explained else decision.by)

    def _note(self, expression: Expression, scope: Scope, depth: int) -> int:
        """Begins a step with what is asked; its number."""
        if self._explained:
            self.steps.append([list(expression.keys), ask(expression, scope), None, depth])
        return len(self.steps) - 1

    def _tell(self, number: int, text: str) -> None:
        if self._explained:
            self.steps[number][1] = text

    def _decide_group(
        self, combinator: Combinator, inner: Sequence[Expression], scope: Scope, depth: int
    ) -> Decision:
        if self._dialect is Dialect.FILTERS and not inner:
            return Decision(True)
        count = _Count(combinator)
        decision = Decision(False)
        for number, each in enumerate(inner):
            decision = self._decide(each, scope, depth)
            if count.add(decision.held):
                for other in inner[number + 1 :]:
                    self._note(other, scope, depth)
                return Decision(count.held, decision.by)
        return Decision(count.held, decision.by if len(inner) == 1 else None)

    def _test(self, test: FieldTest, scope: Scope, number: int) -> bool:
        found, name = unwrap(find(scope.value, test.field.steps)), name_of(test.field, scope)
        wanted = test.wanted
        if test.other is not None:
            wanted = unwrap(find(scope.value, test.other.steps))
            wanted = None if wanted is MISSING else wanted
        try:
            fact = self._ask_operator(test, found, wanted)
        except MismatchError as error:
            text = f"{describe_value(name, found)}, {error}"
            self._tell(number, text)
            raise UndecidedError(test.keys, text) from None
        if self._explained:
            compared = show(wanted)
            if test.other is not None:
                compared = f"`{name_of(test.other, scope)}`, which is {compared}"
            self._tell(number, describe(name, found, test.condition.operator, fact, compared))
        return fact is not test.condition.negated

    def _ask_operator(self, test: FieldTest, found: Any, wanted: Any) -> bool:
        """Whether a value is what a condition, or the opposite of a negated one, asks for."""
        name, folded = test.condition.operator, test.condition.folded
        if name == "exists":
            return found is not MISSING
        value = None if found is MISSING else found
        # In an object, only names that are the same are found.
        if folded and not isinstance(value, dict):
            value, wanted = fold(value), fold(wanted)
        return self._operators(folded)[name](value, wanted)

    def _operators(self, folded: bool) -> Mapping[str, Operator]:
        if self._dialect is Dialect.DETECTION:
            return OPERATORS
        return FOLDED_OF_FILTERS if folded else OF_FILTERS

    def _comprehend(self, expression: Comprehension, scope: Scope, number: int) -> Decision:
        found, name = find(scope.value, expression.field.steps), name_of(expression.field, scope)
        if found is MISSING or found is None:
            self._tell(number, f"{expression.elements.value} of `{name}`, which {describe_lack(found)}")
            return Decision(_Count(_COUNTED[expression.elements]).held)
        if not isinstance(found, list | ImmutableList):
            text = f"`{name}` is {show(unwrap(found))}, which is no list"
            self._tell(number, text)
            raise UndecidedError(expression.keys, text)
        self._tell(number, f"{expression.elements.value} of `{name}`, which has {count_elements(len(found))}")
        return self._count_elements(expression, found, name, self._depth(number))

    def _depth(self, number: int) -> int:
        return self.steps[number][3] + 1 if self._explained else 0

    def _count_elements(
        self, expression: Comprehension, found: Sequence[Any], name: str, depth: int
    ) -> Decision:
        """Tells of the element that decides, or of the one that meets the most expressions."""
        count = _Count(_COUNTED[expression.elements])
        closest, most = None, -1
        for number, value in enumerate(found):
            element = Scope(value, f"{name}[{number}]")
            met = self._count_met(expression.inner, element)
            if count.add(met == len(expression.inner)):
                closest = element
                break
            if met > most:
                closest, most = element, met
        by = None
        if self._explained and closest is not None:
            by = self._decide_group(Combinator.ALL, expression.inner, closest, depth).by
        return Decision(count.held, by)

    def _count_met(self, inner: Sequence[Expression], element: Scope) -> int:
        """How many expressions an element meets before the first that it does not."""
        quiet = Decider(self._dialect)
        for number, each in enumerate(inner):
            if not quiet._decide(each, element, 0).held:
                return number
        return len(inner)


class _Count:
    """How many of several have an answer, until a combinator needs no more of them."""

    def __init__(self, combinator: Combinator) -> None:
        self._combinator = combinator
        self._hits = 0

    def add(self, held: bool) -> bool:
        """Counts an answer; whether the rest does not matter."""
        self._hits += held is not (self._combinator is Combinator.ALL)
        return self._hits > (self._combinator is Combinator.ONLY_ONE)

    @property
    def held(self) -> bool:
        """The answer of the combinator, as far as was counted."""
        if self._combinator in (Combinator.ANY, Combinator.ONLY_ONE):
            return self._hits == 1
        return self._hits == 0
