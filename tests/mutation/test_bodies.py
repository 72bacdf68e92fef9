"""Mutants are one fault each, and every kind of fault is made."""

import ast

import pytest

from panther_ci.mutation.bodies import make_mutants


def changes(source):
    return [(mutant.before, mutant.after) for mutant in make_mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", [("a < b", "a <= b"), ("a < b", "a >= b")]),
        ("a == b", [("a == b", "a != b")]),
        ("a not in b", [("a not in b", "a in b")]),
        ("a and b", [("a and b", "a or b"), ("a", ""), ("b", "")]),
        ("not a", [("not a", "a")]),
        ("a / b", [("a / b", "a * b")]),
        ("f(90)", [("90", "91"), ("90", "89")]),
        ("f('Key')", [("'Key'", "'mutant Key'")]),
        ("f(True)", [("True", "False")]),
        ("any(a)", [("any", "all")]),
        ("a.startswith(b)", [("a.startswith", "a.endswith")]),
        ("[a, b]", [("a", ""), ("b", "")]),
        ("[x for x in a if x]", [("[x for x in a if x]", "[x for x in a]")]),
        ("a if b else c", [("a if b else c", "a if True else c"), ("a if b else c", "a if False else c")]),
        ("if a:\n    b", [("a", "True"), ("a", "False")]),
        ("def f():\n    return g()", [("return g()", "return not g()")]),
        ('"""Says so."""\nfrom a import b', []),
    ],
)
def test_a_fault_is_made_of(source, expected):
    assert changes(source) == expected


def test_a_mutant_differs_in_one_place_and_compiles():
    source = "def rule(event):\n    return event['a'] > 1 and event['b'] != 2\n"
    mutants = [ast.unparse(mutant.tree) for mutant in make_mutants(source)]
    assert len(set(mutants)) == len(mutants) == 12
    assert {compile(mutant, "body.py", "exec").co_filename for mutant in mutants} == {"body.py"}


def test_a_mutant_knows_where_it_is():
    (mutant,) = make_mutants("import a\n\nLIMITS = a.b\n\ndef rule(event):\n    return a == event\n")
    assert (mutant.owner, mutant.line) == ("rule", 6)
