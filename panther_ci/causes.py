"""What of a change a spec depends on: the changed files that it loads, and the names that are gone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from panther_ci.model import ChangeSet, Job, Loss, Spec
from panther_ci.specs.assembly import find_helpers
from panther_ci.specs.project import Project, find_stated_log_types
from panther_ci.specs.search import Search

# As many names as a report tells of, those of these kinds first: files are gone by the hundred.
_MOST: Final = 200
_KINDS: Final = ("module", "log-type", "query", "detection", "file")


class Causes(NamedTuple):
    """The paths that a change wrote, the names it took away, and the jobs by the path of their spec."""

    changed: frozenset[str] = frozenset()
    losses: tuple[Loss, ...] = ()
    jobs: Mapping[str, Job] = {}

    def is_touched(self, spec: Spec) -> bool:
        """Whether a spec or its own body changed."""
        return spec.path in self.changed or (not spec.base and spec.body in self.changed)

    def list_changed(self, spec: Spec) -> tuple[str, ...]:
        """The changed files that a spec loads, without itself and its own body."""
        job = self.jobs.get(spec.path)
        own = {spec.path} if spec.base else {spec.path, spec.body}
        return tuple(sorted(job.group - own)) if job else ()

    def list_lost(self, spec: Spec, project: Project) -> tuple[str, ...]:
        """The names that a spec needs and that are gone."""
        if not self.losses:
            return ()
        needed = _list_needed(spec, project)
        return tuple(loss.name for loss in self.losses if loss.name in needed)


def find_losses(search: Search, base: Search, changes: ChangeSet, before: frozenset[str]) -> tuple[Loss, ...]:
    """The names that changed files provided on the base, and that no file provides now."""
    moved = {old: path for path, old in changes.renames.items()}
    now = {path: search.node(moved.get(path, path)).provides for path in base.files}
    gone = sorted(before.difference(*now.values()), key=_weigh)[:_MOST]
    found = []
    for name in gone:
        if not any(search.providers(name)):
            path = next(path for path in base.files if name in base.node(path).provides)
            found.append(_describe(name, path, moved.get(path, path), search))
    return tuple(found)


def _weigh(name: str) -> tuple[int, str]:
    return _KINDS.index(name.partition(":")[0]), name


def find_changed_lines(
    files: Mapping[str, bytes], changes: ChangeSet, paths: Iterable[str]
) -> dict[str, int]:
    """The first line of each changed file that differs from the base; 1 for a new file."""
    olds = changes.renames
    return {
        path: _find_line(changes.base_files.get(olds.get(path, path), b""), files[path])
        for path in sorted(paths)
    }


def _find_line(before: bytes, now: bytes) -> int:
    old, new = before.splitlines(), now.splitlines()
    pairs = enumerate(zip(old, new, strict=False), 1)
    first = next((number for number, (was, line) in pairs if was != line), min(len(old), len(new)) + 1)
    return max(1, min(first, len(new)))


def _describe(name: str, path: str, now: str, search: Search) -> Loss:
    kind = name.partition(":")[0]
    if now not in search.files:
        return Loss(name, path)
    instead = sorted(each for each in search.node(now).provides if each.partition(":")[0] == kind)
    return Loss(name, path, now, tuple(instead))


def _list_needed(spec: Spec, project: Project) -> set[str]:
    """Every name that a spec needs, through its bases and the globals that it imports."""
    chain: Sequence[Spec] = (spec, *project.bases(spec))
    needed = {name for each in chain for name in project.search.node(each.path).requires}
    needed |= {f"log-type:{each}" for each in find_stated_log_types(spec)}
    own = [path for each in chain if (path := each.body)]
    helpers = (helper.path for helper in find_helpers(project, own))
    return needed | {f"module:{name}" for name in _list_modules(project, (*own, *helpers))}


def _list_modules(project: Project, paths: Iterable[str]) -> set[str]:
    return {name for path in paths if (body := project.body(path)) for name in body.modules}
