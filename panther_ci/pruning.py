"""Keeps the manifest of a deployment while the next one is made, and deletes what that leaves behind.

The upload is noted before it begins, confirmed when it has ended, and each deletion is noted when it is done.
A process that is killed in between leaves a manifest that names all there may be, and the next one goes on.
"""

import shlex
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from panther_ci.errors import DeploymentError, InputError
from panther_ci.ledger import Ledger, Leftovers, compare, describe_unsure, find_leftovers
from panther_ci.packaging.record import QUERIES, Entry, Key, list_entries

if TYPE_CHECKING:
    from panther_ci.deployments.base import Deletion, Deployment, Plan, TypePlan
    from panther_ci.inputs import Inputs
    from panther_ci.model import Archive
    from panther_ci.repository.git import Repository


class Pruned(NamedTuple):
    """What was deleted, what was not there any more, and what was there and is not deleted."""

    deleted: "Deletion"
    absent: "Deletion"
    refused: "Deletion"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The manifest, what is packed beside what it names, and what the inputs `prune` and `deployment` say."""

    ledger: Ledger
    target: "Deployment"
    mode: str
    deployment: str
    packed: tuple[Entry, ...] = ()
    leftovers: Leftovers = field(default_factory=Leftovers)

    @classmethod
    def open(cls, inputs: "Inputs", ledger: Ledger, target: "Deployment") -> "Upkeep":
        """The upkeep of a manifest, before anything is packed; raises `InputError` if it can't be kept."""
        ledger.require_target(target.target)
        if inputs.prune == "delete" and not target.deletes:
            raise InputError(
                f"prune: delete is not possible: {target.target} can't delete.",
                "Use `prune: report`; deployments since Panther 1.16 can, with `wire: bulk-upload`.",
            )
        return cls(ledger, target, inputs.prune, inputs.deployment)

    def pack(self, archives: "Sequence[Archive]", kept: Set[Key], repository: "Repository") -> "Upkeep":
        """The same with what is packed; `kept` are keys of what the repository surely has."""
        packed = list_entries(archives)
        left = (
            Leftovers()
            if self.mode == "off"
            else find_leftovers(self.ledger.record, packed, kept, repository)
        )
        return replace(self, packed=packed, leftovers=left)

    def describe(self, plan: "Plan") -> "Plan":
        """A plan with what the manifest knows; what a deployment says of its own state counts more."""
        record = self.ledger.record
        deletable = self._list_deletable() if self.mode == "delete" else frozenset()
        known = plan.types and tuple(_add_leftovers(each, self.leftovers, deletable) for each in plan.types)
        before = f"with the deployment of {record.commit[:12]}" if record.commit else "with an empty one"
        if self.ledger.exists:
            note = f"Compared {before}, by {self.ledger.path}."
        else:
            note = f"{self.ledger.path} does not exist yet, so it is taken for the first deployment."
        return replace(
            plan,
            types=known or compare(record, self.packed, self.leftovers, deletable),
            unseen="",
            notes=(*([] if known else [note]), *describe_unsure(record)),
        )

    def start(self) -> "Upkeep":
        """Note that the upload begins; raises `InputError` if it can't be noted.

        What a mere archive contains was not deployed by anybody: nothing of it may be deleted one day.
        """
        self.ledger.require_deployed()
        record = self.ledger.record.begin(self.target.target, self.packed)
        return replace(self, ledger=self.ledger.save(record))

    def finish(self, commit: str, version: str) -> "Upkeep":
        """Note that the upload has ended well."""
        record = self.ledger.record.finish(self.packed, commit, version)
        return replace(self, ledger=self.ledger.save(record))

    def prune(self) -> Pruned:
        """Delete what is gone from the repository and was surely deployed, and note each deletion.

        Raises `DeploymentError`; what was deleted until then is noted.
        """
        from panther_ci.deployments import deletion
        from panther_ci.deployments.base import Deletion

        wanted = deletion.sort_by_operation((entry.type, entry.id) for entry in self.leftovers.gone)
        keeper, deleted = self, Deletion()
        try:
            there = deletion.preview(self.target, wanted).found
            absent = wanted.without(there)
            keeper = keeper._forget(absent)
            for gone in deletion.delete(self.target, there):
                keeper, deleted = keeper._forget(gone), deleted.plus(gone)
        except DeploymentError as error:
            message = f"The upload succeeded, and what was left behind is not deleted. {error.message}"
            raise DeploymentError(message, error.hint) from error
        return Pruned(deleted, absent, there.without(deleted))

    def _forget(self, gone: "Deletion") -> "Upkeep":
        """Note that this is not there any more."""
        keys = {("", id) for id in gone.detections} | {(QUERIES, name) for name in gone.queries}
        if not keys:
            return self
        return replace(self, ledger=self.ledger.save(self.ledger.record.without(keys)))

    def _list_deletable(self) -> frozenset[Key]:
        from panther_ci.deployments.base import DELETED_BY_ID, DELETED_BY_NAME

        kinds = DELETED_BY_ID | DELETED_BY_NAME
        return frozenset(entry.key for entry in self.leftovers.gone if entry.type in kinds)


def describe_leftovers(leftovers: Leftovers, pruned: Pruned | None, deployment: str) -> Iterator[str]:
    """What earlier uploads to a deployment left, in lines; none if they left nothing."""
    if pruned:
        yield from (f"- {id}: deleted, as the repository no longer has it" for id in _all(pruned.deleted))
        yield from (f"- {id}: it was not there any more" for id in _all(pruned.absent))
        yield from (f"! {id}: it remains, as the deployment did not delete it" for id in _all(pruned.refused))
    handled = set(_keys(pruned)) if pruned else set()
    for entry in leftovers.gone:
        if entry.key not in handled:
            yield f"! {entry.type} {entry.id}: it remains deployed; {_next_step(entry, deployment)}"
    for entry in leftovers.held:
        yield f"! {entry.type} {entry.id}: it remains deployed; the repository has it, this upload has not"
    for entry in leftovers.unsure:
        yield f"? {entry.type} {entry.id}: an upload that did not end well may have left it there"


def _next_step(entry: Entry, deployment: str) -> str:
    from panther_ci.deployments.base import DELETED_BY_ID, DELETED_BY_NAME

    if entry.type in DELETED_BY_ID:
        return f"`panther-ci delete --deployment {deployment} {shlex.quote(entry.id)}` deletes it"
    if entry.type in DELETED_BY_NAME:
        name = shlex.quote(entry.id)
        return f"`panther-ci delete --deployment {deployment} --query {name}` deletes it"
    return "no operation deletes this kind, so delete it in Panther itself"


def _keys(pruned: Pruned) -> Iterator[Key]:
    for each in pruned:
        yield from (("", id) for id in each.detections)
        yield from ((QUERIES, name) for name in each.queries)


def _all(deletion: "Deletion") -> tuple[str, ...]:
    return (*deletion.detections, *(f"query {name}" for name in deletion.queries))


def _add_leftovers(plan: "TypePlan", leftovers: Leftovers, deletable: Set[Key]) -> "TypePlan":
    """A plan of a deployment that knows its state, with what the manifest says of what it leaves."""
    held = {entry.id for entry in leftovers.held if entry.type.value == plan.type}
    deleted = {each.id for each in leftovers.gone if each.type.value == plan.type and each.key in deletable}
    return replace(
        plan,
        remaining=tuple(id for id in plan.remaining if id not in held | deleted),
        held=tuple(id for id in plan.remaining if id in held),
        deleted=tuple(id for id in plan.remaining if id in deleted),
    )
