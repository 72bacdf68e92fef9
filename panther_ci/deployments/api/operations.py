"""The requests that are sent to the API, in GraphQL.

Their names and shapes are those of Panther's published schema and of panther_analysis_tool 1.11.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

# How the API counts what it took, and how the answers of other deployments call the same.
FAMILIES: Final = {
    "correlationRules": "CorrelationRules",
    "dataModels": "DataModels",
    "globalHelpers": "Globals",
    "lookupTables": "LookupTables",
    "policies": "Policies",
    "queries": "Queries",
    "rules": "Rules",
    "scheduledPrompts": "ScheduledPrompts",
}
# Older deployments do not count these.
RECENT_FAMILIES: Final = frozenset({"scheduledPrompts"})
COUNTS: Final = ("new", "modified", "total")


class Operation(NamedTuple):
    """A request: its text, the field of the answer that it is about, and whether it changes anything."""

    text: str
    field: str
    changes: bool = False


VERSION: Final = Operation("query Version { generalSettings { pantherVersion } }", "generalSettings")
# Only the names of fields: far less than what a full introspection answers.
CAPABILITIES: Final = Operation(
    """query Capabilities {
  __schema { queryType { fields { name } } mutationType { fields { name } } }
  __type(name: "UploadDetectionEntitiesOutput") { fields { name } }
}""",
    "__schema",
)
UPLOAD: Final = Operation(
    """mutation Upload($input: UploadDetectionEntitiesAsyncInput!) {
  uploadDetectionEntitiesAsync(input: $input) { receiptId }
}""",
    "uploadDetectionEntitiesAsync",
    changes=True,
)
VALIDATE: Final = Operation(
    """mutation Validate($input: ValidateBulkUploadInput!) {
  validateBulkUpload(input: $input) { receiptId }
}""",
    "validateBulkUpload",
    changes=True,
)
VALIDATE_STATUS: Final = Operation(
    """query ValidateStatus($receipt: ID!) {
  validateBulkUploadStatus(receiptId: $receipt) { status error result { issues { path errorMessage } } }
}""",
    "validateBulkUploadStatus",
)


def upload_status(counted: Collection[str]) -> Operation:
    """The state of an upload, with the counts of these families."""
    text = f"""query UploadStatus($receipt: ID!) {{
  detectionEntitiesUploadStatus(receiptId: $receipt) {{ status error result {{ {_select(counted)} }} }}
}}"""
    return Operation(text, "detectionEntitiesUploadStatus")


def upload_at_once(counted: Collection[str]) -> Operation:
    """An upload whose answer comes when all is done, with the counts of these families."""
    text = f"""mutation Upload($input: UploadDetectionEntitiesInput!) {{
  uploadDetectionEntities(input: $input) {{ {_select(counted)} }}
}}"""
    return Operation(text, "uploadDetectionEntities", changes=True)


def _select(counted: Collection[str]) -> str:
    return " ".join(f"{name} {{ {' '.join(COUNTS)} }}" for name in sorted(counted))
