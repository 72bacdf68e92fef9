"""What changed in a repository, what that touches, takes away and does when merged, and what is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import NamedTuple


class Node(NamedTuple):
    """A file as selection sees it: the names it provides and the names it needs.

    A name is `kind:value`: `file:<path>`, `module:<GlobalID>`, `log-type:<type>` (provided by data
    models), `detection:<id>`, `query:<name>`. Every file provides `file:<its path>`.
    """

    path: str
    provides: frozenset[str]
    requires: frozenset[str]


class ChangeKind(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class Change(NamedTuple):
    """A changed path; `old_path` is where a renamed file was."""

    path: str
    kind: ChangeKind
    old_path: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """What to compare, before git was asked: the checkout with an older commit.

    With `judge_all_reason` set, nothing is compared, and that is the reason. If the head is the merge of
    `merge_of` into another branch, it is compared with that branch, its first parent. Otherwise it is
    compared with `base`, or with where it left `base` if `merge_base` is set. An empty `base` stands
    for the repository's main branch. A checkout that does not contain the commit `must_contain` is
    refused. With `staged`, the index is compared instead of the work tree. With `of_origin`, a branch
    that `base` names is that of the remote `origin`, not a local one.
    """

    base: str = ""
    merge_of: str = ""
    merge_base: bool = False
    judge_all_reason: str = ""
    must_contain: str = ""
    staged: bool = False
    of_origin: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What git answered: the commits that were compared, and what changed between them.

    `judge_all_reason` is why everything is judged (no base, or asked for); empty when the changes are known.
    `base_files` has the old bytes of changed files, by their old path. `notes` say what else counts as
    changed, and why.
    """

    head: str = ""
    base: str = ""
    changes: tuple[Change, ...] = ()
    base_files: Mapping[str, bytes] = field(default_factory=dict)
    judge_all_reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def renames(self) -> dict[str, str]:
        """The paths of renamed files, each with the one before."""
        return {each.path: each.old_path for each in self.changes if each.kind is ChangeKind.RENAMED}


@dataclass(frozen=True, slots=True)
class Selection:
    """The files to judge, each with the reasons why; `judge_all_reason` says why all of them are."""

    reasons: Mapping[str, tuple[str, ...]]
    judge_all_reason: str = ""


class Omission(StrEnum):
    """Why files are left out of a run."""

    EXCLUDED = "excluded"
    TEMPLATES = "templates"
    ENVIRONMENT = "environment"


class LeftOut(NamedTuple):
    """Files that a run ignores: `by` is the pattern or folder; those of an environment are not counted."""

    why: Omission
    by: str
    files: int = 0


class Loss(NamedTuple):
    """A name such as `module:x` that a change took away: `path` provided it, and is at `now` if it still is.

    `renamed` are the names of the same kind that the file at `now` provides instead.
    """

    name: str
    path: str
    now: str = ""
    renamed: tuple[str, ...] = ()


class EffectKind(StrEnum):
    """What merging a change does to what is deployed; what is done to one file is sorted by these names."""

    ADDED = auto()
    REMOVED = auto()
    ID = auto()
    STATUS = auto()
    ENABLED = auto()
    SEVERITY = auto()


class Effect(NamedTuple):
    """One thing that merging does to a spec: `before` and `now` are the values of what changed."""

    kind: EffectKind
    type: str
    id: str
    path: str
    before: str
    now: str


class Merging(NamedTuple):
    """How many specs merging a change adds to what was last deployed, changes there, and leaves behind."""

    adds: int
    changes: int
    leaves: int
