"""What a Python file defines and imports, read from its syntax tree; nothing of it is run."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..model import Location

LARGEST: Final = 512 * 1024
_DYNAMIC: Final = frozenset({"import_module", "__import__"})
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the module: whether it can be called with one value, and where its name stands."""

    name: str
    takes_one: bool
    signature: str
    is_async: bool
    location: Location


@dataclass(frozen=True, slots=True)
class Import:
    """A module that is imported; `certain` when that happens as soon as the body is loaded, unguarded."""

    module: str
    location: Location
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """A Python file: `broken` says why it can't be parsed; `open_ended` when not all names can be told."""

    path: str
    functions: tuple[Function, ...] = ()
    names: frozenset[str] = frozenset()
    imports: tuple[Import, ...] = ()
    open_ended: bool = False
    broken: str = ""
    broken_at: Location | None = None

    @property
    def modules(self) -> frozenset[str]:
        """The top-level names of the modules it imports."""
        return frozenset(each.module for each in self.imports)

    def function(self, name: str) -> Function | None:
        """The function a caller of this name gets: the last one defined."""
        return next((each for each in reversed(self.functions) if each.name == name), None)


def read_body(path: str, data: bytes) -> Body:
    """The outline of a Python file; one that can't be parsed is `broken`, whatever it holds."""
    if len(data) > LARGEST:
        return Body(path, broken=f"it is larger than {LARGEST // 1024} KiB", broken_at=Location(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except SyntaxError as error:
        place = Location(path, error.lineno or None, (error.offset or None) if error.lineno else None)
        return Body(path, broken=error.msg or "it can't be read", broken_at=place)
    except (ValueError, RecursionError, MemoryError) as error:
        words = "it nests too deeply" if isinstance(error, RecursionError | MemoryError) else str(error)
        return Body(path, broken=words, broken_at=Location(path))
    return _outline(path, tree)


def _outline(path: str, tree: ast.Module) -> Body:
    names, functions = set[str](), []
    star = False
    for node in _walk_module(tree):
        if isinstance(node, _Function):
            functions.append(_read_function(path, node))
        if isinstance(node, ast.ImportFrom | ast.Import):
            star = star or any(alias.name == "*" for alias in node.names)
        names |= _bound(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            names |= set(node.names)
    imports, dynamic = _read_imports(path, tree)
    return Body(path, tuple(functions), frozenset(names), imports, star or dynamic)


def _walk_module(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run in the module's own scope, without what is inside functions and classes."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _bound(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.Import):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        return {node.name}
    return set()


def _read_function(path: str, node: _Function) -> Function:
    arguments = node.args
    positional = arguments.posonlyargs + arguments.args
    required = len(positional) - len(arguments.defaults)
    forced = any(default is None for default in arguments.kw_defaults)
    takes_one = required <= 1 and bool(positional or arguments.vararg) and not forced
    column = node.col_offset + (len("async def ") if isinstance(node, ast.AsyncFunctionDef) else len("def "))
    place = Location(path, node.lineno, column + 1)
    is_async = isinstance(node, ast.AsyncFunctionDef)
    names = ", ".join(each.arg for each in [*positional, *arguments.kwonlyargs])
    return Function(node.name, takes_one, f"{node.name}({names})", is_async, place)


def _read_imports(path: str, tree: ast.Module) -> tuple[tuple[Import, ...], bool]:
    """Every import of the file, and whether some name modules that only running it can tell."""
    found: list[Import] = []
    dynamic = False
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, certain = waiting.pop()
        if isinstance(node, ast.Import):
            found += [Import(alias.name.split(".")[0], _place(path, node), certain) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(Import(node.module.split(".")[0], _place(path, node), certain))
        elif isinstance(node, ast.Call) and _is_dynamic(node):
            name = _constant(node)
            dynamic = dynamic or not name
            found += [Import(name.split(".")[0], _place(path, node), certain)] if name else []
        sure = certain and not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Try | ast.If
        )
        waiting.extend((child, sure) for child in ast.iter_child_nodes(node))
    words = _words(tree) if dynamic else frozenset[str]()
    found += [Import(word, Location(path), False) for word in sorted(words)]
    return tuple(found), dynamic


def _is_dynamic(node: ast.Call) -> bool:
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in _DYNAMIC


def _constant(node: ast.Call) -> str:
    first = (
        node.args[0]
        if node.args
        else next((word.value for word in node.keywords if word.arg == "name"), None)
    )
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _words(tree: ast.Module) -> frozenset[str]:
    """Every text of the file that could be the name of a module."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(text for text in texts if isinstance(text, str) and text.isidentifier())


def _place(path: str, node: ast.stmt | ast.expr) -> Location:
    return Location(path, node.lineno, node.col_offset + 1)
