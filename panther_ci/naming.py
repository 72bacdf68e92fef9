"""What a user names on the command line: the specs and the cases that are judged, and no others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from panther_ci.errors import InputError
from panther_ci.model import Change, ChangeKind, Finding, Selection, Spec
from panther_ci.repository.refusals import show_path
from panther_ci.repository.selection import select
from panther_ci.specs.named import find_named, find_near, place_name
from panther_ci.specs.search import Search


class Named(NamedTuple):
    """Specs by ids or paths, which are seen from `folder`, and cases by their names; without any, all."""

    specs: tuple[str, ...] = ()
    folder: str = "."
    cases: tuple[str, ...] = ()


def refuse_unread(named: Named, findings: Iterable[Finding]) -> None:
    """Raise `InputError` for a path that is named and could not be read."""
    unread = {finding.location.path: finding for finding in findings}
    for name in named.specs:
        path = show_path(place_name(named.folder, name))
        if path in unread:
            raise InputError(f"{name}: {unread[path].message}", unread[path].hint)


def restrict_to_named(selection: Selection, search: Search, named: Named) -> Selection:
    """What of a selection is named; raises `InputError` for a name of nothing.

    What has no cases itself, as a global, is judged with everything that depends on it.
    """
    paths = find_named(search, named.specs, named.folder)
    shared = [path for path in paths if _has_no_cases(search, path)]
    dependent = select(search, (Change(path, ChangeKind.MODIFIED) for path in shared), frozenset())
    wanted = {*paths, *dependent.reasons}
    reasons = {path: why for path, why in selection.reasons.items() if path in wanted}
    return replace(selection, reasons=reasons)


def keep_cases(specs: Iterable[Spec], names: Sequence[str]) -> list[Spec]:
    """The specs with those of their cases that have one of the names; raises `InputError` for one of none."""
    whole = list(specs)
    if not names or not whole:
        return whole
    known = {case.name for spec in whole for case in spec.cases}
    for name in names:
        if name not in known:
            near = find_near(name, known)
            hint = f"Did you mean `{near}`?" if near else "Compare it with the names in `Tests`."
            raise InputError(f"No case has the name `{name}`.", hint)
    return [choose_cases(spec, names) for spec in whole]


def choose_cases(spec: Spec, names: Sequence[str]) -> Spec:
    """A spec with those of its cases that have one of the names; without names, with all."""
    return replace(spec, cases=tuple(case for case in spec.cases if not names or case.name in names))


def _has_no_cases(search: Search, path: str) -> bool:
    outline = search.outline(path)
    return outline is not None and not (outline.type and outline.type.judged)
