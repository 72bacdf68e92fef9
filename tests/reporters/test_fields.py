"""Which of the fields that a body read are shown, and in which words."""

from panther_ci.model import CaseResult, FieldRead, Location, Outcome
from panther_ci.model.reasons import WrongVerdict
from panther_ci.reporters.fields import ShownField, describe_fields, dotted, list_fields


def case(*reads: FieldRead) -> CaseResult:
    reason = WrongVerdict("rule", True, False)
    return CaseResult("A", "c", Outcome.FAILED, Location("a.yml", 3), True, reason, reads)


def field(*path: str | int, value: str = "1", **more: object) -> FieldRead:
    return FieldRead("rule", path, value, **more)


def missing(*path: str | int, **more: object) -> FieldRead:
    return FieldRead("rule", path, found=False, **more)


def test_the_keys_of_a_field_are_joined() -> None:
    assert (dotted(("a", "b", 0, 1, "c")), dotted((0, "a"))) == ("a.b[0][1].c", "[0].a")
    assert dotted(("a", 0, 1, "c"), each=True) == "a[*][*].c"


def test_fields_are_shown_in_their_order_with_what_the_body_got() -> None:
    shown = list_fields(case(missing("b", nearest=("a",)), field("a", value="'x'"), missing("c")))
    assert shown == (
        ShownField("b", "not in the event; did you mean `a`?", False),
        ShownField("a", "'x'", True),
        ShownField("c", "not in the event", False),
    )


def test_a_field_of_many_items_is_one_line_with_some_values_and_their_number() -> None:
    reads = (
        field("records", 7, "k", value="'c'", others=("'b'", "'a'"), items=200),
        field("records", 7, "l", value="'c'", others=("'b'",), items=2),
        missing("records", 3, "m", items=50, nearest=("records", 3, "n")),
    )
    assert [(each.name, each.text) for each in list_fields(case(*reads))] == [
        ("records[*].k", "'c', 'b', 'a' … (200 items)"),
        ("records[*].l", "'c', 'b' (2 items)"),
        ("records[*].m", "not in the event (50 items); did you mean `records[*].n`?"),
    ]


def test_what_only_led_to_a_field_with_a_value_is_left_out() -> None:
    reads = (field("a", 1, "b"), field("a", 0), field("a"), field("ab"), missing("c", "x"), field("c"))
    assert [each.name for each in list_fields(case(*reads))] == ["a[1].b", "ab", "c.x", "c"]


def test_a_line_says_what_was_read_and_the_hint_has_none() -> None:
    lines = describe_fields(case(missing("b"), field("a", value="'x'"), missing("c")))
    assert [*lines] == ["read a = 'x'", "`c` is not in the event"]


def test_a_missing_field_that_was_read_long_before_the_verdict_is_no_hint() -> None:
    lines = describe_fields(case(field("a", value="'x'"), missing("b")))
    assert [*lines] == ["read a = 'x'", "`b` is not in the event"]
