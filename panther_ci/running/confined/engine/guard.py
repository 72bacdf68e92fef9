"""Notices that a detection changed what the next one in the same process would see.

It guards against accidents among unchanged detections that share a process (a patched module, a changed
default), not against malice: what a pull request changed runs in a separate process. To take something
harmless for a change costs time only: that detection is judged again, alone.
"""

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from operator import attrgetter
from types import FunctionType, ModuleType
from typing import Any, NamedTuple, TypeAlias

from panther_ci.running.confined.engine.loggers import Loggers
from panther_ci.running.confined.engine.picture import CALL_CACHE, Picture, WholePicture, all_objects, differ
from panther_ci.running.confined.engine.stamps import StampedPicture
from panther_ci.running.confined.engine.surroundings import surroundings

_Places: TypeAlias = tuple[tuple[str, str], ...]
# Caches that grow with harmless use; code that has a name of one of them is found by `reach`.
_CACHES: _Places = (
    ("_strptime", "_regex_cache"),
    ("ipaddress", "_BaseV4._netmask_cache"),
    ("ipaddress", "_BaseV6._netmask_cache"),
    ("linecache", "cache"),
    ("re", "_cache"),
    ("re", "_cache2"),
    ("sys", "path_importer_cache"),
)
# Containers that are changed by accident more often than others.
_OFTEN_CHANGED: _Places = (
    ("os", "environ._data"),
    ("sys", "meta_path"),
    ("sys", "path"),
    ("warnings", "filters"),
)
# What modules define, and one kind of caches.
_DEFINED = (type, FunctionType, ModuleType, CALL_CACHE)
# After one detection for each so many references, everything is looked at: it takes that much longer. Who is
# wary looks after fewer, so that less has to be judged again.
_REFERENCES = 1500
_REFERENCES_WHEN_WARY = 6000


class Look(NamedTuple):
    """What was found changed, in a few words; `looked` says whether at everything."""

    leak: str
    looked: bool


class Guard:
    """The interpreter as it was before any detection: its modules, and all else that can be changed.

    To look at everything takes long, so it glances at what is often changed by accident after each detection,
    and looks at everything now and then; `unseen` is the number of detections since then.
    """

    def __init__(self, ours: Iterable[Any]) -> None:
        """`ours` are objects that change with each detection."""
        modules = [module for module in sys.modules.values() if module is not sys]
        others = [each for each in modules if not isinstance(each, ModuleType)]
        contents = [*_attributes(modules)]
        self._contents = StampedPicture(contents)
        self._often = Picture([*others, *_with_attributes(contents), *_find(_OFTEN_CHANGED)])
        self._loggers = Loggers()
        caches = [*_find(_CACHES), *self._loggers.caches()]
        own = [self, self._loggers, self._contents, vars(self._contents)]
        without = [*own, vars(sys), sys.modules, *ours, *caches]
        self._whole = WholePicture(all_objects(without))
        self._modules = dict(sys.modules)
        self._surroundings: dict[str, Any] = {}
        self._most_unseen = 0
        self.unseen = 0

    def begin(self, wary: bool) -> None:
        """Remembers how everything is now; to be called in the process that it guards.

        It is `wary` where a look at everything has found a change before.
        """
        self._surroundings = surroundings()
        self._contents.take()
        self._often.take()
        self._most_unseen = self._whole.take() // (_REFERENCES_WHEN_WARY if wary else _REFERENCES)
        gc.freeze()

    def glance(self, reaches_unseen: bool) -> Look:
        """Looks at what a detection left changed, if need be at everything."""
        self._loggers.restore()
        leak = "something may have changed that can't be seen" if reaches_unseen else self._find_often()
        self.unseen = 0 if leak else self.unseen + 1
        return Look(leak, looked=False) if self.unseen <= self._most_unseen else self.look()

    def look(self) -> Look:
        """Looks at everything."""
        gc.collect()  # what runs when an object dies is to run now
        self.unseen = 0
        return Look("something in a library was changed" if self._whole.changed() else "", looked=True)

    def _find_often(self) -> str:
        if sys.gettrace() is not None or sys.getprofile() is not None:
            return "calls are traced"
        if differ(sys.modules, self._modules):
            return "a module was added, replaced or lost"
        if differ(surroundings(), self._surroundings):
            return "the state of the interpreter was changed"
        return "a module was changed" if self._contents.changed() or self._often.changed() else ""


def _attributes(modules: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """What is in modules; a package may put anything in the place of one, such as `None` or a class."""
    for each in modules:
        names = vars(each) if type(each).__dictoffset__ else None
        if type(names) is dict:
            yield names


def _with_attributes(contents: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """The objects in modules that have a state of their own."""
    for names in contents:
        for name, value in names.items():
            if type(value).__dictoffset__ and not isinstance(value, _DEFINED) and not name.startswith("__"):
                yield value


def _find(places: _Places) -> Iterator[Any]:
    for module, path in places:
        with suppress(KeyError, AttributeError):
            yield attrgetter(path)(sys.modules[module])
