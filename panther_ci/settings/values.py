"""The value of an input as a settings file writes it."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, fields
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from panther_ci.errors import InputError
from panther_ci.inputs import LISTS, Inputs, input_name
from panther_ci.model import Json
from panther_ci.reporters.defuse import show_name
from panther_ci.repository.exclusions import parse_patterns
from panther_ci.repository.files import normalise
from panther_ci.specs.filters import join_flags, parse_filter

FIELDS: Final[Mapping[str, "Field[Any]"]] = {item.name: item for item in fields(Inputs)}
# Of the inputs that are paths, those that begin in the working directory.
PATHS: Final = ("path", "junit_path", "sarif_path", "html_path", "output_path")
_JOINED: Final[Mapping[str, Callable[[Sequence[str]], str]]] = {"exclude": shlex.join, "filter": join_flags}
_KINDS: Final[Mapping[Any, tuple[tuple[type, ...], str]]] = {
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    str: ((str,), "text"),
}
_CHECKED: Final[Mapping[str, Callable[[str], object]]] = {
    "exclude": parse_patterns,
    "filter": parse_filter,
    "requirements": normalise,
}


class Value(NamedTuple):
    """The value of an input, and where it comes from."""

    value: Any
    origin: str


def join_words(name: str, words: Sequence[str]) -> str:
    """The text of an input that is given as several words."""
    return _JOINED.get(name, ",".join)(words)


def convert(name: str, value: Json, where: str) -> Any:
    """The value of an input from that in a file; raises `InputError` that begins with the place."""
    item = FIELDS[name]
    made = _make(item, value, where)
    try:
        Inputs(**{name: made})
        if name in PATHS:
            _require_inside(made)
        if name in _CHECKED:
            _CHECKED[name](made)
    except InputError as error:
        key = input_name(item)
        told = error.message if error.message.startswith(key) else f"{key}: {error.message}"
        raise InputError(f"{where}: {told}", error.hint) from None
    return made


def _make(item: "Field[Any]", value: Json, where: str) -> Any:
    if isinstance(value, list) and item.name in LISTS and all(isinstance(each, str) for each in value):
        return join_words(item.name, [str(each) for each in value])
    kinds, wanted = _KINDS[item.type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and item.type is not bool):
        wanted = "text or a list of texts" if item.name in LISTS else wanted
        hint = f"Write {wanted}{', in quotes' if item.type is str else ''}."
        raise InputError(f"{where}: `{input_name(item)}` is {_describe(value)}, not {wanted}.", hint)
    return float(value) if isinstance(value, int) and item.type is float else value


def _require_inside(path: str) -> None:
    """Raise `InputError` for a path that leads out of the repository, or to what git keeps in it."""
    parts = PurePosixPath(normalise(path)).parts
    if any(part.casefold().rstrip(". ") == ".git" for part in parts):
        raise InputError(f"`{path}` is where git keeps its own files.", "Name another place.")


def _describe(value: Json) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"`{str(value).lower() if isinstance(value, bool) else show_name(str(value), 60)}`"
