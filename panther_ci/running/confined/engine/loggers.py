"""Takes away what ordinary use of `logging` leaves behind: loggers by their names, handlers of the root."""

import sys
from collections.abc import Iterator
from typing import Any


class Loggers:
    """The loggers and the handlers of the root as they were before any detection."""

    def __init__(self) -> None:
        logging = sys.modules.get("logging")
        self._root = None if logging is None else logging.root
        self._names = frozenset(() if self._root is None else self._root.manager.loggerDict)
        self._handlers = () if self._root is None else tuple(self._root.handlers)

    def restore(self) -> None:
        """Takes away what was added since then."""
        if self._root is None:
            return
        known = self._root.manager.loggerDict
        for name in known.keys() - self._names:
            del known[name]
        if tuple(self._root.handlers) != self._handlers:
            self._root.handlers[:] = self._handlers

    def caches(self) -> Iterator[Any]:
        """Where each logger keeps which levels it was asked for."""
        if self._root is not None:
            yield self._root._cache
            for each in self._root.manager.loggerDict.values():
                yield getattr(each, "_cache", None)
