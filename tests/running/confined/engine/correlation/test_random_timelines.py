"""The evaluator of correlation rules agrees with one that tries everything, on random rules and timelines."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from panther_ci.deployment_rules.correlation import read_correlation
from panther_ci.running.confined.engine.correlation.group import find_group
from panther_ci.running.confined.engine.correlation.sequence import find_sequence
from panther_ci.running.confined.engine.correlation.timelines import Timelines
from tests.running.confined.engine.correlation.naive import makes_alert

FIELDS = st.sampled_from(("f", "g"))
FEW = st.integers(1, 3)
MINUTES = st.integers(1, 12)
TIMES = st.lists(st.integers(0, 14), min_size=1, max_size=5)
VALUES = st.fixed_dictionaries({"u": TIMES}, optional={"v": TIMES})
MATCHES = st.fixed_dictionaries({"f": VALUES}, optional={"g": VALUES})


def entries_of(names):
    optional = {"MinMatchCount": FEW, "MaxMatchCount": FEW, "Absence": st.booleans()}
    shape = [st.fixed_dictionaries({"ID": st.just(name)}, optional=optional) for name in names]
    return st.tuples(*shape).map(list)


def transitions_of(names):
    match = st.one_of(
        st.fixed_dictionaries({"On": FIELDS}), st.fixed_dictionaries({"From": FIELDS, "To": FIELDS})
    )
    optional = {"WithinTimeFrameMinutes": MINUTES, "Match": st.tuples(match).map(list)}
    neighbours = [
        st.fixed_dictionaries({"From": st.just(one), "To": st.just(other)}, optional=optional)
        for one, other in pairwise(names)
    ]
    name = st.sampled_from(names)
    further = st.lists(st.fixed_dictionaries({"From": name, "To": name}, optional=optional), max_size=1)
    return st.tuples(st.tuples(*neighbours), further).map(lambda both: [*both[0], *both[1]])


def sequences(names):
    shape = {
        "Sequence": entries_of(names),
        "Transitions": transitions_of(names),
        "LookbackWindowMinutes": MINUTES,
    }
    return st.fixed_dictionaries(shape)


def groups(names):
    items = [st.fixed_dictionaries({"GroupID": st.just(name), "Match": FIELDS}) for name in names]
    criteria = st.fixed_dictionaries({"name": st.lists(st.one_of(items), max_size=len(names))})
    shape = {"Group": entries_of(names), "MatchCriteria": criteria, "LookbackWindowMinutes": MINUTES}
    return st.fixed_dictionaries(shape, optional={"MinMatchCount": FEW})


NAMES = st.integers(1, 4).map(lambda number: "abcd"[:number])
CASES = NAMES.flatmap(
    lambda names: st.tuples(
        st.one_of(sequences(names), groups(names)),
        st.fixed_dictionaries({}, optional=dict.fromkeys(names, MATCHES)),
    )
)


def decide(form, outputs, write=lambda time: time):
    listed = [
        {
            "ID": name,
            "Matches": {
                field: {value: list(map(write, times)) for value, times in values.items()}
                for field, values in fields.items()
            },
        }
        for name, fields in outputs.items()
    ]
    rule = read_correlation([form])
    find = find_sequence if rule.ordered else find_group
    plain, explained = (find(rule, Timelines(rule, listed), why) for why in (False, True))
    assert plain.alerts == explained.alerts
    return plain.alerts


def as_text(minutes):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    return moment.isoformat().replace("+00:00", "Z")


@given(CASES)
def test_random_rules_are_decided_as_by_trying_everything(case):
    form, outputs = case
    assert decide(form, outputs) == makes_alert(form, outputs)


@given(CASES)
def test_times_as_text_are_those_as_minutes(case):
    form, outputs = case
    assert decide(form, outputs, as_text) == decide(form, outputs)


@given(CASES, st.integers(-1000, 1000))
def test_when_it_all_happens_does_not_matter(case, later):
    form, outputs = case
    assert decide(form, outputs, lambda time: time + later) == decide(form, outputs)
