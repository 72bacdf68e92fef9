"""What the stand-in keeps: entities, uploads and their receipts, faults that are planned, and who called."""

import base64
import binascii
import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from panther_ci.deployments.api.operations import COUNTS, FAMILIES
from panther_ci.deployments.base import DELETED_BY_ID, DELETED_BY_NAME
from panther_ci.deployments.local.acceptance import (
    Entity,
    Key,
    RefusalError,
    accept,
    check_types,
    count_changes,
)
from tools.api_standin.contents import Content, find_linked, read_contents

# "Base64-encoded zipfile (up to 5MB)".
LIMIT_CHARACTERS = 5_000_000
LARGEST_DELETION = 100
BUSY = "there is another upload in progress"


class ApiError(Exception):
    """A GraphQL error with these words."""


class Call(NamedTuple):
    """A request as it came: the field of its operation, and its variables."""

    operation: str
    variables: Mapping[str, Any]


class Deletion(NamedTuple):
    """What a deletion finds, and what is linked to that."""

    found: list[str]
    linked: list[str]


class Fault(NamedTuple):
    """What befalls the next request for `operation`; `server.py` lists the kinds."""

    operation: str
    kind: str
    argument: str = ""

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """A fault as `OPERATION:KIND[:ARGUMENT]`."""
        operation, kind, *rest = text.split(":", 2)
        return cls(operation, kind, *rest)


@dataclass
class Upload:
    """An archive that was received: it is processed when `steps` more requests have come."""

    receipt: str
    sha256: str
    entities: tuple[Entity, ...]
    steps: int
    contents: Mapping[Key, Content] = field(default_factory=dict)
    status: str = "NOT_PROCESSED"
    error: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass
class State:
    """A deployment without HTTP; every method is called under `lock`.

    `history` has the keys of the entities in the order in which they were written, so that one that is
    written twice with the same content shows. `contents` is what the REST API shows, and the console may
    change: what is only there was made in the console.
    """

    key: str = "standin-key"
    version: str = "1.120.3"
    steps: int = 2
    entities: dict[Key, Entity] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    validations: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    history: list[Key] = field(default_factory=list)
    contents: dict[Key, Content] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take_fault(self, operation: str) -> Fault | None:
        """The next fault planned for an operation, which is no longer planned then."""
        found = next((each for each in self.faults if each.operation in (operation, "any")), None)
        if found:
            self.faults.remove(found)
        return found

    def advance(self) -> None:
        """Let one step of time pass: every request is one, so nothing depends on a clock."""
        for upload in self.uploads.values():
            if upload.status == "NOT_PROCESSED":
                upload.steps -= 1
                if upload.steps <= 0:
                    self._process(upload)

    def receive(self, data: str, fault: Fault | None) -> str:
        """Take an upload and return its receipt; raises `ApiError` while another one is in progress."""
        if any(upload.status == "NOT_PROCESSED" for upload in self.uploads.values()):
            raise ApiError(BUSY)
        upload = self._read(data)
        if fault and fault.kind == "failed":
            upload.status, upload.error = "FAILED", fault.argument
        if fault and fault.kind == "never":
            upload.steps = 10**9
        self.uploads[upload.receipt] = upload
        return upload.receipt

    def take_at_once(self, data: str) -> Mapping[str, Any]:
        """Take an upload and return its counts, as deployments without receipts do."""
        upload = self._read(data)
        self.uploads[upload.receipt] = upload
        self._process(upload)
        if upload.error:
            raise ApiError(upload.error)
        return statistics(upload.counts)

    def validate(self, data: str, issues: str = "") -> str:
        """Say what would be refused, in a status that is read by the receipt."""
        receipt = f"validation-{len(self.validations) + 1}"
        answer: dict[str, Any] = {"status": "COMPLETED", "error": None, "result": {"issues": []}}
        try:
            check_types(self._unpack(data), self.entities)
        except RefusalError as refusal:
            path, _, words = refusal.message.partition(": ")
            answer |= {"status": "FAILED", "result": {"issues": [{"path": path, "errorMessage": words}]}}
        if issues:
            answer |= {"status": "FAILED", "result": {"issues": json.loads(issues)}}
        self.validations[receipt] = answer
        return receipt

    def delete(self, ids: Sequence[str], queries: bool, dry_run: bool, with_linked: bool) -> Deletion:
        """Delete the queries, or the detections, of these ids; returns those that were there."""
        if len(ids) > LARGEST_DELETION:
            raise ApiError(f"at most {LARGEST_DELETION} can be deleted in one request")
        kinds = DELETED_BY_NAME if queries else DELETED_BY_ID
        found = [key for key, each in self.contents.items() if key[1] in ids and each.type in kinds]
        linked = find_linked(self.contents, [key[1] for key in found], queries) if with_linked else []
        others = [key for key in self.contents if key[1] in linked and (key[0] == "query") != queries]
        for key in () if dry_run else (*found, *others):
            del self.contents[key]
            self.entities.pop(key, None)
            self.deleted.append(key[1])
        return Deletion([key[1] for key in found], [key[1] for key in others])

    def report(self) -> dict[str, Any]:
        """All that was recorded, for a client in another process."""
        return {
            "calls": [call.operation for call in self.calls],
            "ids": sorted(entity.id for entity in self.entities.values()),
            "history": [key[1] for key in self.history],
            "deleted": self.deleted,
            "uploads": {
                each.receipt: {"status": each.status, "sha256": each.sha256} for each in self.uploads.values()
            },
        }

    def _read(self, data: str) -> Upload:
        number = len(self.uploads) + 1
        try:
            entities = self._unpack(data)
        except RefusalError as refusal:
            raise ApiError(describe_refusal(refusal)) from None
        digest = hashlib.sha256(base64.b64decode(data)).hexdigest()
        return Upload(f"receipt-{number}", digest, entities, self.steps, read_contents(data))

    def _unpack(self, data: str) -> tuple[Entity, ...]:
        if len(data) > LIMIT_CHARACTERS:
            raise RefusalError(413, f"the archive is larger than {LIMIT_CHARACTERS} characters")
        try:
            return accept(base64.b64decode(data, validate=True))
        except binascii.Error as error:
            raise RefusalError(400, str(error)) from None

    def _process(self, upload: Upload) -> None:
        try:
            check_types(upload.entities, self.entities)
        except RefusalError as refusal:
            upload.status, upload.error = "FAILED", describe_refusal(refusal)
            return
        upload.counts = count_changes(upload.entities, self.entities)
        for entity in upload.entities:
            if self.entities.get(entity.key) != entity:
                self.entities[entity.key] = entity
                self.history.append(entity.key)
        self.contents |= upload.contents
        upload.status = "COMPLETED"


