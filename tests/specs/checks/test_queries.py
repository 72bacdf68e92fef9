"""The SQL of queries: which of it is read, and what is told of it."""

import subprocess
import sys

import pytest

from tests.specs.found import BODY, find, find_one, rule

HEAD = (
    "AnalysisType: scheduled_query\nQueryName: Q\nEnabled: false\n"
    "Schedule: {RateMinutes: 9, TimeoutMinutes: 2}\n"
)


def query(sql: str, key: str = "Query") -> dict[str, str]:
    """A scheduled query."""
    lines = "".join(f"  {line}\n" for line in sql.split("\n"))
    return {"q.yml": f"{HEAD}{key}: |-\n{lines}"}


def test_a_fault_names_its_place_the_word_and_the_spec() -> None:
    found = find_one(query("select a\nfrom b.public.c\nwhere d = = 1"))
    assert (found.check, found.level, str(found.location)) == ("sql-syntax", "warning", "q.yml:8:13")
    assert (found.message, found.detection) == ("This SQL can't be read: `=` is not expected here.", "Q")


@pytest.mark.parametrize(
    ("name", "level", "hint"),
    [
        ("aws_alb", "error", "Did you mean `panther_logs.public.aws_alb`?"),
        ("panther_views.all_logs", "error", "Did you mean `panther_views.public.all_logs`?"),
        ("my_database.aws_alb", "error", "Did you mean `panther_logs.public.aws_alb`?"),
        ("panther_logs.my_schema.aws_alb", "error", "Did you mean `panther_logs.public.aws_alb`?"),
        ("a.b.c", "warning", "If the deployment can read it, name it in the input `valid-table-names`."),
    ],
)
def test_a_wrong_table_comes_with_what_to_do(name: str, level: str, hint: str) -> None:
    found = find_one(query(f"select 1\nfrom {name}"))
    assert (found.check, found.level, str(found.location)) == ("table-name", level, "q.yml:7:8")
    assert found.hint.startswith(hint)


@pytest.mark.parametrize("pragma", ["--pragma: pantherflow", "-- pragma: PantherFlow "])
def test_a_query_in_another_language_is_not_read_as_sql(pragma: str) -> None:
    assert find(query(f"{pragma}\nlet a = b.public.c\n| where d > 1")) == ()


@pytest.mark.parametrize(("tables", "told"), [((), 2), (("a",), 1), (("a", "b"), 0), (None, 0)])
def test_tables_may_be_allowed(tables: tuple[str, ...] | None, told: int) -> None:
    assert len(find(query("select 1 from a, b", "SnowflakeQuery"), tables=tables)) == told


def test_a_fault_is_told_even_if_all_tables_are_allowed() -> None:
    assert find_one(query("select 1 from"), tables=None).check == "sql-syntax"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("with a as (select 1 from b.public.c),\n{{ peaks('a') }}", []),
        ("select 1 from where {{ a }}", []),
        ("{% macro a() %}select from{% endmacro %}", []),
        ("select 1 from {{ a }}, b.{{ a }}, c, d.public.{{ a }}, e.f", ["`e.f`"]),
        ("{% set a = 1 %}select 1 from {% if a %}b.c{% else %}d.e{% endif %}", []),
    ],
)
def test_what_a_template_may_change_is_not_told(sql: str, told: list[str]) -> None:
    assert [each.message.split()[0] for each in find(query(sql))] == told


def test_what_is_too_nested_is_told_at_its_beginning() -> None:
    found = find_one(query(f"select {'(' * 3_000}1{')' * 3_000}"))
    assert (found.check, str(found.location)) == ("sql-syntax", "q.yml:6:3")
    assert found.message == "This SQL was not checked, since it is too long, too nested or too odd."


def test_of_many_wrong_tables_some_are_told_with_the_number_of_the_others() -> None:
    found = find(query("select 1 from " + ", ".join(f"t{number}" for number in range(3_000))))
    assert (len(found), found[-1].message) == (21, "… and 2,980 more of this kind in this file.")


def test_a_text_that_stands_twice_in_a_file_is_told_at_both_places() -> None:
    spec = f"{HEAD}Query: select 1 from\nSnowflakeQuery: select 1 from\n"
    assert [str(each.location) for each in find({"q.yml": spec})] == ["q.yml:5:20", "q.yml:6:29"]


LAZY = """
import sys
from tests.specs.found import find
find({files!r}, {selected!r})
print("sqlglot" in sys.modules)
"""


@pytest.mark.parametrize(("selected", "loaded"), [(["a.yml"], "False\n"), (["q.yml"], "True\n")])
def test_the_parser_is_loaded_only_for_selected_sql(selected: list[str], loaded: str) -> None:
    files = {"a.yml": rule("A"), "a.py": BODY} | query("select 1")
    code = LAZY.format(files=files, selected=selected)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == loaded
