"""Mutants of the product's own code: what decides is changed, what only describes is not."""

import ast

import pytest

from tools.core_mutants import list_faults, make_mutant, shorten_classes


def mutants_of(source):
    tree = ast.parse(source)
    return [make_mutant(tree, fault) for fault in list_faults(tree)]


def changes(source):
    return [(mutant.owner, mutant.before, mutant.after) for mutant in mutants_of(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    g()", [("f", "g()", "pass")]),
        ("def f():\n    yield a", [("f", "yield a", "pass")]),
        ("class A:\n    def f(self):\n        self.b += c", [("A.f", "self.b += c", "self.b -= c")]),
        ("def f(a: int = b) -> c < d:\n    return Level.ERROR", [("f", "Level.ERROR", "Level.WARNING")]),
        ("A = {b, c}", [("A", "b", ""), ("A", "c", "")]),
        ("A: Final = {b: c}", [("A", "b: c", "")]),
        ("A = {**b}", [("A", "**b", "")]),
        ("A = f(b, c=d)", [("A", "c=d", "")]),
        ("A = zip(b, c, strict=True)", []),
        ("A = f(b, strict=True)", [("A", "strict=True", ""), ("A", "True", "False")]),
        ("A = 'some words'", []),
        ("A = f'words {b and c}'", [("A", "b and c", "b or c"), ("A", "b", ""), ("A", "c", "")]),
        ("@d(1)\ndef f():\n    '''Says.'''\n", []),
        ("__all__ = ['a']\nA: TypeAlias = 'B'\nfrom a import b", []),
        ("if TYPE_CHECKING:\n    A = 1", []),
    ],
)
def test_a_fault_is_made_of(source, expected):
    assert changes(source) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ab]", ["[b]", "[a]"]),
        (r"x[^a-z\]\s]+", [r"x[^\]\s]+", r"x[^a-z\s]+", r"x[^a-z\]]+"]),
        ("[]a]", ["[a]", "[]]"]),
        (r"\[ab\]|[-a]", [r"\[ab\]|[a]", r"\[ab\]|[-]"]),
        ("[a]", []),
    ],
)
def test_a_class_of_characters_loses_a_part(pattern, expected):
    assert list(shorten_classes(pattern)) == expected


def test_each_mutant_of_a_module_differs_and_compiles():
    source = (
        "import re\nA = re.compile('[ab]c')\n\n\ndef f(a, b=1):\n    if a > b:\n        raise ValueError(A)\n"
    )
    mutants = [ast.unparse(mutant.tree) for mutant in mutants_of(source)]
    assert len(set(mutants)) == len(mutants) == 9
    assert {compile(mutant, "a.py", "exec").co_filename for mutant in mutants} == {"a.py"}
