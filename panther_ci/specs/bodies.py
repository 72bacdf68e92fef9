"""What a Python file defines and imports, read from its syntax tree; the file never runs."""

import ast
import codecs
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from panther_ci.model import Location
from panther_ci.specs.f_strings import find_endless

LARGEST: Final = 512 * 1024
_IMPORTERS: Final = frozenset({"import_module", "__import__"})
_RUNNERS: Final = frozenset({"exec", "eval"})
_RUNNER = re.compile(rb"\b(?:exec|eval)\s*\(")
_MATCHER = re.compile(rb"^(?:async[ \t]+)?def[ \t]+(rule|policy)[ \t]*\(", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_UNCERTAIN: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Try, ast.TryStar, ast.If)
_BLOCKS: Final = ("cases", "finalbody", "orelse", "handlers", "body")
_STATEMENTS: Final = (ast.stmt, ast.ExceptHandler, ast.match_case)
_NODES: Final[tuple[type[ast.AST], ...]] = (ast.Module, *_STATEMENTS[1:], *ast.stmt.__subclasses__())
_BLOCKS_OF: Final = {kind: [block for block in _BLOCKS if block in kind._fields] for kind in _NODES}
_IMPORTS: Final = (ast.Import, ast.ImportFrom)
_ASSIGNMENTS: Final = (ast.Assign, ast.AnnAssign, ast.AugAssign)


class Function(NamedTuple):
    """A function of the module: whether it can be called with one value, and where its name stands."""

    name: str
    takes_one: bool
    signature: str
    is_async: bool
    location: Location


class Import(NamedTuple):
    """A module that is imported; `certain` when that happens as soon as the body is loaded, unguarded."""

    module: str
    location: Location
    certain: bool = True


class Body(NamedTuple):
    """A Python file: `broken` says why it can't be parsed; `open_ended` when not all names can be known.

    `remedy` is the next step for one that is broken.
    """

    path: str
    functions: tuple[Function, ...] = ()
    names: frozenset[str] = frozenset()
    imports: tuple[Import, ...] = ()
    open_ended: bool = False
    broken: str = ""
    broken_at: Location | None = None
    remedy: str = "Fix it here or just before."

    @property
    def modules(self) -> frozenset[str]:
        """The top-level names of the modules it imports."""
        return frozenset(each.module for each in self.imports)

    def function(self, name: str) -> Function | None:
        """The function a caller of this name gets: the last one defined."""
        return next((each for each in reversed(self.functions) if each.name == name), None)


def read_body(path: str, data: bytes) -> Body:
    """The outline of a Python file; one that can't be parsed is `broken`, and nothing is raised."""
    if len(data) > LARGEST:
        broken, remedy = f"it is larger than {LARGEST // 1024} KiB", "Move a part of it into a global."
        return Body(path, broken=broken, broken_at=Location(path), remedy=remedy)
    refused = _find_foreign(path, data) or _find_endless(path, data)
    if refused:
        return refused
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
    return _outline(path, data, tree)


def _find_foreign(path: str, data: bytes) -> Body | None:
    """The body as broken, if it contains bytes that are not UTF-8 or not text."""
    if data.startswith(_UTF_16):
        return Body(path, broken="the file is UTF-16", broken_at=Location(path), remedy="Save it as UTF-8.")
    try:
        data.decode()
        at, problem, remedy = (
            data.find(b"\0"),
            "there is a NUL character here",
            "Remove it, or save the file as UTF-8.",
        )
    except UnicodeDecodeError as error:
        at, problem, remedy = error.start, "the file is not UTF-8 from here on", "Save it as UTF-8."
    if at < 0:
        return None
    return Body(path, broken=problem, broken_at=_locate(path, data, at), remedy=remedy)


def _find_endless(path: str, data: bytes) -> Body | None:
    """The body as broken, if Python would take too long to parse its f-strings."""
    text = find_endless(data)
    if text is None:
        return None
    size = f"{text.length:,} characters and {text.expressions:,} expressions"
    broken = f"the f-string here has {size}, which takes Python 3.11 too long"
    remedy = "Split it into shorter ones, or join the parts of a list."
    return Body(path, broken=broken, broken_at=_locate(path, data, text.start), remedy=remedy)


def _locate(path: str, data: bytes, at: int) -> Location:
    before = data[:at].decode("utf-8", "replace")
    return Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def find_matcher(data: bytes) -> re.Match[bytes] | None:
    """The line where a Python file defines `rule` or `policy`, which is group 1; None if it seems not to."""
    return _MATCHER.search(data)


def may_import_by_call(data: bytes) -> bool:
    """Whether calls may import modules, so that every expression has to be read: a superset."""
    # Python reads some names with non-ASCII letters as the names of the functions that import.
    if not data.isascii() or b"import_module" in data or b"__import__" in data:
        return True
    return (b"exec" in data or b"eval" in data) and _RUNNER.search(data) is not None


