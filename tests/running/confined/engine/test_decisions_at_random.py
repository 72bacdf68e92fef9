"""Random expressions on random events, decided as by a naive evaluator that was written apart."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from panther_ci.deployment_rules.conditions import CONDITIONS, OF_TWO_FIELDS, Operand
from panther_ci.deployment_rules.expressions import Dialect, read_expressions
from panther_ci.running.confined.engine.decisions import Decider, UndecidedError
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from tests.running.confined.engine import naive

NAMES = st.sampled_from(["a", "A", "b", "t", "s"])
ADDRESSES = st.sampled_from(["10.1.2.3", "8.8.8.8", "::1", "10.0.0.0/8", "::/0", "1.2.3"])
SCALARS = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 2, 1.0, 1.5, "", "a", "A", "ab", "Ba", "1"]), ADDRESSES
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.dictionaries(NAMES | st.just("p_enrichment"), VALUES, max_size=5)
PATHS = st.lists(
    NAMES.map(lambda name: f".{name}") | st.sampled_from(["[0]", "[1]", "[-1]", "[*]"]), max_size=2
)
KEY_PATHS = st.builds(lambda name, parts: name + "".join(parts), NAMES, PATHS)
ENRICHMENTS = st.builds(
    lambda table, selector, path: {"Table": table, "Selector": selector, "FieldPath": path},
    NAMES,
    NAMES,
    KEY_PATHS,
)


def has_one_wildcard(path: str) -> bool:
    return path.count("[*]") < 2


KEYS = st.one_of(
    st.builds(lambda path: {"KeyPath": path}, KEY_PATHS.filter(has_one_wildcard)),
    st.builds(lambda name: {"Key": name}, NAMES),
    st.builds(
        lambda first, rest: {"DeepKey": [first, *rest]},
        NAMES,
        st.lists(NAMES | st.integers(-2, 2), max_size=2),
    ),
)
FIELDS = KEYS | st.builds(
    lambda row: {"Enrichment": row}, ENRICHMENTS.filter(lambda row: has_one_wildcard(row["FieldPath"]))
)
FIELDS_OF_FILTERS = st.builds(lambda path: {"KeyPath": path}, KEY_PATHS) | st.builds(
    lambda row: {"Enrichment": row}, ENRICHMENTS
)


@st.composite
def conditions(draw: Any, fields: Any) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(CONDITIONS)))
    operand = {
        Operand.NOTHING: {},
        Operand.VALUE: {"Value": draw(SCALARS)},
        Operand.VALUES: {"Values": draw(st.lists(SCALARS, max_size=3))},
    }
    return {**draw(fields), "Condition": name, **operand[CONDITIONS[name].operand]}


COMPARED = st.sampled_from(sorted(name for name in CONDITIONS if CONDITIONS[name].operator in OF_TWO_FIELDS))
OF_TWO = st.builds(
    lambda name, first, second: {"Condition": name, "Values": [first, second]}, COMPARED, KEYS, KEYS
)
ABSOLUTE = st.sampled_from([{"Condition": "AlwaysTrue"}, {"Condition": "AlwaysFalse"}])


def nested(inner: Any) -> Any:
    several = st.lists(inner, max_size=3)
    groups = st.builds(
        lambda name, each: {name: each}, st.sampled_from(["All", "Any", "None", "OnlyOne"]), several
    )
    counted = st.sampled_from(["AnyElement", "AllElements", "NoElement", "OnlyOneElement"])
    elements = st.builds(
        lambda field, name, each: {**field, "Condition": name, "Expressions": each}, KEYS, counted, several
    )
    return groups | elements


EXPRESSIONS = st.recursive(conditions(FIELDS) | OF_TWO | ABSOLUTE, nested, max_leaves=6)
FILTERS = st.recursive(
    conditions(FIELDS_OF_FILTERS),
    lambda inner: st.builds(
        lambda name, each: {name: each}, st.sampled_from(["All", "Any"]), st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)


def decide(expressions: list[Any], event: Any, dialect: Dialect, explained: bool) -> Any:
    decider = Decider(dialect, explained)
    given_event = PantherEvent(event) if dialect is Dialect.DETECTION else event
    try:
        held = decider.decide_all(read_expressions(expressions, ("D",), dialect), given_event).held
    except UndecidedError:
        held = None
    return held


def decide_naively(expressions: list[Any], event: Any, filters: bool) -> Any:
    try:
        return naive.decide(expressions, event, filters)
    except naive.Undecided:
        return None


@settings(max_examples=300)
@given(st.lists(EXPRESSIONS, max_size=3), EVENTS)
def test_a_detection_is_decided_as_naively(expressions: list[Any], event: Any) -> None:
    before = copy.deepcopy(event)
    expected = decide_naively(expressions, event, filters=False)
    assert decide(expressions, event, Dialect.DETECTION, explained=False) is expected
    assert decide(expressions, event, Dialect.DETECTION, explained=True) is expected
    assert event == before


@settings(max_examples=300)
@given(st.lists(FILTERS, max_size=3), EVENTS)
def test_filters_are_decided_as_naively(expressions: list[Any], event: Any) -> None:
    expected = decide_naively(expressions, event, filters=True)
    assert decide(expressions, event, Dialect.FILTERS, explained=False) is expected
    assert decide(expressions, event, Dialect.FILTERS, explained=True) is expected
