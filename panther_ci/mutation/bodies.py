"""Makes mutants of Python source: copies that differ by one small fault each."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"any": "all", "all": "any", "startswith": "endswith", "endswith": "startswith"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A faulty copy: the top-level name it is in, the line, the code before and after, and the tree."""

    owner: str
    line: int
    before: str
    after: str
    tree: ast.Module


def make_mutants(source: str | bytes) -> Iterator[Mutant]:
    """Yield every mutant of the source, in the order of its code; docstrings and imports are not changed."""
    tree = ast.parse(source)
    for statement in tree.body:
        for node in _walk(statement):
            for variant in vary(node):
                # Only the nodes above the changed one have to be copied; a deep copy is plainer.
                mutated = copy.deepcopy(tree, {id(node): variant})
                yield Mutant(
                    owner_of(statement),
                    node.lineno,
                    *describe(node, variant),
                    ast.fix_missing_locations(mutated),
                )


def describe(node: ast.AST, variant: ast.AST) -> tuple[str, str]:
    """The code of a node before and after; an entry or operand that is dropped becomes an empty text."""
    if isinstance(node, ast.List | ast.Tuple) and isinstance(variant, ast.List | ast.Tuple):
        dropped = next(item for item in node.elts if item not in variant.elts)
        return ast.unparse(dropped), ""
    if isinstance(node, ast.BoolOp) and not _is_swapped(node, variant):
        kept = variant.values if isinstance(variant, ast.BoolOp) else [variant]
        dropped = next(each for each in node.values if all(each is not other for other in kept))
        return ast.unparse(dropped), ""
    if isinstance(node, ast.If):
        node, variant = node.test, ast.Constant(ast.unparse(variant).startswith("if True"))
    return ast.unparse(node), ast.unparse(ast.fix_missing_locations(variant))


def _is_swapped(node: ast.BoolOp, variant: ast.AST) -> bool:
    """Whether a variant has the other operator."""
    return isinstance(variant, ast.BoolOp) and type(variant.op) is not type(node.op)


def owner_of(statement: ast.stmt) -> str:
    """The name that a top-level statement defines; an empty one if it defines none or several."""
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0])
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        return ast.unparse(statement.target)
    return str(getattr(statement, "name", ""))


def _walk(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if docstring or isinstance(node, ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def vary(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    """The faulty copies of one node, each of which differs in one place."""
    match node:
        case ast.Compare():
            yield from _vary_comparison(node)
        case ast.BoolOp():
            yield with_fields(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            yield from _shorten(node, "values", node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield with_fields(node, op=ARITHMETIC[type(node.op)]())
        case ast.IfExp() | ast.If():
            yield with_fields(node, test=ast.Constant(True))
            yield with_fields(node, test=ast.Constant(False))
        case ast.ListComp() | ast.GeneratorExp():
            yield from _drop_filter(node)
        case ast.List() | ast.Tuple() if isinstance(node.ctx, ast.Load):
            yield from _shorten(node, "elts", node.elts)
        case ast.Name() if node.id in NAMES:
            yield with_fields(node, id=NAMES[node.id])
        case ast.Attribute() if node.attr in NAMES:
            yield with_fields(node, attr=NAMES[node.attr])
        case ast.Constant():
            yield from (ast.Constant(value) for value in other_values(node.value))
        case ast.Return(value=ast.Call() as call) if ast.unparse(call.func) not in NAMES:
            yield with_fields(node, value=ast.UnaryOp(ast.Not(), call))


def with_fields(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node that differs in these fields."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _vary_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield with_fields(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _shorten(node: ast.expr, field: str, items: list[ast.expr]) -> Iterator[ast.AST]:
    for place in range(len(items)):
        rest = items[:place] + items[place + 1 :]
        yield rest[0] if field == "values" and len(rest) == 1 else with_fields(node, **{field: rest})


def _drop_filter(node: ast.ListComp | ast.GeneratorExp) -> Iterator[ast.AST]:
    for place, loop in enumerate(node.generators):
        for condition in range(len(loop.ifs)):
            kept = loop.ifs[:condition] + loop.ifs[condition + 1 :]
            changed = ast.comprehension(loop.target, loop.iter, kept, loop.is_async)
            yield with_fields(
                node, generators=[*node.generators[:place], changed, *node.generators[place + 1 :]]
            )


def other_values(value: object) -> tuple[str | bool | int | float, ...]:
    """What a value of Python or JSON becomes; nothing for one that is not changed."""
    match value:
        case bool():
            return (not value,)
        case int() | float():
            return value + 1, value - 1
        case str():
            return (f"mutant {value}",)
    return ()
