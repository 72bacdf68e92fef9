"""The state of the interpreter that no object shows: it is set and asked for by functions."""

import _contextvars
import _locale
import _signal  # type: ignore[import-not-found] # `signal` takes ten times as long
import _thread
import abc
import gc
import os
import sys
from contextlib import suppress
from typing import Any

# We replace the streams ourselves, for each detection.
OUR_STREAMS = ("stdout", "stderr")
_SIGNALS = sorted(_signal.valid_signals())


def surroundings() -> dict[str, Any]:
    """All of it, by name; that of a module that isn't loaded is missing."""
    found: dict[str, Any] = {
        "sys": {name: value for name, value in vars(sys).items() if name not in OUR_STREAMS},
        "limits": (sys.getrecursionlimit(), sys.get_int_max_str_digits(), sys.getswitchinterval()),
        "hooks": (sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys.getdlopenflags()),
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "classes": abc.get_cache_token(),  # counts what was registered with abstract classes
        "signals": [*map(_signal.getsignal, _SIGNALS)],
        "blocked signals": _signal.pthread_sigmask(_signal.SIG_BLOCK, ()),
        "woken": _signal.set_wakeup_fd(-1),
        "locale": _locale.setlocale(_locale.LC_ALL),
        "threads": (_thread._count(), _thread.stack_size()),
        "files": (os.getcwd(), _lowest_free_descriptor()),  # noqa: PTH109 - pathlib is slow to import
    }
    for name, ask in _ASKED.items():
        module = sys.modules.get(name)
        if module is not None:
            found[name] = ask(module)
    # At last: to ask for the context of `_decimal` may make one.
    found["context"] = _contextvars.copy_context()
    return found


_ASKED: dict[str, Any] = {
    "_csv": lambda module: module.field_size_limit(),
    "_decimal": lambda module: [*map(repr, _contexts(module))],
    "_socket": lambda module: module.getdefaulttimeout(),
    "_tracemalloc": lambda module: module.is_tracing(),
    "atexit": lambda module: module._ncallbacks(),
    "faulthandler": lambda module: module.is_enabled(),
    "random": lambda module: module._inst.getstate(),
}


def _contexts(module: Any) -> tuple[Any, ...]:
    return module.getcontext(), module.DefaultContext, module.BasicContext, module.ExtendedContext


def _lowest_free_descriptor() -> int | None:
    """It rises with every file that is left open; None where no file may be opened."""
    with suppress(OSError):
        descriptor = os.open(os.devnull, os.O_RDONLY)
        os.close(descriptor)
        return descriptor
    return None
