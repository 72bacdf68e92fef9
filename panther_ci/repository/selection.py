"""Who is touched by a change: the closure over what depends on what, with the reasons why.

Files are linked by the names they provide and require. A name is touched when a file that provides
it, now or on the base side, is touched; a file is touched when it changed or requires a touched name.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from panther_ci.model import Change, ChangeKind, Node, Selection
from panther_ci.repository.refusals import show_path

# A longer chain is shown without its middle.
SHOWN_LINKS = 5
VERBS = {
    "module": "imports helper",
    "log-type": "reads the data model of",
    "detection": "refers to",
    "query": "runs the query",
}


class Links(Protocol):
    """The files of a repository and the names that link them."""

    @property
    def files(self) -> Mapping[str, object]:
        """All files, by path."""

    def node(self, path: str) -> Node:
        """The names that a file provides and requires."""

    def providers(self, name: str) -> Iterable[str]:
        """The files that provide a name."""

    def requirers(self, name: str) -> Iterable[str]:
        """The files that require a name."""


class _Trail(NamedTuple):
    """How a name is linked to a change: steps to it, the names in between, and what happened there."""

    distance: int
    names: tuple[str, ...]
    end: str


def select(links: Links, changes: Iterable[Change], base_names: frozenset[str]) -> Selection:
    """Every file that a change reaches, with its reasons, the shortest first.

    `base_names` are the names that changed files provided on the base side: who requires one that
    is gone is touched too. A changed folder (a submodule, a clone in a clone) touches all files in it.
    """
    changed = {change.path: change for change in sorted(changes, key=lambda change: change.path)}
    causes = {path: _find_cause(path, changed) for path in sorted(_find_touched(links.files, changed))}
    trails, distances = _spread(links, causes, _start_trails(links, causes, changed, base_names))
    return Selection(
        {
            path: _tell_reasons(links.node(path), causes.get(path, ""), distances[path], trails)
            for path in sorted(distances)
        }
    )


def find_changed(paths: Iterable[str], changes: Iterable[Change]) -> frozenset[str]:
    """The paths that changed themselves or by a folder they are in."""
    return frozenset(_find_touched(paths, {change.path: change for change in changes}))


def _find_touched(paths: Iterable[str], changed: Mapping[str, Change]) -> Iterable[str]:
    """The paths that have a cause; few changes are of folders, so most paths are looked up once."""
    known = tuple(paths)
    if changed.keys().isdisjoint(_list_folders(known)):
        return [path for path in known if path in changed]
    return [path for path in known if _find_cause(path, changed)]


def _list_folders(paths: Iterable[str]) -> set[str]:
    """All folders that paths are in."""
    found: set[str] = set()
    waiting = {path.rpartition("/")[0] for path in paths}
    while waiting:
        found |= waiting
        waiting = {folder.rpartition("/")[0] for folder in waiting} - found
    return found


def _find_cause(path: str, changed: Mapping[str, Change]) -> str:
    """What happened to the file itself or to a folder it is in; empty for nothing."""
    end = len(path)
    while end > 0:
        if path[:end] in changed:
            return _describe(changed[path[:end]])
        end = path.rfind("/", 0, end)
    return ""


def _start_trails(
    links: Links, causes: Mapping[str, str], changed: Mapping[str, Change], base_names: frozenset[str]
) -> dict[str, _Trail]:
    """The names that changes touch directly."""
    trails: dict[str, _Trail] = {}
    for path, change in changed.items():
        trails.setdefault(f"file:{path}", _Trail(0, (), f": {_describe(change)}"))
        if change.old_path:
            gone = f": {_quote(change.old_path)} was renamed to {_quote(path)}"
            trails.setdefault(f"file:{change.old_path}", _Trail(0, (), gone))
    for path, cause in causes.items():
        for name in links.node(path).provides:
            trails.setdefault(name, _Trail(0, _show(name, ()), f": {cause}"))
    for name in base_names - trails.keys():
        end = ", which changed" if any(links.providers(name)) else ", which is gone"
        trails[name] = _Trail(0, _show(name, ()), end)
    return trails


def _spread(
    links: Links, causes: Mapping[str, str], starts: Mapping[str, _Trail]
) -> tuple[dict[str, _Trail], dict[str, int]]:
    """Extend the trails breadth first: those of all touched names, and how far each touched file is."""
    trails, distances = dict(starts), dict.fromkeys(causes, 0)
    touched = sorted(trails)
    while touched:
        reached: dict[str, str] = {}
        for name in touched:
            for path in links.requirers(name):
                if path not in distances:
                    reached.setdefault(path, name)
        touched = []
        for path, via in sorted(reached.items()):
            trail = trails[via]
            distances[path] = trail.distance + 1
            fresh = [name for name in links.node(path).provides if name not in trails]
            trails |= {
                name: _Trail(trail.distance + 1, _show(name, trail.names), trail.end) for name in fresh
            }
            touched += fresh
        touched.sort()
    return trails, distances


def _tell_reasons(node: Node, cause: str, distance: int, trails: Mapping[str, _Trail]) -> tuple[str, ...]:
    """The file's own cause and its links to others no farther away; these can't lead through itself."""
    told = {cause: (-1, "")} if cause else {}
    for name in node.requires:
        trail = trails.get(name)
        if trail is None or trail.distance > distance:
            continue
        # Of what it provides itself, only another provider, which is nearer, is a reason.
        if trail.distance < distance or name not in node.provides:
            text = _tell(trail)
            told.setdefault(text, (trail.distance, text))
    return tuple(sorted(told, key=lambda text: told[text]))


def _tell(trail: _Trail) -> str:
    if not trail.names:
        return trail.end.removeprefix(": ")
    kind = trail.names[0].partition(":")[0]
    links = " → ".join(f"`{name.partition(':')[2]}`" if name else "…" for name in trail.names)
    return f"{VERBS.get(kind, 'needs')} {links}{trail.end}"


def _show(name: str, rest: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a chain worth showing, with an empty one for those that are not shown."""
    if name.startswith("file:"):
        return rest
    if len(rest) < SHOWN_LINKS:
        return (name, *rest)
    return (name, rest[0], "", *rest[-2:])


def _describe(change: Change) -> str:
    if change.kind is ChangeKind.RENAMED:
        return f"{_quote(change.path)} was renamed from {_quote(change.old_path)}"
    words = {ChangeKind.ADDED: "is new", ChangeKind.DELETED: "was deleted"}
    return f"{_quote(change.path)} {words.get(change.kind, 'changed')}"


def _quote(path: str) -> str:
    return f"`{show_path(path)}`"
