"""A picture of objects that can be changed: which others they refer to.

It is taken by the questions that the garbage collector asks, so it shows what is in containers, in attributes
and slots, in classes, in functions and their closures.
"""

import gc
from _contextvars import Context
from _weakref import ReferenceType
from codecs import CodecInfo
from collections.abc import Collection, Iterable, Iterator
from enum import EnumMeta
from functools import lru_cache
from importlib.machinery import FileFinder
from itertools import chain
from types import (
    BuiltinFunctionType,
    FrameType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

CALL_CACHE = type(lru_cache(id))
# What is registered with an abstract class is counted elsewhere; the rest are its caches.
_CLASS_CACHES = type(vars(Collection)["_abc_impl"])
# They refer to the same objects for ever, except for caches that grow with harmless use, and what runs.
_LEFT_OUT: frozenset[type] = frozenset(
    (tuple, frozenset, ModuleType, BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType)
    + (MethodDescriptorType, WrapperDescriptorType, ReferenceType, FileFinder, FrameType, GeneratorType)
    + (Context, CALL_CACHE, _CLASS_CACHES)
)


class Picture:
    """Some objects, and what they referred to."""

    def __init__(self, objects: Iterable[Any]) -> None:
        self._objects = tuple(objects)
        self._referents: list[Any] = []

    def take(self) -> int:
        """Remembers how everything is now; returns how many references that is."""
        self._referents = gc.get_referents(*self._objects)
        return len(self._referents)

    def changed(self) -> bool:
        """Whether anything is different now."""
        return differ(gc.get_referents(*self._objects), self._referents)


class WholePicture(Picture):
    """The same with their types, and the keys of dictionaries, for which the collector doesn't always ask."""

    def __init__(self, objects: Iterable[Any]) -> None:
        super().__init__(objects)
        self._dicts = [each for each in self._objects if isinstance(each, dict)]
        self._names: list[Any] = []

    def take(self) -> int:
        """Remembers how everything is now; returns how many references that is."""
        self._names = self._look_at_names()
        return super().take()

    def changed(self) -> bool:
        """Whether anything is different now."""
        return super().changed() or differ(self._look_at_names(), self._names)

    def _look_at_names(self) -> list[Any]:
        return [*chain.from_iterable(map(dict.__iter__, self._dicts)), *map(type, self._objects)]


def all_objects(without: Iterable[Any]) -> list[Any]:
    """All objects of the interpreter that can be changed, without some and without caches."""
    gc.unfreeze()
    tracked = gc.get_objects()
    gc.freeze()
    # A dictionary of numbers and texts only isn't tracked.
    referents = gc.get_referents(*tracked)
    untracked = {id(each): each for each in referents if type(each) is dict and not gc.is_tracked(each)}
    hidden = {id(each) for each in chain(without, _caches_in(tracked))}
    return [
        each
        for each in chain(tracked, untracked.values())
        if type(each) not in _LEFT_OUT
        and id(each) not in hidden
        and not (type(each) is dict and _is_cache(each))
    ]


def _caches_in(objects: Iterable[Any]) -> Iterator[Any]:
    for each in objects:
        if type(each) is CALL_CACHE or type(each) is _CLASS_CACHES:
            yield from gc.get_referents(each)
        if isinstance(each, EnumMeta):
            # One for each combination of flags that was used.
            yield each._value2member_map_


def _is_cache(each: dict[Any, Any]) -> bool:
    """Whether it holds the codecs that were used, or what a class knows of its subclasses.

    Those of bodies are among them until they are collected.
    """
    if not each:
        return False
    key, value = next(iter(each.items()))
    return type(value) is CodecInfo or (type(key) is int and type(value) is ReferenceType)


def differ(now: Any, before: Any) -> bool:
    """Whether two containers of objects differ."""
    try:
        return bool(now != before)
    except Exception:  # objects may refuse to be compared, but only with other ones
        return True
