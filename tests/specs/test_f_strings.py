"""How much work Python's parser may have with the f-strings of a file."""

import pytest

from panther_ci.specs.f_strings import FString, find_endless

# As much as is allowed: characters times expressions.
LENGTH, EXPRESSIONS = 200_000, 5000


def f_string(length: int, expressions: int, prefix: bytes = b"f") -> bytes:
    text = b"{a}" * expressions
    return prefix + b"'" + text + b"t" * (length - len(text) - 2) + b"'"


def test_as_much_work_as_is_allowed_is_no_matter_and_more_is() -> None:
    assert find_endless(f_string(LENGTH, EXPRESSIONS)) is None
    assert find_endless(f_string(LENGTH + 1, EXPRESSIONS)) == FString(1, LENGTH + 1, EXPRESSIONS)


def test_all_together_take_too_long_and_the_longest_is_named() -> None:
    data = b"(%s, %s)" % (f_string(LENGTH // 2, EXPRESSIONS + 1), f_string(LENGTH // 2, EXPRESSIONS))
    found = find_endless(data)
    assert (found.length, found.expressions) == (LENGTH // 2, EXPRESSIONS + 1)


@pytest.mark.parametrize("prefix", [b"f", b"F", b"rf", b"fR", b"(f", b"x=rf"])
def test_an_f_string_is_known_by_its_prefix(prefix: bytes) -> None:
    found = find_endless(f_string(LENGTH + 1, EXPRESSIONS, prefix))
    assert found == FString(len(prefix), LENGTH + 1, EXPRESSIONS)


@pytest.mark.parametrize("prefix", [b"", b"r", b"b", b"xf", b"1f", b"_f", b"xrf", b"ff"])
def test_other_text_is_no_f_string(prefix: bytes) -> None:
    assert find_endless(f_string(LENGTH + 1, EXPRESSIONS, prefix)) is None


def test_braces_that_stand_for_themselves_are_no_expressions() -> None:
    found = find_endless(b"f'" + b"{{x}} {{{a}}} " * 20_000 + b"'")
    assert (found.length, found.expressions) == (280_002, 20_000)
