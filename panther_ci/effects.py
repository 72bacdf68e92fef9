"""What merging a change does to what is deployed, from the changed specs alone; uploads never delete."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from panther_ci.kinds import AnalysisType
from panther_ci.model import ChangeSet, Effect, EffectKind, Spec
from panther_ci.specs.project import Project

# Specs by what a deployment knows them by.
_Known: TypeAlias = Mapping[tuple[AnalysisType, str], Spec]


def find_effects(before: Iterable[Spec], project: Project, changes: ChangeSet) -> tuple[Effect, ...]:
    """The effects of a change, in the order of the files; `before` are the specs that it wrote or deleted."""
    old = _index(before)
    changed = {change.path for change in changes.changes}
    new = _index(spec for spec in project.selected if spec.path in changed)
    moved = {old: path for path, old in changes.renames.items()}
    renamed = dict(_find_renamed(old, new, moved))
    found = [*_compare(old, new), *renamed.values()]
    lost = {key: old[key] for key in old.keys() - new.keys() - renamed.keys()}
    found += _find_gone({key: spec for key, spec in lost.items() if _is_known(spec, moved, project)}, project)
    taken = {(effect.type, effect.now) for effect in renamed.values()}
    added = (spec for key, spec in new.items() if key not in old and key not in taken)
    found += [_effect(EffectKind.ADDED, spec, now=_status(spec)) for spec in added]
    return tuple(sorted(found, key=lambda effect: (effect.path, effect.kind)))


def _index(specs: Iterable[Spec]) -> _Known:
    return {(spec.type, spec.id): spec for spec in specs}


def _effect(kind: EffectKind, spec: Spec, before: str = "", now: str = "") -> Effect:
    return Effect(kind, spec.type, spec.id, spec.path, before, now)


def _find_renamed(
    old: _Known, new: _Known, moved: Mapping[str, str]
) -> Iterator[tuple[tuple[AnalysisType, str], Effect]]:
    """The specs that have another id now, in the same file."""
    now = {spec.path: spec for key, spec in new.items() if key not in old}
    for key, spec in old.items():
        other = now.get(moved.get(spec.path, spec.path))
        if key not in new and other is not None and other.type is spec.type:
            yield key, _effect(EffectKind.ID, other, spec.id, other.id)


def _is_known(spec: Spec, moved: Mapping[str, str], project: Project) -> bool:
    """Whether it is known what became of a spec: not of a file that is there and can't be read as one now."""
    path = moved.get(spec.path, spec.path)
    return path not in project.files or path in project.specs


def _find_gone(lost: _Known, project: Project) -> Iterator[Effect]:
    """The specs that no file has any more."""
    for spec in lost.values():
        others = (project.search.outline(path) for path in project.search.providers(f"detection:{spec.id}"))
        if not any(other and other.type is spec.type for other in others):
            yield _effect(EffectKind.REMOVED, spec)


def _compare(old: _Known, new: _Known) -> Iterator[Effect]:
    """What changed in the specs that are there before and after."""
    for key, now in new.items():
        if before := old.get(key):
            pairs = (
                (EffectKind.STATUS, _status(before), _status(now)),
                (EffectKind.ENABLED, _enabled(before), _enabled(now)),
                (EffectKind.SEVERITY, _text(before, "Severity"), _text(now, "Severity")),
            )
            yield from (_effect(kind, now, was, is_now) for kind, was, is_now in pairs if was != is_now)


def _enabled(spec: Spec) -> str:
    return "enabled" if spec.enabled else "disabled"


def _status(spec: Spec) -> str:
    return _text(spec, "Status").lower()


def _text(spec: Spec, key: str) -> str:
    value = spec.fields.get(key)
    return value if isinstance(value, str) else ""
