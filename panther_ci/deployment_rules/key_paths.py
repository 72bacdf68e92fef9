"""The fields that simple detections and inline filters name, and the `KeyPath`s that lead to them.

A deployment reads the paths of inline filters as JMESPath (panther_core 0.16, by trial; the grammar is that
of https://jmespath.org/specification.html). This is the part of it that leads to a field; tests compare it
with the library.
"""

import re
from typing import Final, NamedTuple, TypeAlias

LONGEST: Final = 1000
_PART: Final = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | "(?P<quoted>[^"\\\x00-\x1f]+)"
      | \[(?P<index>-?[0-9]{1,9})\]
      | (?P<each>\[\*\])""",
    re.VERBOSE,
)
# Names that need quotes in JMESPath, and that mean nothing else in a simple detection.
_LOOSE: Final = re.compile(r"[A-Za-z0-9_@$:/-]+")
# The whole of such a path of a filter is a name, even if JMESPath had none that begins with a digit.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_]+")


class KeyPathError(Exception):
    """A path that leads to no field, as far as it can be read here."""


class Each(NamedTuple):
    """All items of a list: what follows is looked up in each of them."""


EACH: Final = Each()
# The name of a field, the index of an item, or all items.
KeyStep: TypeAlias = str | int | Each


class Field(NamedTuple):
    """A field of an event as a spec names it, and the steps to it."""

    name: str
    steps: tuple[KeyStep, ...]


def read_key_path(path: str, loose: bool) -> tuple[KeyStep, ...]:
    """The steps of a path; with `loose`, names with other signs need no quotes. Raises KeyPathError."""
    if len(path) > LONGEST:
        raise KeyPathError(f"the path `{path[:40]}…` is longer than {LONGEST} characters")
    if _PLAIN.fullmatch(path):
        return (path,)
    steps: list[KeyStep] = []
    at = 0
    while at < len(path) or not steps:
        step, at = _read_step(path, at, loose, first=not steps)
        steps.append(step)
    return tuple(steps)


def _read_step(path: str, at: int, loose: bool, first: bool) -> tuple[KeyStep, int]:
    """The step that begins at a character of a path, and where it ends."""
    dot = not first and path.startswith(".", at)
    at += dot
    name = _LOOSE.match(path, at) if loose else None
    match = name or _PART.match(path, at)
    # A dot is before a name, and not before brackets.
    if match is None or not (first or dot is not path.startswith("[", at)):
        raise KeyPathError(f"only a deployment reads the path `{path}`")
    if match is name:
        return match[0], match.end()
    if match["index"]:
        return int(match["index"]), match.end()
    return EACH if match["each"] else match["name"] or match["quoted"], match.end()
