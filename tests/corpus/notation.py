"""Writes specs as people write them: block YAML with plain scalars where they are safe, or JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()$-]*[A-Za-z0-9)]|[A-Za-z]")
# Words that a deployment reads as something other than text.
READ_AS_OTHER = frozenset({"true", "false", "null"})


class Pasted(dict[str, Any]):
    """A mapping that somebody pasted as JSON, which is YAML too."""


def to_json(value: Mapping[str, Any]) -> bytes:
    """The spec as indented JSON."""
    return (json.dumps(value, indent=2) + "\n").encode()


def to_yaml(value: Mapping[str, Any]) -> bytes:
    """The spec as block YAML."""
    return ("\n".join(_mapping(value, 0)) + "\n").encode()


def _mapping(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{' ' * indent}{_scalar(key)}:", item, indent + 2)


def _entry(head: str, item: Any, indent: int) -> Iterator[str]:
    if isinstance(item, str) and "\n" in item:
        yield head + " |-"
        yield from (" " * indent + line if line else "" for line in item.split("\n"))
    elif isinstance(item, Pasted):
        first, *rest = json.dumps(item, indent=2).split("\n")
        yield f"{head} {first}"
        yield from (" " * indent + line for line in rest)
    elif isinstance(item, Mapping) and item:
        yield head
        yield from _mapping(item, indent)
    elif isinstance(item, list) and item:
        yield head
        yield from _items(item, indent)
    else:
        yield f"{head} {_scalar(item)}"


def _items(items: list[Any], indent: int) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item, indent + 2)
            yield f"{' ' * indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{' ' * indent}- {_scalar(item)}"


def _scalar(item: Any) -> str:
    if isinstance(item, str) and PLAIN.fullmatch(item) and item.lower() not in READ_AS_OTHER:
        return item
    return json.dumps(item)
