"""Makes mutants of the modules that decide a verdict: the faults of `mutants`, and those of typed code.

Annotations, decorators, docstrings, imports and the words of messages are not changed, nor is `strict=True`
of `zip`: it states that the lengths are the same.
"""

import ast
import copy
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from panther_ci.mutation.bodies import ARITHMETIC, Mutant, describe, vary, with_fields

Item = TypeVar("Item")
# What decides is swapped for its neighbour.
MEMBERS = {
    "Level": {"ERROR": "WARNING", "WARNING": "ERROR", "NOTICE": "WARNING"},
    "Outcome": {"PASSED": "FAILED", "FAILED": "PASSED", "ERRORED": "PASSED", "SKIPPED": "PASSED"},
    "Verdict": {"ACCEPTED": "REJECTED", "REJECTED": "ACCEPTED"},
}


class Fault(NamedTuple):
    """A node of a tree and what replaces it; the owner is a function or a constant."""

    owner: str
    node: ast.expr | ast.stmt
    variant: ast.AST


def list_faults(tree: ast.Module) -> Iterator[Fault]:
    """Yield every fault of a module, in the order of its code."""
    for owner, statement in _own(tree.body):
        for node in _walk(statement):
            yield from (Fault(owner, node, variant) for variant in _vary(node))


def make_mutant(tree: ast.Module, fault: Fault) -> Mutant:
    """Return a copy of the module with a fault."""
    owner, node, variant = fault
    mutated = copy.deepcopy(tree, {id(node): variant})
    return Mutant(owner, node.lineno, *_describe(node, variant), ast.fix_missing_locations(mutated))


def _describe(node: ast.AST, variant: ast.AST) -> tuple[str, str]:
    """The code before and after; of what is dropped from a call, a set or a mapping, only that."""
    if type(node) is type(variant) and isinstance(node, ast.Call | ast.Dict | ast.Set):
        pieces = [_pieces(each) for each in (node, variant)]
        if dropped := [piece for piece in pieces[0] if piece not in pieces[1]]:
            return dropped[0], ""
    return describe(node, variant)


def _pieces(node: ast.AST) -> list[str]:
    match node:
        case ast.Call():
            return [f"{each.arg}={ast.unparse(each.value)}" for each in node.keywords]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [
                f"{ast.unparse(key)}: {ast.unparse(each)}" if key else f"**{ast.unparse(each)}"
                for key, each in pairs
            ]
        case ast.Set():
            return [ast.unparse(each) for each in node.elts]
    return []


def _own(body: Iterable[ast.stmt], within: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """The statements that can be mutated, with the name of what each belongs to."""
    for statement in body:
        match statement:
            case ast.ClassDef():
                yield from _own(statement.body, f"{within}{statement.name}.")
            case ast.FunctionDef():
                yield f"{within}{statement.name}", statement
            case ast.Assign() if ast.unparse(statement.targets[0]) != "__all__":
                yield f"{within}{ast.unparse(statement.targets[0])}", statement
            case ast.AnnAssign(value=ast.expr()) if ast.unparse(statement.annotation) != "TypeAlias":
                yield f"{within}{ast.unparse(statement.target)}", statement
            case ast.AugAssign():
                yield f"{within}{ast.unparse(statement.target)}", statement
            case ast.If() if ast.unparse(statement.test) != "TYPE_CHECKING":
                yield within or "module", statement


def _walk(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if _is_no_code(node):
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    for child in _children(node):
        yield from _walk(child)


def _is_no_code(node: ast.AST) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


def _children(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.FunctionDef():
            defaults = [*node.args.defaults, *node.args.kw_defaults]
            return chain(filter(None, defaults), node.body)
        case ast.AnnAssign():
            return filter(None, [node.value])
        case ast.Call():
            return [node.func, *node.args, *(each.value for _, each in _named(node))]
        case ast.JoinedStr():  # only what is computed, not the words around it
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    return ast.iter_child_nodes(node)


def _named(node: ast.Call) -> Iterator[tuple[int, ast.keyword]]:
    """The named arguments that can be changed, each with its place."""
    claims = "strict=True" if ast.unparse(node.func) == "zip" else None
    return ((at, each) for at, each in enumerate(node.keywords) if ast.unparse(each) != claims)


def _vary(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=str() as text) if " " in text:
            return
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.copy_location(ast.Pass(), node)
        case ast.AugAssign() if type(node.op) in ARITHMETIC:
            yield with_fields(node, op=ARITHMETIC[type(node.op)]())
        case ast.Attribute(value=ast.Name(id=enum), attr=member) if member in MEMBERS.get(enum, ()):
            yield with_fields(node, attr=MEMBERS[enum][member])
        case ast.Set():
            yield from (with_fields(node, elts=_without(node.elts, at)) for at in range(len(node.elts)))
        case ast.Dict():
            for at in range(len(node.keys)):
                yield with_fields(node, keys=_without(node.keys, at), values=_without(node.values, at))
        case ast.Call():
            yield from _vary_call(node)
    yield from vary(node)


def _vary_call(node: ast.Call) -> Iterator[ast.AST]:
    """The call without each named argument, and of a pattern without each part of a class of characters."""
    for at, keyword in _named(node):
        if keyword.arg:
            yield with_fields(node, keywords=_without(node.keywords, at))
    match node.args:
        case [ast.Constant(value=str() as text), *rest] if ast.unparse(node.func) == "re.compile":
            for pattern in shorten_classes(text):
                yield with_fields(node, args=[ast.Constant(pattern), *rest])


def _without(items: Sequence[Item], at: int) -> list[Item]:
    return [*items[:at], *items[at + 1 :]]


def shorten_classes(pattern: str) -> Iterator[str]:
    """The pattern without each character or range of its classes; classes of one are left as they are."""
    for first, last in _find_classes(pattern):
        parts = _split_class(pattern[first:last])
        for at in range(len(parts) if len(parts) > 1 else 0):
            yield pattern[:first] + "".join(_without(parts, at)) + pattern[last:]


def _find_classes(pattern: str) -> Iterator[tuple[int, int]]:
    """Where the parts of each class begin and end, without brackets and negation."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "[":
            first = at + 1 + (pattern[at + 1] == "^")
            at = first
            while pattern[at] != "]" or at == first:
                at += 1 + (pattern[at] == "\\")
            yield first, at
        at += 1 + (pattern[at] == "\\")


def _split_class(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = at + 1 + (text[at] == "\\")
        if text[end : end + 1] == "-" and end + 1 < len(text):
            end += 2 + (text[end + 1] == "\\")
        parts.append(text[at:end])
        at = end
    return parts
