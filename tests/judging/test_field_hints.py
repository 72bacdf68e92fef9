"""The nearest field of the event for one that a body missed, in bounded time."""

import pytest

from panther_ci.judging.field_hints import add_nearest
from panther_ci.model import FieldRead, Json

EVENT: Json = {
    "userIdentity": {"userName": "root", "Sessions": [{"source_ip": 1}, "text"]},
    "USERIDENTITY": {"other": 1},
    "eventName": "Login",
    "event_name": "Logout",
    "roles": [{"source_ip": 1}],
    "": {"userName": "nobody"},
}


def nearest(*path: str | int, event: Json = EVENT) -> tuple[str | int, ...]:
    (read,) = add_nearest([FieldRead("rule", path, found=False)], event)
    return read.nearest


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("userIdentitiy",), ("userIdentity",)),
        (("event-name",), ("eventName",)),  # the first of those that look alike
        (("EVENTNAME",), ("eventName",)),
        (("userIdentity", "username"), ("userIdentity", "userName")),
        (("useridentity", "username"), ("useridentity", "userName")),  # the first key but for case
        (("USERIDENTITY", "othr"), ("USERIDENTITY", "other")),  # the very key before those but for case
        (("userIdentity", "sessions", 0, "sourceip"), ("userIdentity", "sessions", 0, "source_ip")),
        (("userIdentity", "Sessions", 1, "sourceip"), ()),
        (("userIdentity", "Sessions", 2, "sourceip"), ()),
        (("userIdentity", "Sessions", -2, "sourceip"), ()),
        (("userIdentity", "Sessions", "0", "sourceip"), ()),
        (("userIdentity", 0, "username"), ()),
        (("roles", -1, "sourceip"), ()),
        (("missing", "username"), ()),
        (("missing", 0, "username"), ()),
        (("zzz",), ()),
        (("e_v_e_n_t_n_a_m_e",), ("eventName",)),
        (("e-v-e-n-t-n-a-m-e",), ("eventName",)),
        ((0,), ()),
        ((), ()),
    ],
)
def test_the_nearest_name_in_the_same_mapping_is_found(path, expected):
    assert nearest(*path) == expected


@pytest.mark.parametrize("event", [None, "text", [], 1, {}])
def test_an_event_without_names_has_no_nearest(event):
    assert nearest("a", event=event) == ()


def test_a_read_that_found_its_field_has_no_hint():
    read = FieldRead("rule", ("eventname",), "x")
    assert add_nearest([read], EVENT) == (read,)


def test_only_the_first_missing_fields_have_hints_and_found_ones_do_not_count():
    missing, found = FieldRead("rule", ("eventNam",), found=False), FieldRead("rule", ("eventName",), "x")
    reads = add_nearest([found, *[missing] * 11, found], EVENT)
    assert [bool(read.nearest) for read in reads] == [False, *[True] * 10, False, False]


@pytest.mark.parametrize(("more", "expected"), [(0, ("a0",)), (1, ())])
def test_a_mapping_with_too_many_names_has_no_hint(more, expected):
    event = {f"a{number}": 1 for number in range(200 + more)}
    assert nearest("A0", event=event) == expected
    inside = ("x", *expected)[: 2 * len(expected)]
    assert nearest("x", "A0", event={"x": event}) == inside


@pytest.mark.parametrize(("more", "expected"), [(0, True), (1, False)])
def test_a_name_that_is_too_long_has_no_hint(more, expected):
    name = "a" * (64 + more)
    assert bool(nearest("a" * 64, event={name: 1})) is expected
    assert bool(nearest(name, event={"a" * 64: 1})) is expected


@pytest.mark.parametrize(("more", "expected"), [(0, ("KEY0", "b")), (1, ())])
def test_a_step_into_a_mapping_with_too_many_names_takes_the_very_name_only(more, expected):
    event: Json = {f"key{number}": {"b": 1} for number in range(200 + more)}
    assert nearest("KEY0", "B", event=event) == expected
    assert nearest("key0", "B", event=event) == ("key0", "b")


def test_hints_take_no_more_work_than_half_a_million_comparisons_of_characters():
    event = {f"{'a' * 47}{number:03}": 1 for number in range(100)}
    read = FieldRead("rule", ("A" * 47 + "_99",), found=False)
    hints = [each.nearest for each in add_nearest([read] * 3, event)]
    assert hints == [("a" * 47 + "099",)] * 2 + [()]
