"""Finds code that may change what can't be looked at, by the names in it: rather too much than too little."""

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
    + ("enable_callback_tracebacks",)
    # Caches that grow with harmless use, so that nobody looks into them.
    + ("_cache", "_cache2", "_netmask_cache", "_regex_cache", "_value2member_map_", "path_importer_cache")
    + ("linecache",)
)


def reaches_unseen(code: CodeType) -> bool:
    """Whether code, or code within it, has a name of something whose state can't be seen."""
    names = {part for each in _all_code(code) for name in each.co_names for part in name.split(".")}
    if not _BY_TEXT.isdisjoint(names):
        names.update(_texts(code))
    return not _UNSEEN.isdisjoint(names)


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_code(constant)


def _texts(code: CodeType) -> Iterator[str]:
    for each in _all_code(code):
        for constant in each.co_consts:
            if isinstance(constant, str):
                yield from constant.split(".")
