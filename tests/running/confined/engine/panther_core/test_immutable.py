"""The event as a rule's functions see it."""

import json
from typing import Any

import pytest

from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from panther_ci.running.confined.engine.panther_core.immutable import (
    ImmutableCaseInsensitiveDict,
    ImmutableList,
    json_encoder,
    unwrap,
)
from panther_ci.running.confined.engine.reads import FieldRecorder

DATA: dict[str, Any] = {
    "userIdentity": {"arn": "a", "type": None},
    "items": [{"id": 1}, {"id": 2}, {"id": 1}, {"other": 3}],
    "nested": [[{"id": "x"}], {"id": ["y", "x"]}],
    "Name": "upper",
    "name": "lower",
}


@pytest.fixture
def event() -> ImmutableCaseInsensitiveDict:
    return ImmutableCaseInsensitiveDict(DATA)


def test_an_exact_key_comes_before_one_of_another_case(event: ImmutableCaseInsensitiveDict) -> None:
    assert (event["Name"], event["name"], event["USERIDENTITY"]["ARN"]) == ("upper", "lower", "a")
    assert event["NAME"] == "upper"


def test_a_missing_key_raises_and_get_gives_the_default(event: ImmutableCaseInsensitiveDict) -> None:
    with pytest.raises(KeyError, match="nothing"):
        event["nothing"]
    assert (event.get("nothing"), event.get("nothing", 3), event.get("useridentity", {})["arn"]) == (
        None,
        3,
        "a",
    )
    assert ("nothing" in event, "NAME" in event) == (False, True)
    with pytest.raises(AttributeError, match="lower"):
        event.get(3)


def test_it_can_not_be_changed(event: ImmutableCaseInsensitiveDict) -> None:
    changing: Any = event
    with pytest.raises(TypeError):
        changing["a"] = 1
    with pytest.raises(TypeError):
        changing["items"][0]["id"] = 5
    with pytest.raises(AttributeError):
        changing["items"].append(1)
    assert not isinstance(event, dict)


def test_it_iterates_and_compares_like_a_dictionary(event: ImmutableCaseInsensitiveDict) -> None:
    assert list(event) == list(DATA)
    assert event == DATA == event
    assert event["items"] == DATA["items"]
    assert event["items"] == tuple(DATA["items"])
    assert event != {**DATA, "more": 1}
    assert dict(event.items())["items"][1]["id"] == 2


def test_it_compares_with_anything(event: ImmutableCaseInsensitiveDict) -> None:
    other = ImmutableCaseInsensitiveDict({**DATA, "more": 1})
    assert (event == other, event == 5, event["items"] == 5, len(event)) == (False, False, False, len(DATA))
    assert event["items"] == other["items"]
    assert event["items"] != event["nested"]


def test_what_is_read_is_recorded_with_the_keys_that_lead_to_it() -> None:
    recorder = FieldRecorder()
    event = PantherEvent({"a": [{"b": 1}, {}, {"C": [5]}], "d": None}, recorder=recorder)
    assert event["a"][0]["b"] == 1
    assert event["a"][1].get("b") is None
    assert event["a"][-1]["c"][0] == 5
    assert "d" in event and "e" not in event
    assert recorder.fields() == [
        ["", ["e"], [""], False, 1],
        ["", ["d"], ["None"], True, 1],
        ["", ["a", 2, "c"], ["[5]"], True, 1],
        ["", ["a"], ["[{'b': 1}, {}, {'C': [5]}]"], True, 1],
        ["", ["a", 1, "b"], [""], False, 1],
        ["", ["a", 0, "b"], ["1"], True, 1],
    ]


def test_what_is_read_in_a_mapping_of_mappings_has_all_keys_that_lead_to_it() -> None:
    recorder = FieldRecorder()
    event = PantherEvent({"a": {"b": {"c": {"d": [{"e": 1}]}}}}, recorder=recorder)
    assert event["a"].get("b")["c"]["d"][0]["e"] == 1
    assert [path for _, path, *_ in recorder.fields()] == [
        ["a", "b", "c", "d", 0, "e"],
        *(["a", "b", "c", "d"][:length] for length in (4, 3, 2, 1)),
    ]


