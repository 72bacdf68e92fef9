"""The paths of data models: the JSONPath of plain fields, indexes, wildcards and filters by equality."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

Step: TypeAlias = Callable[[Any], Iterable[Any]]

_NAME = re.compile(r"[^`\s.\[\]'\"*?@()|,]+")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_INDEX = re.compile(r"\[\s*(-?\d+)\s*\]")
_ANY = re.compile(r"\[\s*\*\s*\]|\*")
_BRACKETED = re.compile(r"\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")
_FILTER = re.compile(
    r"\[\s*\?\s*\(?\s*(?:@\.)?([\w.-]+)\s*(==?|!=)\s*"
    r"(?:'([^']*)'|\"([^\"]*)\"|(-?\d+(?:\.\d+)?)|(true|false|null))\s*\)?\s*\]"
)
_WORDS = {"true": True, "false": False, "null": None}


class PathError(Exception):
    """A path that this tool can't read."""


def compile_path(path: str) -> Callable[[Any], list[Any]]:
    """A function that lists the values at a path of a JSON value; raises PathError for what it can't read."""
    steps = tuple(_read_steps(path))

    def find(value: Any) -> list[Any]:
        values = [value]
        for step in steps:
            values = [hit for item in values for hit in step(item)]
        return values

    return find


def _read_steps(path: str) -> Iterator[Step]:
    text = path.strip()
    at = 1 if text.startswith("$") else 0
    if not text[at:]:
        raise PathError(f"the path {path!r} names no field")
    first = at == 0
    while at < len(text):
        if text[at] == ".":
            at, first = at + 1, True
        found = _read_step(text, at, first)
        if found is None:
            raise PathError(f"the path {path!r} can't be read at {text[at:]!r}")
        step, at = found
        first = False
        yield step


def _read_step(text: str, at: int, named: bool) -> tuple[Step, int] | None:
    if match := _ANY.match(text, at):
        return _each, match.end()
    if named and (match := _QUOTED.match(text, at) or _NAME.match(text, at)):
        quoted = [group for group in match.groups() if group is not None]
        return _field(quoted[0] if quoted else match.group()), match.end()
    if match := _INDEX.match(text, at):
        return _item(int(match.group(1))), match.end()
    if match := _BRACKETED.match(text, at):
        return _field(match.group(1) if match.group(1) is not None else match.group(2)), match.end()
    if match := _FILTER.match(text, at):
        return _filter(match), match.end()
    return None


def _field(name: str) -> Step:
    return lambda value: (value[name],) if isinstance(value, dict) and name in value else ()


def _item(index: int) -> Step:
    return lambda value: value[index:][:1] if isinstance(value, list) and -len(value) <= index else ()


def _each(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _filter(match: "re.Match[str]") -> Step:
    path, sign, single, double, number, word = match.groups()
    inner = compile_path(path)
    if number is not None:
        wanted: Any = float(number)
    else:
        wanted = _WORDS[word] if word else single if single is not None else double

    def keep(value: Any) -> Iterable[Any]:
        items = value if isinstance(value, list) else ()
        return [item for item in items if (wanted in inner(item)) is (sign != "!=")]

    return keep
