"""Finds the values at the paths of data models, as the JSONPath library of a deployment does."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from panther_ci.deployment_rules.jsonpath import (
    AllFields,
    AllItems,
    Field,
    Filter,
    Item,
    PathError,
    Step,
    UnsupportedPathError,
    read_path,
)

Find: TypeAlias = Callable[[Any], list[Any]]


def compile_path(path: str) -> Find:
    """A function that lists the values at a path of a JSON value; `PathError` for an unreadable one.

    Most paths are plain and read here; the others need jsonpath-ng, which a deployment uses for all.
    """
    try:
        return _compile(read_path(path))
    except UnsupportedPathError as error:
        return _compile_by_library(path, error)


def _compile_by_library(path: str, unsupported: UnsupportedPathError) -> Find:
    try:
        # Slow to import, and few paths need it.
        from jsonpath_ng.ext.parser import parse
    except ImportError:
        raise unsupported from None
    try:
        expression = parse(path)
    except Exception as error:  # its lexer and its parser raise several kinds
        raise PathError(f"the path {path!r} can't be read: {error}") from None
    return lambda value: [match.value for match in expression.find(value)]


def _compile(steps: Sequence[Step]) -> Find:
    take = [_compile_step(step) for step in steps]

    def find(value: Any) -> list[Any]:
        values = [value]
        for each in take:
            values = [hit for item in values for hit in each(item)]
        return values

    return find


def _compile_step(step: Step) -> Callable[[Any], Iterable[Any]]:
    match step:
        case Field(name):
            return lambda value: (value[name],) if isinstance(value, dict) and name in value else ()
        case Item(position):
            return lambda value: _item(value, position)
        case AllFields():
            return lambda value: value.values() if isinstance(value, dict) else ()
        case AllItems():
            return lambda value: value if isinstance(value, list) else ()
        case Filter():
            return _compile_filter(step)


def _item(value: Any, position: int) -> Iterable[Any]:
    if not isinstance(value, list) or not value:
        return ()
    # As in a deployment, counting back beyond the first item raises IndexError.
    return value[position : position + 1] if position >= 0 else (value[position],)


def _compile_filter(step: Filter) -> Callable[[Any], Iterable[Any]]:
    find = _compile(step.path)

    def keep(value: Any) -> Iterable[Any]:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [item for item in items if any(_passes(found, step) for found in find(item))]

    return keep


def _passes(found: Any, step: Filter) -> bool:
    """Whether a value passes a filter: as in a deployment, whole numbers and booleans compare as `int`s."""
    if isinstance(step.value, int):
        try:
            found = int(found)
        except ValueError:
            return False
    return bool((found == step.value) is step.equal)
