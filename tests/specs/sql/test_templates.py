"""What stands in the place of a template, so that positions stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.specs.sql.templates import STAND_IN, replace_templates

PIECES = st.lists(st.sampled_from(["a ", "\n", "{{", "}}", "{%", "%}", "{#", "#}", " set a = 1 ", "if b"]))


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("select {{ a }} from b", "select  from b".replace("  ", f" {STAND_IN * 7} ")),
        ("{# a\nb #}select 1", "    \n    select 1"),
        ("{# a\r\nb #}select 1", "    \r\n    select 1"),
        ("{%- import 'a' as b -%}\nselect 1", " " * 23 + "\nselect 1"),
        ("{% if a %}b{% else %}c{% endif %}", f"{' ' * 10}b{' ' * 10}c{' ' * 11}"),
        ("{% set a, b = c %}", " " * 18),
        ("{%- set a.b = c -%}{%+ set a = b +%}", " " * 36),
        ("{%- if a %}b{%+ endif %}", f"{' ' * 11}b{' ' * 12}"),
        ("{% set a %}b{% endset %}", None),
        ("{% macro a(b) %}c{% endmacro %}", None),
        ("{% include 'a' %}", None),
        ("select {{ a", None),
    ],
)
def test_a_template_is_replaced_by_as_many_characters(sql, text) -> None:
    assert replace_templates(sql) == (text, True)


@pytest.mark.parametrize("sql", ["", "select {'a': {'b': 1}}", "select '}} %}'"])
def test_a_text_without_templates_stays(sql) -> None:
    assert replace_templates(sql) == (sql, False)


@given(PIECES)
def test_no_character_moves(pieces) -> None:
    sql = "".join(pieces)
    text = replace_templates(sql).text
    if text is not None:
        assert len(text) == len(sql)
        assert all(new in (old, " ", STAND_IN) for old, new in zip(sql, text, strict=True))
        assert text.count("\n") == sql.count("\n")
