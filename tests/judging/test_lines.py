"""Lines that a process claims are lines of the source, or none."""

import pytest

from panther_ci.judging.lines import line_in


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        (b"a\nb\n", 1, 1),
        (b"a\nb\n", 2, 2),
        (b"a\nb", 9, 2),
        (b"a\nb\n", 0, None),
        (b"a\nb\n", -1, None),
        (b"", 1, None),
    ],
)
def test_a_line_is_one_of_the_source(text: bytes, line: int, found: int | None) -> None:
    assert line_in(text, line) == found
