"""Deletes in requests of limited size: first it is asked what there is, then only that is deleted."""

from collections.abc import Iterable, Iterator

from panther_ci.deployments.base import (
    DELETED_BY_ID,
    DELETED_BY_NAME,
    LARGEST_DELETION,
    Deleted,
    Deletion,
    Deployment,
)
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.kinds import AnalysisType

AGAIN = "Run the same again: it asks first what is still there, and deletes only that."


def sort_by_operation(ids: Iterable[tuple[AnalysisType, str]]) -> Deletion:
    """What can be deleted of these specs; the others have no operation that deletes them."""
    listed = tuple(ids)
    return Deletion(
        tuple(id for kind, id in listed if kind in DELETED_BY_ID),
        tuple(id for kind, id in listed if kind in DELETED_BY_NAME),
    )


def split(wanted: Deletion) -> Iterator[Deletion]:
    """The same in parts for one request each; detections come first, since they use queries."""
    for start in range(0, len(wanted.detections), LARGEST_DELETION):
        yield Deletion(wanted.detections[start : start + LARGEST_DELETION])
    for start in range(0, len(wanted.queries), LARGEST_DELETION):
        yield Deletion((), wanted.queries[start : start + LARGEST_DELETION])


def preview(target: Deployment, wanted: Deletion) -> Deleted:
    """What there is of what is wanted, and what is linked to it, with nothing changed.

    Raises `DeploymentError`.
    """
    found, linked = Deletion(), Deletion()
    for part in split(wanted):
        try:
            answer = target.delete(part, dry_run=True)
        except DeploymentError as error:
            raise DeploymentError(f"Nothing was deleted. {error.message}", error.hint) from error
        found = found.plus(_limit(answer.found, part))
        linked = linked.plus(answer.linked)
    return Deleted(found, linked.without(wanted))


def delete(target: Deployment, wanted: Deletion) -> Iterator[Deletion]:
    """Delete what was found, and say after each request what of it is gone.

    Raises `DeploymentError` for the request that fails, with how much was deleted before it.
    """
    done, total = 0, len(wanted.detections) + len(wanted.queries)
    for part in split(wanted):
        try:
            gone = _limit(target.delete(part, dry_run=False).found, part)
        except DeploymentError as error:
            raise DeploymentError(
                f"{done} of {total} were deleted before this. {error.message}", error.hint or AGAIN
            ) from error
        except Interrupted as stop:
            message = f"Stopped by {stop} during a deletion, after {done} of {total} were deleted."
            raise DeploymentError(message, f"Whether the next were is unknown. {AGAIN}") from None
        done += len(gone.detections) + len(gone.queries)
        yield gone


def _limit(answered: Deletion, asked: Deletion) -> Deletion:
    """What was asked for of what is in an answer."""
    detections, queries = set(answered.detections), set(answered.queries)
    return Deletion(
        tuple(id for id in asked.detections if id in detections),
        tuple(name for name in asked.queries if name in queries),
    )