def test_to_compare_values_reads_nothing_of_them() -> None:
    recorder = FieldRecorder()
    event = PantherEvent({"a": {"b": 1}, "c": {"b": 1}}, recorder=recorder)
    assert event["a"] == event["c"]
    assert [path for _, path, *_ in recorder.fields()] == [["c"], ["a"]]


def test_a_value_is_had_without_its_view(event: ImmutableCaseInsensitiveDict) -> None:
    assert unwrap(event) is DATA
    assert unwrap(event["items"]) is DATA["items"]
    assert unwrap(5) == 5


def test_copies_are_deep_plain_and_free(event: ImmutableCaseInsensitiveDict) -> None:
    copy = event.to_dict()
    copy["items"][0]["id"] = 5
    assert (type(copy), type(copy["items"]), DATA["items"][0]["id"]) == (dict, list, 1)
    assert event.copy() == DATA
    assert type(event["items"].as_list()[0]) is dict
    assert event["items"].copy() == DATA["items"]


def test_it_can_be_written_as_json(event: ImmutableCaseInsensitiveDict) -> None:
    assert json.loads(json.dumps(event, default=json_encoder)) == DATA
    with pytest.raises(TypeError, match="set"):
        json.dumps({1}, default=json_encoder)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("userIdentity", "arn"), "a"),
        (("USERIDENTITY", "Arn"), "a"),
        (("userIdentity", "type"), "default"),
        (("userIdentity", "arn", "deeper"), "default"),
        (("items", "id"), "default"),
        (("nothing", "at", "all"), "default"),
        ((), DATA),
    ],
)
def test_deep_get_follows_mappings(
    event: ImmutableCaseInsensitiveDict, keys: tuple[str, ...], value: Any
) -> None:
    assert event.deep_get(*keys, default="default") == value


def test_a_default_that_is_a_mapping_is_walked_on(event: ImmutableCaseInsensitiveDict) -> None:
    assert event.deep_get("nothing", "a", "b", default={"a": {"b": 7}}) == 7
    assert event.deep_get("userIdentity", "nothing", default={"a": 1}) == {"a": 1}
    assert event.deep_get("nothing", "a", default={}) == {}


def test_the_text_of_a_value_is_that_of_a_deployment(event: ImmutableCaseInsensitiveDict) -> None:
    assert str(event["userIdentity"]) == "ImmutableCaseInsensitiveDict({'arn': 'a', 'type': None})"
    assert repr(event["nested"][1]["id"]) == "ImmutableList(('y', 'x'))"
    assert f"{ImmutableList([1])}" == "ImmutableList((1,))"
    assert str(PantherEvent({"a": [1]})) == "PantherEvent({'a': [1]})"


def test_bodies_can_make_values_of_plain_ones_and_of_each_other(event: ImmutableCaseInsensitiveDict) -> None:
    made = PantherEvent(event)
    assert made == event == ImmutableCaseInsensitiveDict(made)
    assert made.udm("useridentity", "arn") == "a"
    assert ImmutableList(event["items"]) == DATA["items"] == list(ImmutableList(tuple(DATA["items"])))
    assert ImmutableList([event["userIdentity"]]).as_list() == [DATA["userIdentity"]]
    assert json.loads(json.dumps({"a": ImmutableList([event, "x"])}, default=json_encoder)) == {
        "a": [DATA, "x"]
    }
    with pytest.raises(TypeError, match="iterable"):
        ImmutableList(5)  # type: ignore[arg-type]


def test_the_raw_view_is_the_object_itself() -> None:
    event = PantherEvent({"a": {"b": 1}})
    event.raw_view()["a"]["b"] = 2
    assert (event["a"]["b"], type(event.raw_view()), event["a"].raw_view()) == (2, dict, {"b": 2})


def test_lists_are_sequences(event: ImmutableCaseInsensitiveDict) -> None:
    items = event["items"]
    assert (len(items), items[-1]["other"], {"id": 2} in items) == (4, 3, True)
    assert isinstance(items, ImmutableList)
    assert (items[0], ImmutableList([7])[0]) == ({"id": 1}, 7)
    assert items[1:3] == ({"id": 2}, {"id": 1})
    assert items != [1]
    assert (items == "x") is False
    with pytest.raises(IndexError):
        items[9]
