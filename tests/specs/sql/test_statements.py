"""What SQL reads from, where it is wrong, and what reading it may cost."""

import gc

import pytest
from sqlglot import exp

from panther_ci.specs.sql.statements import LONGEST, MOST_STEPS, Budget, Statements, read_statements

# The parser tries two readings of each of these joins, and of all that follow.
MANY_READINGS = "select join " + "rule join rule " * 60 + "1"


def read(sql: str, steps: int = 100_000) -> Statements:
    found = read_statements(sql, Budget(steps))
    assert found is not None
    return found


def fault(sql: str) -> tuple[str, str]:
    """The problem of a text, and the word at which it is."""
    found = read(sql).fault
    assert found is not None
    return found.problem, sql[found.offset :].partition(" ")[0]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select 1 from A.b.C", ["a.b.c"]),
        ('select 1 from "a"."B" c, d', ["a.b", "d"]),
        ("select 1 from a..b", ["a.public.b"]),
        ("select 1 from (a join (b join c on 1 = 1) on 1 = 1)", ["a", "b", "c"]),
        ("with a as (select 1 from b), c as (select 1 from A) select 1 from C, d", ["b", "d"]),
        ("select (select 1 from a) from b where c in (select 1 from d union select 1 from e)", list("abde")),
        ("select 1 from table(flatten(a)), lateral flatten(input => b), identifier('c'), @d, $e", []),
        ("select 1 from @a (file_format => b)", []),
        ("select extract(year from a), trim(leading from b) from values (1)", []),
        ("select 1 from a where p_occurs_since(1 day, (b), 'c)') and d = 'from e'", ["a"]),
        ("create temporary table a as select 1; select 1 from a", []),
        ("show tables in a ->> select 1 from $1", []),
        ("show tables in a", []),
        ("select 1 from (a) join (b)", ["a", "b"]),
        ("-- nothing", []),
        ("", []),
    ],
)
def test_the_tables_of_a_text_are_found(sql, names) -> None:
    assert sorted(each.name for each in read(sql).tables) == names


def test_a_table_is_where_it_is_named_first() -> None:
    sql = "select 1 from (select 1 from bb) join aa join bb"
    assert {each.name: each.offset for each in read(sql).tables} == {"bb": 29, "aa": 38}


@pytest.mark.parametrize(
    ("sql", "problem", "word"),
    [
        ("select a form b where c", "`b` is not expected here", "b"),
        ("select a from b where c = = 1", "`=` is not expected here", "="),
        ("select 1; select 2 from; select 3", "it ends too early", "from;"),
        ("select (1", "it ends too early", "(1"),
        ("select 'a b", "what begins here does not end", "'a"),
        ("select 1 /* a /* b", "what begins here does not end", "/*"),
        ("select 1 from b where $$ c", "what begins here does not end", "$$"),
        ("selec a", "no statement begins like this", "selec"),
        ("(1 + 2)", "no statement begins like this", "1"),
        ("select a, b,, c from d", "this comma has nothing before it", ","),
        ("select f(a, , b) from d", "this comma has nothing before it", ","),
        ("p_occurs_since(1h", "it ends too early", "p_occurs_since(1h"),
    ],
)
def test_a_fault_is_at_the_word_that_is_wrong(sql, problem, word) -> None:
    assert fault(sql)[0] == problem
    assert fault(sql)[1].endswith(word[-1])


def test_a_long_word_is_cut() -> None:
    problem, _ = fault(f"select 1 from a b {'c' * 5_000}")
    assert len(problem) < 120


@pytest.mark.parametrize(
    "sql",
    [
        MANY_READINGS,
        f"select {'(' * 5_000}1{')' * 5_000}",
        f"select {'not ' * 5_000}1",
        "select object_construct(geome)::object(a int) from dbject(a int) from d",
        "select 1 " + "-- a\n" * (LONGEST // 5),
    ],
)
def test_what_would_take_too_long_is_not_read(sql) -> None:
    budget = Budget()
    assert read_statements(sql, budget) is None
    assert budget.steps > 380_000


def test_what_many_texts_take_is_bounded_together() -> None:
    budget = Budget(1_000)
    answers = [read_statements(f"select {number}, {'a, ' * 100}1 from b", budget) for number in range(20)]
    read_some = len([each for each in answers if each])
    assert 1 < read_some < 10
    assert answers[read_some:] == [None] * (20 - read_some)


def test_the_bound_grows_only_with_what_no_pull_request_of_a_person_has() -> None:
    assert Budget.of(1_000_000).steps == MOST_STEPS
    # A hundred public libraries, of 6.6 MB and 25,000 steps each.
    assert Budget.of(660_000_000).steps > 4 * 100 * 25_000


def test_nothing_of_what_was_read_is_left_though_no_garbage_is_collected() -> None:
    def count_nodes() -> int:
        return sum(isinstance(each, exp.Expr) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = count_nodes()
        read(
            "with a as (select b, count(*) from c where d = 1 and e in ('f', 'g') group by b) select b from a"
        )
        assert count_nodes() == before
    finally:
        gc.enable()


def test_a_statement_that_the_parser_does_not_know_is_told_to_nobody(caplog, capfd) -> None:
    assert read("call a(); explain select 1") == Statements()
    assert (caplog.text, capfd.readouterr()) == ("", ("", ""))
