"""What of a repository is judged: selected by what changed, read, and filtered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.errors import InputError
from panther_ci.model import Change, ChangeKind, ChangeSet, Finding, LeftOut, Selection, Spec
from panther_ci.naming import Named, keep_cases, refuse_unread, restrict_to_named
from panther_ci.repository.refusals import show_path
from panther_ci.repository.selection import find_changed, select
from panther_ci.specs.assembly import find_needed, resolve
from panther_ci.specs.checks import CheckSettings
from panther_ci.specs.filters import Filter
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.project import Project, load_project
from panther_ci.specs.search import Memory, Search


@dataclass(frozen=True)
class Request:
    """What is to be judged: the bytes, what changed, and how strict to be.

    `files` has all that may be needed; only what is in the folder `within` is judged.
    `read_findings` are about files that can't be read, and reported only if the run is about these files;
    `package_findings` concern all bodies, so they are always reported. `destinations` are those of the
    deployment; none if they are not known. `left_out` is not part of `files`; `unnamed` are the bodies of
    specs that are left out. With `fail_on_new`, what is wrong on the base too does not reject. `alerts` says
    of which detections the report shows the alerts: all, changed or none. What is `named` is judged wherever
    it is, and nothing else. A `memory` has what is known of the files already.
    """

    files: Mapping[str, bytes]
    comparison: ChangeSet
    read_findings: tuple[Finding, ...] = ()
    package_findings: tuple[Finding, ...] = ()
    settings: CheckSettings = field(default_factory=CheckSettings)
    filter: Filter = field(default_factory=Filter)
    skip_disabled: bool = False
    trusted: bool = False
    destinations: tuple[str, ...] = ()
    within: str = "."
    left_out: tuple[LeftOut, ...] = ()
    unnamed: frozenset[str] = frozenset()
    fail_on_new: bool = False
    alerts: str = "changed"
    named: Named = field(default_factory=Named)
    memory: Memory | None = None

    def covers(self, path: str) -> bool:
        """Whether a path is in the folder that is judged."""
        return self.within == "." or path == self.within or path.startswith(f"{self.within}/")


@dataclass(frozen=True)
class Scope:
    """What of a request is judged: the specs chosen of a project, and what else is packed with them."""

    search: Search
    base: Search
    before: frozenset[str]
    selection: Selection
    former: frozenset[str]
    project: Project
    chosen: Sequence[Spec]
    needed: Project

    @classmethod
    def of(cls, request: Request) -> "Scope":
        """Select and read.

        Raises `InputError` for a name of nothing, and where the filter matches nothing of what is asked for.
        """
        search = Search(request.files, memory=request.memory)
        base = Search(request.comparison.base_files)
        before = base.names()
        affected = select_files(search, request.comparison, before)
        affected = include_queries(affected, search, base, request.comparison.changes)
        affected = include_rivals(affected, search, request)
        by_name = bool(request.named.specs)
        refuse_unread(request.named, request.read_findings)
        selection = (
            restrict_to_named(affected, search, request.named) if by_name else restrict(affected, request)
        )
        former = find_former(request.comparison.changes, base)
        project = load_project(search, selection.reasons, SpecLoader(former, request.within != "."))
        chosen = keep_cases(choose(project, request.filter), request.named.cases)
        if request.comparison.judge_all_reason and project.selected:
            require_match(chosen, project, request.filter)
        needed = load_needed(request, project, chosen, affected)
        return cls(search, base, before, selection, former, project, chosen, needed)


def choose(project: Project, wanted: Filter) -> list[Spec]:
    """The selected specs that match a filter, and their bases; globals and data models always."""
    whole = [resolve(project, spec) for spec in project.selected]
    matching = [spec for spec in whole if wanted.matches(spec)]
    paths = {spec.path for spec in matching}.union(
        *({base.path for base in project.bases(spec)} for spec in matching)
    )
    return [spec for spec in whole if spec.path in paths or spec.type.kind.shared]


def require_match(chosen: Iterable[Spec], project: Project, wanted: Filter) -> None:
    """Raise `InputError` if no spec matches the filter; globals and data models count only if they do."""
    if not any(wanted.matches(resolve(project, spec)) for spec in chosen):
        raise InputError("filter: no spec matches it.", "Compare its values with those of your specs.")


def restrict(selection: Selection, request: Request) -> Selection:
    """What of a selection is in the folder that is judged."""
    reasons = {path: why for path, why in selection.reasons.items() if request.covers(path)}
    return selection if request.within == "." else replace(selection, reasons=reasons)


def load_needed(request: Request, project: Project, chosen: Iterable[Spec], affected: Selection) -> Project:
    """What the specs chosen need although it is not selected, as a project to be checked.

    Of what a change does not affect, there is nothing to be said.
    """
    if request.named.specs:
        return project.of_needed
    if request.within == ".":
        return Project(project.search, frozenset(), {}, ())
    paths = find_needed(project, chosen) - {spec.path for spec in chosen}
    return load_project(project.search, paths & affected.reasons.keys())


def select_files(search: Search, comparison: ChangeSet, before: frozenset[str]) -> Selection:
    """What the changes affect; `before` are the names that changed files provided before."""
    if reason := comparison.judge_all_reason:
        return Selection(dict.fromkeys(search.files, (reason,)), reason)
    return select(search, comparison.changes, before)


def include_queries(
    selection: Selection, search: Search, base: Search, changes: Iterable[Change]
) -> Selection:
    """A selection with the queries of the rules that changed, or that these had on the base.

    A rule says which queries it uses, so only a change of the rule shows that a query is used no longer.
    """
    if selection.judge_all_reason:
        return selection
    changed = sorted(find_changed(search.specs, changes))
    now = ((path, search.outline(path)) for path in changed)
    before = ((path, base.outline(path)) for path in base.specs)
    found: dict[str, tuple[str, ...]] = {}
    for path, rule in (*before, *now):
        for query in rule.queries if rule else ():
            reason = f"is or was used by `{show_path(path)}`, which changed"
            found |= dict.fromkeys(search.providers(f"query:{query}"), (reason,))
    return replace(selection, reasons={**found, **selection.reasons})


def include_rivals(selection: Selection, search: Search, request: Request) -> Selection:
    """A selection with what a change is in conflict with, where its own files may not be reported."""
    changed = find_changed(search.files, request.comparison.changes) if not selection.judge_all_reason else ()
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(changed):
        if request.filter.terms or not request.covers(path):
            reason = f"has a name in common with `{show_path(path)}`, which changed"
            found |= dict.fromkeys(search.rivals(path), (reason,))
    return replace(selection, reasons={**found, **selection.reasons})


def find_former(changes: Iterable[Change], base: Search) -> frozenset[str]:
    """The paths of what was a spec before the change: its own, or where it was renamed to; for one that was
    deleted, those of new files beside it with another suffix."""
    found: set[str] = set()
    known = tuple(changes)
    new = {change.path for change in known if change.kind in (ChangeKind.ADDED, ChangeKind.RENAMED)}
    for change in known:
        if base.outline(change.old_path or change.path):
            stem = change.path.rpartition(".")[0]
            is_gone = change.kind is ChangeKind.DELETED
            found |= new.intersection(stem + suffix for suffix in SPEC_SUFFIXES) if is_gone else {change.path}
    return frozenset(found)
