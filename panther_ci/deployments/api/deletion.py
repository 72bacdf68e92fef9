"""Deletes detections and saved queries by the API, and never asks for the same deletion again by itself."""

from collections.abc import Mapping
from typing import Final

from panther_ci.deployments.api.client import Fate, RequestError, as_mapping
from panther_ci.deployments.api.exchange import Exchange
from panther_ci.deployments.api.operations import Operation
from panther_ci.deployments.base import Deleted, Deletion
from panther_ci.deployments.deletion import AGAIN
from panther_ci.errors import DeploymentError
from panther_ci.model import Json

_DETECTIONS: Final = Operation(
    """mutation DeleteDetections($input: DeleteDetectionsInput!) {
  deleteDetections(input: $input) { ids savedQueryNames }
}""",
    "deleteDetections",
)
_QUERIES: Final = Operation(
    """mutation DeleteQueries($input: DeleteSavedQueriesByNameInput!) {
  deleteSavedQueriesByName(input: $input) { names detectionIDs }
}""",
    "deleteSavedQueriesByName",
)


def delete(exchange: Exchange, wanted: Deletion, dry_run: bool) -> Deleted:
    """Delete what is wanted, or say what there is of it; raises `DeploymentError` with what is known.

    A dry run also asks for what is linked, which the API names only where it would delete it too.
    """
    if wanted.detections:
        variables: dict[str, Json] = {"ids": [*wanted.detections], "includeSavedQueries": dry_run}
        answer = _ask(exchange, _DETECTIONS, variables, dry_run)
        return Deleted(Deletion(_texts(answer, "ids")), Deletion((), _texts(answer, "savedQueryNames")))
    answer = _ask(exchange, _QUERIES, {"names": [*wanted.queries], "includeDetections": dry_run}, dry_run)
    return Deleted(Deletion((), _texts(answer, "names")), Deletion(_texts(answer, "detectionIDs")))


def _ask(
    exchange: Exchange, operation: Operation, variables: Mapping[str, Json], dry_run: bool
) -> Mapping[str, Json]:
    """The answer to one request; a dry run changes nothing, so it may be sent again."""
    asked = operation._replace(changes=not dry_run)
    try:
        reply = exchange.ask(asked, {"input": {**variables, "dryRun": dry_run}})
    except RequestError as error:
        if error.fate is not Fate.UNSURE or dry_run:
            raise
        raise DeploymentError(error.message, f"Whether these were deleted is unknown. {AGAIN}") from None
    answer = as_mapping(reply.data[operation.field])
    if not isinstance(answer.get(next(iter(variables))), list):
        message = f"{exchange.client.settings.target} does not say what it found."
        raise DeploymentError(
            message, AGAIN if dry_run else f"Whether these were deleted is unknown. {AGAIN}"
        )
    return answer


def _texts(answer: Mapping[str, Json], name: str) -> tuple[str, ...]:
    values = answer.get(name)
    return tuple(each for each in values if isinstance(each, str)) if isinstance(values, list) else ()