def _outline(path: str, data: bytes, tree: ast.Module) -> Body:
    reader = _Reader(path, b":=" in data)
    reader.read(tree)
    dynamic = False
    if may_import_by_call(data):
        dynamic = _read_dynamic(path, tree, reader.imports)
    return Body(
        path,
        tuple(reader.functions),
        frozenset(reader.names),
        tuple(reader.imports),
        reader.star or dynamic,
    )


@dataclass(slots=True)
class _Reader:
    """One walk over the statements of a file; `walrus` if any expression may bind names."""

    path: str
    walrus: bool
    names: set[str] = field(default_factory=set)
    functions: list[Function] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    star: bool = False

    def read(self, tree: ast.Module) -> None:
        """Take every statement, with whether it is at the top level of the module and certainly runs."""
        waiting: list[tuple[ast.AST, bool, bool]] = [(tree, True, True)]
        while waiting:
            node, own, certain = waiting.pop()
            self.take(node, own, certain)
            own = own and not isinstance(node, _SCOPES)
            certain = certain and not isinstance(node, _UNCERTAIN)
            for block in _BLOCKS_OF[type(node)]:
                waiting += [(child, own, certain) for child in reversed(getattr(node, block))]

    def take(self, node: ast.AST, own: bool, certain: bool) -> None:
        """Add what one statement binds, defines and imports."""
        if isinstance(node, _IMPORTS):
            self.take_import(node, own, certain)
        elif isinstance(node, ast.Global):
            self.names |= set(node.names)
        elif own and isinstance(node, _SCOPES):
            self.names.add(node.name)
            if not isinstance(node, ast.ClassDef):
                self.functions.append(_read_function(self.path, node))
        elif own:
            self.names |= _bound(node, self.walrus)

    def take_import(self, node: ast.Import | ast.ImportFrom, own: bool, certain: bool) -> None:
        """Add the modules of an import, and the names it binds in the module itself."""
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            modules = [node.module] if node.module and not node.level else []
        place = _place(self.path, node)
        self.imports += [Import(module.split(".")[0], place, certain) for module in modules]
        if own:
            self.star = self.star or any(alias.name == "*" for alias in node.names)
            names = (alias.asname or alias.name for alias in node.names)
            self.names |= {name.split(".")[0] for name in names}


def _bound(node: ast.AST, walrus: bool) -> set[str]:
    """The names that a statement, without the statements inside it, binds."""
    if isinstance(node, _ASSIGNMENTS) and not walrus:
        parts: Iterable[ast.AST] = node.targets if isinstance(node, ast.Assign) else (node.target,)
    elif isinstance(node, ast.Expr) and not walrus:
        parts = (node,)
    else:
        parts = (child for child in ast.iter_child_nodes(node) if not isinstance(child, _STATEMENTS))
    found = {node.name} if isinstance(node, ast.ExceptHandler) and node.name else set()
    for part in parts:
        for inner in (part,) if isinstance(part, ast.Name) else ast.walk(part):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                found.add(inner.id)
            elif isinstance(inner, ast.MatchAs | ast.MatchStar) and inner.name:
                found.add(inner.name)
    return found


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


def _read_dynamic(path: str, tree: ast.Module, imports: list[Import]) -> bool:
    """Add the modules that calls import, and return whether some are only known when the file runs."""
    told: set[ast.AST] = set()
    dynamic = False
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, certain = waiting.pop()
        name = _constant(node) if isinstance(node, ast.Call) and _importer(node.func) in _IMPORTERS else ""
        if isinstance(node, ast.Call) and name:
            told.add(node.func)
            imports.append(Import(name.split(".")[0], _place(path, node), certain))
        dynamic = dynamic or (_importer(node) in _IMPORTERS | _RUNNERS and node not in told)
        certain = certain and not isinstance(node, (*_UNCERTAIN, ast.Lambda))
        waiting.extend((child, certain) for child in ast.iter_child_nodes(node))
    words = _words(tree) if dynamic else frozenset[str]()
    imports += [Import(word, Location(path), False) for word in sorted(words)]
    return dynamic


def _importer(node: ast.AST) -> str:
    """The name or text of a node, where it may be the name of a function that imports."""
    if isinstance(node, ast.alias):
        return node.name if node.asname else ""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and node.value in _IMPORTERS else ""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _constant(node: ast.Call) -> str:
    """The module that a call names; empty if that is not a text, or only leads on from a package."""
    named = (word.value for word in node.keywords if word.arg == "name")
    first = node.args[0] if node.args else next(named, None)
    name = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return "" if name.startswith(".") else name


def _words(tree: ast.Module) -> frozenset[str]:
    """Every word in a text of the file, since any could be the name of a module."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(word for text in texts if isinstance(text, str) for word in _WORD.findall(text))


def _place(path: str, node: ast.stmt | ast.expr) -> Location:
    return Location(path, node.lineno, node.col_offset + 1)
