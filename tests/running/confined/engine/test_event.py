"""The event as a rule's functions see it."""

import json
from typing import Any

import pytest

from panther_ci.running.confined.engine.event import EventList, EventMapping

DATA: dict[str, Any] = {
    "userIdentity": {"arn": "a", "type": None},
    "items": [{"id": 1}, {"id": 2}, {"id": 1}, {"other": 3}],
    "nested": [[{"id": "x"}], {"id": ["y", "x"]}],
    "Name": "upper",
    "name": "lower",
}


@pytest.fixture
def event() -> EventMapping:
    return EventMapping(DATA)


def test_an_exact_key_comes_before_one_of_another_case(event: EventMapping) -> None:
    assert (event["Name"], event["name"], event["USERIDENTITY"]["ARN"]) == ("upper", "lower", "a")
    assert event["NAME"] == "upper"


def test_a_missing_key_raises_and_get_gives_the_default(event: EventMapping) -> None:
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


def test_it_can_not_be_changed(event: EventMapping) -> None:
    changing: Any = event
    with pytest.raises(TypeError):
        changing["a"] = 1
    with pytest.raises(TypeError):
        changing["items"][0]["id"] = 5
    with pytest.raises(AttributeError):
        changing["items"].append(1)
    assert not isinstance(event, dict)


def test_it_iterates_compares_and_prints_like_a_dictionary(event: EventMapping) -> None:
    assert list(event) == list(DATA)
    assert event == DATA == event
    assert event["items"] == DATA["items"]
    assert event["items"] == tuple(DATA["items"])
    assert event != {**DATA, "more": 1}
    assert str(event["userIdentity"]) == str(DATA["userIdentity"])
    assert dict(event.items())["items"][1]["id"] == 2


def test_copies_are_deep_plain_and_free(event: EventMapping) -> None:
    copy = event.to_dict()
    copy["items"][0]["id"] = 5
    assert (type(copy), type(copy["items"]), DATA["items"][0]["id"]) == (dict, list, 1)
    assert event.copy() == DATA
    assert type(event["items"].as_list()[0]) is dict
    assert event["items"].copy() == DATA["items"]


def test_it_can_be_written_as_json(event: EventMapping) -> None:
    assert json.loads(json.dumps(event, default=event.json_encoder)) == DATA
    with pytest.raises(TypeError, match="set"):
        json.dumps({1}, default=event.json_encoder)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("userIdentity", "arn"), "a"),
        (("USERIDENTITY", "Arn"), "a"),
        (("userIdentity", "type"), "default"),
        (("userIdentity", "arn", "deeper"), "default"),
        (("items", "id"), "default"),
        (("nothing", "at", "all"), "default"),
    ],
)
def test_deep_get_follows_mappings(event: EventMapping, keys: tuple[str, ...], value: Any) -> None:
    assert event.deep_get(*keys, default="default") == value


def test_lists_are_sequences(event: EventMapping) -> None:
    items = event["items"]
    assert (len(items), items[-1]["other"], {"id": 2} in items) == (4, 3, True)
    assert isinstance(items, EventList)
    assert items[1:3] == ({"id": 2}, {"id": 1})
    assert items != [1]
    assert (items == "x") is False
    with pytest.raises(IndexError):
        items[9]
