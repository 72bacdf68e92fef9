"""Finds code that may change what can't be looked at, by the names in it: rather too much than too little."""

import opcode
from collections.abc import Iterator
from types import CodeType

# With these, a text may become a name.
_BY_TEXT = frozenset(
    ("getattr", "setattr", "delattr", "__getattribute__", "__getattr__", "__setattr__", "__delattr__")
    + ("attrgetter", "methodcaller", "exec", "eval", "vars", "globals", "locals", "__dict__", "__globals__")
    + ("__import__", "import_module", "f_globals", "f_builtins", "modules", "inspect", "gc")
)
_UNSEEN = frozenset(
    # Memory, and what the guard itself keeps there.
    ("ctypes", "_ctypes", "cffi", "get_objects", "get_referrers")
    # What Python can set but not ask for.
    + ("addaudithook", "siginterrupt", "putenv", "unsetenv", "umask", "setrlimit", "openlog")
    + ("enable_callback_tracebacks", "linecache")
)
# Caches that grow with harmless use, so that nobody looks into them.
_CACHES = frozenset(
    ("_cache", "_cache2", "_netmask_cache", "_regex_cache", "_value2member_map_", "path_importer_cache")
)
_STORES = frozenset(opcode.opmap[name] for name in ("STORE_NAME", "STORE_GLOBAL", "STORE_ATTR"))


def reaches_unseen(code: CodeType) -> bool:
    """Whether code, or code within it, has a name of something whose state can't be seen."""
    own = {name for each in _all_code(code) for name in _stored_names(each)}
    names = {part for each in _all_code(code) for name in each.co_names for part in name.split(".")}
    if not _BY_TEXT.isdisjoint(names):
        names.update(_texts(code))
    return not _UNSEEN.isdisjoint(names) or not _CACHES.isdisjoint(names - own)


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_code(constant)


def _stored_names(code: CodeType) -> Iterator[str]:
    """The names that code gives to values: a cache of its own is nobody else's."""
    extended = 0
    for instruction, argument in zip(code.co_code[::2], code.co_code[1::2], strict=True):
        argument |= extended
        extended = argument << 8 if instruction == opcode.EXTENDED_ARG else 0
        if instruction in _STORES:
            yield code.co_names[argument]


def _texts(code: CodeType) -> Iterator[str]:
    for each in _all_code(code):
        for constant in each.co_consts:
            if isinstance(constant, str):
                yield from constant.split(".")
