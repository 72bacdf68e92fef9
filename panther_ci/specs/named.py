"""Finds what a user names: specs by their ids, by their files or those of their bodies, or by a folder."""

import posixpath
from collections.abc import Iterable, Iterator

from panther_ci.errors import InputError
from panther_ci.specs.outline import Outline
from panther_ci.specs.search import Search


def find_named(
    search: Search, names: Iterable[str], folder: str = ".", only_judged: bool = False
) -> tuple[str, ...]:
    """The paths of the specs named: by id, by their own path, that of their body or of a folder.

    Paths are seen from `folder`. With `only_judged`, those without cases are none. Raises `InputError` for a
    name of nothing.
    """
    found = {name: tuple(_find(search, name, folder, only_judged)) for name in names}
    for name, paths in found.items():
        if not paths:
            kind = "detection" if only_judged else "spec"
            raise InputError(f"There is no {kind} `{name}`.", _advise(search, name, folder, only_judged))
    return tuple(dict.fromkeys(path for paths in found.values() for path in paths))


def find_near(name: str, known: Iterable[str]) -> str:
    """The most similar of the known names, whatever their case; empty if none is similar."""
    from difflib import get_close_matches

    by_fold = {each.casefold(): each for each in sorted(known)}
    near = get_close_matches(name.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else ""


def _find(search: Search, name: str, folder: str, only_judged: bool) -> Iterator[str]:
    for each in _list_candidates(search, name, place_name(folder, name)):
        if _counts(search.outline(each), only_judged):
            yield each


def _list_candidates(search: Search, name: str, path: str) -> Iterable[str]:
    """The files that may be meant: an id is found wherever it is, and a file before it."""
    if path in search.files:
        return (path, *search.requirers(f"file:{path}"))
    inside = "" if path == "." else f"{path}/"
    below = [each for each in search.specs if each.startswith(inside)] if name else []
    return below or search.providers(f"detection:{name}")


def place_name(folder: str, name: str) -> str:
    """The path that a name would be, seen from a folder."""
    return posixpath.normpath(posixpath.join(folder, name))


def _counts(outline: Outline | None, only_judged: bool) -> bool:
    return outline is not None and (not only_judged or (outline.type is not None and outline.type.judged))


def _advise(search: Search, name: str, folder: str, only_judged: bool) -> str:
    if place_name(folder, name) in search.files:
        return "It is none itself, and none names it in `Filename`."
    outlines = (each for each in search.read_all() if _counts(each, only_judged))
    near = find_near(name, {each for outline in outlines for each in outline.ids})
    return f"Did you mean `{near}`?" if near else "Name its id, or the path of its spec or body."
