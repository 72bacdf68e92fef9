"""Which names of tables are right."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panther_ci.model import Level
from panther_ci.specs.sql.tables import judge_name


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("panther_logs.public.aws_alb", None),
        ("my_database.public.my_table", None),
        ("snowflake.account_usage.login_history", None),
        ("aws_alb", Level.ERROR),
        ("public.aws_alb", Level.ERROR),
        ("panther_logs.aws_alb", Level.ERROR),
        ("a.panther_logs.public.aws_alb", Level.ERROR),
        ("panther_logs.pubic.aws_alb", Level.ERROR),
        ("panther_logs.information_schema.tables", Level.WARNING),
        ("my_database.my_schema.my_table", Level.WARNING),
        ("snowflake.organization_usage.accounts", Level.WARNING),
    ],
)
def test_a_name_is_judged_by_its_parts(name, level) -> None:
    assert judge_name(name, ()) is level


@pytest.mark.parametrize(
    ("pattern", "name", "right"),
    [
        ("my_table", "my_table", True),
        ("my_", "my_table", True),
        ("table", "my_table", False),
        ("My_*.Old*", "my_database.a.old_table", True),
        ("*", "anything", True),
        ("a.c", "abc", False),
        ("a*b*b", "a.b", False),
    ],
)
def test_a_pattern_is_anchored_at_its_beginning_only(pattern, name, right) -> None:
    assert (judge_name(name, ("nothing", pattern)) is None) is right


@given(st.text("ab*.", max_size=8), st.text("ab.", max_size=12))
def test_a_pattern_means_what_it_means_as_a_regular_expression(pattern, name) -> None:
    meant = re.match(".*".join(map(re.escape, pattern.split("*"))), name) is not None
    assert (judge_name(name, (pattern,)) is None) is (meant or judge_name(name, ()) is None)