def describe_refusal(refusal: RefusalError) -> str:
    """The text of an error as the API writes it: JSON with issues where a file is named."""
    path, colon, words = refusal.message.partition(": ")
    if not colon:
        return refusal.message
    return json.dumps({"error": "upload has issues", "issues": [{"path": path, "errorMessage": words}]})


def statistics(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Counts in the shape of the schema."""
    return {
        name: {"deleted": 0} | {key: counts.get(f"{key}{family}", 0) for key in COUNTS}
        for name, family in FAMILIES.items()
    }


Resolver = Callable[..., Any]


def resolvers(state: State, fault: Fault | None) -> dict[str, Resolver]:
    """The root fields of the schema for one request, which `fault` befalls."""

    def status(_info: object, **given: str) -> Mapping[str, Any]:
        upload = state.uploads.get(given["receiptId"])
        if upload is None:
            raise ApiError("the upload does not exist")
        times = {"createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
        result = statistics(upload.counts) if upload.status == "COMPLETED" else None
        return times | {
            "status": upload.status,
            "error": upload.error,
            "mode": "CLASSIC_ZIP",
            "result": result,
        }

    def validation(_info: object, **given: str) -> Mapping[str, Any]:
        return state.validations[given["receiptId"]]

    def receive(_info: object, input: Mapping[str, Any]) -> Mapping[str, str]:
        return {"receiptId": state.receive(input["data"], fault)}

    def validate(_info: object, input: Mapping[str, Any]) -> Mapping[str, str]:
        issues = fault.argument if fault and fault.kind == "issues" else ""
        return {"receiptId": state.validate(input["data"], issues)}

    def delete(_info: object, input: Mapping[str, Any]) -> Mapping[str, list[str]]:
        flags = bool(input.get("dryRun")), bool(input.get("includeSavedQueries"))
        deletion = state.delete(input["ids"], False, *flags)
        return {"ids": deletion.found, "savedQueryNames": deletion.linked}

    def delete_queries(_info: object, input: Mapping[str, Any]) -> Mapping[str, list[str]]:
        flags = bool(input.get("dryRun")), bool(input.get("includeDetections"))
        deletion = state.delete(input["names"], True, *flags)
        return {"names": deletion.found, "detectionIDs": deletion.linked}

    return {
        "deleteDetections": delete,
        "deleteSavedQueriesByName": delete_queries,
        "generalSettings": lambda _info: {"pantherVersion": state.version},
        "detectionEntitiesUploadStatus": status,
        "validateBulkUploadStatus": validation,
        "uploadDetectionEntities": lambda _info, input: state.take_at_once(input["data"]),
        "uploadDetectionEntitiesAsync": receive,
        "validateBulkUpload": validate,
    }
