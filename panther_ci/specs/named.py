"""Finds the detections that a user names, by their ids or the paths of their files."""

import posixpath
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from panther_ci.errors import InputError
from panther_ci.specs.search import Search


def find_named(search: Search, names: Iterable[str], folder: str = ".") -> tuple[str, ...]:
    """The paths of the specs named: by id, by their own path or that of their body, seen from a folder.

    Raises `InputError` for a name of no detection.
    """
    found = {name: tuple(_find(search, name, folder)) for name in names}
    for name, paths in found.items():
        if not paths:
            raise InputError(f"There is no detection `{name}`.", _advise(search, name))
    return tuple(dict.fromkeys(path for paths in found.values() for path in paths))


def _find(search: Search, name: str, folder: str) -> Iterator[str]:
    path = posixpath.normpath(posixpath.join(folder, name))
    named = (path, *search.requirers(f"file:{path}")) if path in search.files else ()
    candidates = named or search.providers(f"detection:{name}")
    for each in candidates:
        outline = search.outline(each)
        if outline and outline.type and outline.type.judged:
            yield each


def _advise(search: Search, name: str) -> str:
    ids = {
        each for outline in search.read_all() if outline.type and outline.type.judged for each in outline.ids
    }
    near = get_close_matches(name, sorted(ids), n=1)
    return f"Did you mean `{near[0]}`?" if near else "Name its id, or the path of its spec or body."
