"""The paths of data models: the JSONPath of plain fields, indexes, wildcards and filters by equality."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

Step: TypeAlias = Callable[[Any], Iterable[Any]]

# What the JSONPath library of a deployment takes for a name without quotes (jsonpath-ng's lexer, by trial).
_NAME = re.compile(r"@?[A-Za-z_][A-Za-z0-9_@-]*")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_INDEX = re.compile(r"\[\s*(-?\d+)\s*\]")
_ITEMS = re.compile(r"\[\s*\*\s*\]")
_FIELDS = re.compile(r"\*")
_BRACKETED = re.compile(r"\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")
_FILTER = re.compile(
    r"\[\s*\?\s*\(?\s*(?:@\.)?([\w.-]+)\s*(==?|!=)\s*"
    r"(?:'([^']*)'|\"([^\"]*)\"|(-?\d+(?:\.\d+)?)|(true|false|null))\s*\)?\s*\]"
)


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
    if not text:
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
    if match := _ITEMS.match(text, at):
        return _items, match.end()
    if match := _FIELDS.match(text, at):
        return _fields, match.end()
    if named and (match := _QUOTED.match(text, at) or _NAME.match(text, at)):
        quoted = [group for group in match.groups() if group is not None]
        return _field(quoted[0] if quoted else match.group()), match.end()
    if match := _INDEX.match(text, at):
        return _item(int(match.group(1))), match.end()
    if match := _BRACKETED.match(text, at):
        return _field(match.group(1) if match.group(1) is not None else match.group(2)), match.end()
    if not named and (match := _FILTER.match(text, at)):
        return _filter(match), match.end()
    return None


def _field(name: str) -> Step:
    return lambda value: (value[name],) if isinstance(value, dict) and name in value else ()


def _item(index: int) -> Step:
    def step(value: Any) -> Iterable[Any]:
        if not isinstance(value, list) or not value:
            return ()
        # As in a deployment, counting back beyond the first item raises IndexError.
        return value[index : index + 1] if index >= 0 else (value[index],)

    return step


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _fields(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else ()


def _filter(match: "re.Match[str]") -> Step:
    path, sign, single, double, number, word = match.groups()
    inner = compile_path(path)
    wanted: Any = next(text for text in (single, double, number, word) if text is not None)
    if number is not None:
        wanted = float(number) if "." in number else int(number)
    elif word in ("true", "false"):
        wanted = word == "true"

    def keep(value: Any) -> Iterable[Any]:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [item for item in items if any(_compare(found, sign, wanted) for found in inner(item))]

    return keep


def _compare(found: Any, sign: str, wanted: Any) -> bool:
    """Whether a value passes a filter: as in a deployment, whole numbers and booleans compare as `int`s."""
    if isinstance(wanted, int):
        try:
            found = int(found)
        except ValueError:
            return False
    return bool(found != wanted if sign == "!=" else found == wanted)
