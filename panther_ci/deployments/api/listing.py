"""Reads what is in a deployment, page by page, by its REST API; nothing is changed.

Paths, parameters and names are those of the published description (panther-labs/mcp-panther,
docs/panther_open_api_v3_spec.yaml). It has no lists of correlation rules, packs, lookup tables and prompts.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from panther_ci.deployments.api.client import RequestError
from panther_ci.deployments.api.exchange import Exchange
from panther_ci.errors import DeploymentError
from panther_ci.kinds import AnalysisType
from panther_ci.model import Json

# The types of spec in each list, the usual one first, and by what they are known there.
LISTS: Final[Mapping[str, tuple[tuple[AnalysisType, ...], str]]] = {
    "/rules": ((AnalysisType.RULE,), "id"),
    "/simple-rules": ((AnalysisType.RULE, AnalysisType.SCHEDULED_RULE), "id"),
    "/scheduled-rules": ((AnalysisType.SCHEDULED_RULE,), "id"),
    "/policies": ((AnalysisType.POLICY,), "id"),
    "/globals": ((AnalysisType.GLOBAL,), "id"),
    "/data-models": ((AnalysisType.DATAMODEL,), "id"),
    "/queries": ((AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY), "name"),
}
READABLE: Final = frozenset(kind for kinds, _ in LISTS.values() for kind in kinds)
# The page that is asked for, and the most that one list may have: 500,000 entries.
_PAGE: Final = 100
_MOST_PAGES: Final = 5000
_PERMISSION_HINT: Final = "Give the API token the permissions to read rules, policies, queries and globals."


class Listed(NamedTuple):
    """An entry of a list: the types of spec that it may be, its id, and all that is said of it."""

    types: tuple[AnalysisType, ...]
    id: str
    fields: Mapping[str, Json]

    @property
    def key(self) -> tuple[str, str]:
        """The table and the id that it is stored under."""
        return self.types[0].kind.table, self.id


class Listing(NamedTuple):
    """What was listed, by key, and which lists the deployment does not have."""

    entries: Mapping[tuple[str, str], Listed]
    lacking: tuple[str, ...] = ()


def list_everything(exchange: Exchange) -> Listing:
    """All entries of all lists; raises `DeploymentError` unless each is read whole."""
    found: dict[tuple[str, str], Listed] = {}
    lacking = []
    for path, (kinds, name) in LISTS.items():
        try:
            for entry in _read_list(exchange, path):
                id = entry.get(name)
                if isinstance(id, str):
                    listed = Listed(kinds, id, entry)
                    found.setdefault(listed.key, listed)
        except RequestError as error:
            if not error.details.unsupported:
                hint = _PERMISSION_HINT if error.details.denied else error.hint
                raise DeploymentError(f"{path} can't be read. {error.message}", hint) from None
            lacking.append(path)
    return Listing(found, tuple(lacking))


def _read_list(exchange: Exchange, path: str) -> Iterator[Mapping[str, Json]]:
    """The entries of one list; raises `DeploymentError` if its pages do not end."""
    cursor, seen = "", {""}
    for _ in range(_MOST_PAGES):
        page = exchange.read(path, {"limit": str(_PAGE), **({"cursor": cursor} if cursor else {})})
        results, following = page.get("results"), page.get("next")
        if not isinstance(results, list):
            raise DeploymentError(f"{path} can't be read: a page has no results.", "Check PANTHER_API_HOST.")
        yield from (each for each in results if isinstance(each, dict))
        if not isinstance(following, str) or not following:
            return
        if following in seen:
            break
        cursor = following
        seen.add(cursor)
    raise DeploymentError(f"{path} can't be read: its pages do not end.", "Report this to Panther's support.")
