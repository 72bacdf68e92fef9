"""An archive on its way: sent once, then followed by its receipt until it was taken or refused."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from panther_ci.deployment_rules.zips import deflate
from panther_ci.deployments.api import operations
from panther_ci.deployments.api.client import BUSY_SECONDS, Fate, RequestError, as_mapping
from panther_ci.deployments.api.exchange import Exchange, NoEndError, State
from panther_ci.deployments.api.operations import COUNTS, FAMILIES, RECENT_FAMILIES
from panther_ci.deployments.api.words import is_busy, read_failure
from panther_ci.deployments.base import Issue, Receipt, RefusedArchiveError, name_command
from panther_ci.deployments.local.acceptance import ALWAYS_COUNTED
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.model import Json

NO_HARM = "uploading the same archive again does no harm"
_UNSURE = (
    "Whether the deployment took the archive is unknown, so it was not sent again."
    f" Look at the deployment's state; {NO_HARM}."
)
_LOOK = f"How much of the archive it took is unknown. Look at the deployment's state; {NO_HARM}."
_NOT_TAKEN = "The archive was not taken. Correct what is named, then deploy again."


class Capabilities(NamedTuple):
    """What a deployment has: uploads with a receipt, and which families it counts."""

    receipts: bool
    counted: frozenset[str]


def find_capabilities(exchange: Exchange) -> Capabilities:
    """Ask which operations there are; one that hides them is used as the oldest would be."""
    try:
        data = exchange.ask(operations.CAPABILITIES, {}).data
    except RequestError as error:
        if not error.details.answered or error.details.denied:
            raise
        data = {}
    schema = as_mapping(data.get("__schema"))
    known = {name for key in ("queryType", "mutationType") for name in _field_names(schema.get(key))}
    counted = frozenset(_field_names(data.get("__type"))) & FAMILIES.keys()
    return Capabilities(
        {"uploadDetectionEntitiesAsync", "detectionEntitiesUploadStatus"} <= known,
        counted or frozenset(FAMILIES) - RECENT_FAMILIES,
    )


def _field_names(kind: Json) -> Iterator[str]:
    fields = as_mapping(kind).get("fields")
    for each in fields if isinstance(fields, list) else ():
        yield str(as_mapping(each).get("name"))


class _BusyError(Exception):
    """The deployment gave an archive up, though it may take it later."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Uploads by one exchange; what fails raises `DeploymentError` with what is known and the next step."""

    exchange: Exchange
    capabilities: Capabilities

    def send(self, archive: bytes, number: int, total: int) -> Mapping[str, Json]:
        """Upload an archive and return the counts of the answer."""
        data = base64.b64encode(deflate(archive)).decode()
        while True:
            try:
                if not self.capabilities.receipts:
                    return self._send_at_once(data)
                id = self.exchange.request(operations.UPLOAD, data)
            except RequestError as error:
                raise _explain(error) from None
            receipt = Receipt(id, number, total)
            self.exchange.progress.received(receipt)
            try:
                return self.finish(receipt)
            except _BusyError as error:
                if self.exchange.timer.over:
                    hint = f"The archive was not taken. Deploy again later; {NO_HARM}."
                    raise DeploymentError(
                        f"The deployment was busy until the deadline: {error}", hint
                    ) from None
                self.exchange.wait(str(error), BUSY_SECONDS)

    def resume(self, receipt: str) -> Mapping[str, Json]:
        """Wait for the end of an upload that was received before, and return its counts."""
        try:
            return self.finish(Receipt(receipt))
        except _BusyError as error:
            message = f"The deployment was busy and gave the upload up: {error}."
            raise DeploymentError(message, f"Deploy again; {NO_HARM}.") from None
        except NoEndError as error:
            if error.known:
                raise
            hint = f"Check the receipt. The deployment may have forgotten it: then deploy again; {NO_HARM}."
            raise DeploymentError(error.message, hint) from None

    def finish(self, receipt: Receipt) -> Mapping[str, Json]:
        """Wait for the end of an upload that was received, and return its counts."""
        operation = operations.upload_status(self.capabilities.counted)
        try:
            state = self.exchange.follow(operation, receipt.id)
        except DeploymentError as error:
            error.hint = _go_on(receipt, error.hint)
            raise
        except Interrupted as stop:
            message = f"Stopped by {stop} while the deployment worked on the upload {receipt.id}."
            raise DeploymentError(message, _go_on(receipt)) from None
        if state.status == "FAILED":
            raise self._explain_end(state)
        if state.error:
            quote = self.exchange.client.settings.quote
            words = read_failure(state.error, quote)[0] or "it names files"
            raise DeploymentError(f"The deployment completed the upload with an error: {words}", _LOOK)
        return read_counts(state.result)

    def _send_at_once(self, data: str) -> Mapping[str, Json]:
        """Upload to a deployment that gives no receipts, whose answer comes when all is done."""
        operation = operations.upload_at_once(self.capabilities.counted)
        reply = self.exchange.ask(operation, {"input": {"data": data}})
        return read_counts(as_mapping(reply.data[operation.field]))

    def _explain_end(self, state: State) -> Exception:
        """Why an upload failed in the end, in the deployment's words."""
        quote = self.exchange.client.settings.quote
        if is_busy(state.error):
            return _BusyError(quote(state.error))
        words, issues = read_failure(state.error, quote)
        return _refuse(words, issues)


def read_counts(result: Mapping[str, Json]) -> Mapping[str, Json]:
    """The counts of an answer, by the names that other deployments have for them.

    Policies and rules are always counted, as by Panther 1.x; the other families only where there are any.
    """
    counts: dict[str, Json] = {}
    for name, family in FAMILIES.items():
        numbers = as_mapping(result.get(name))
        found = {f"{key}{family}": numbers[key] for key in COUNTS if type(numbers.get(key)) is int}
        if any(found.values()) or found.keys() & ALWAYS_COUNTED:
            counts |= found
    return counts


def _refuse(words: str, issues: tuple[Issue, ...]) -> RefusedArchiveError:
    said = words or ("it names the files" if issues else "it gives no reason")
    return RefusedArchiveError(f"The deployment refused the archive: {said}", _NOT_TAKEN, issues)


def _explain(error: RequestError) -> DeploymentError:
    """A request to upload that failed, and what is known of the archive."""
    if error.fate is Fate.UNSURE:
        return DeploymentError(error.message, _UNSURE)
    if error.fate is Fate.BUSY:
        return DeploymentError(
            error.message, error.hint or f"The archive was not taken. Deploy again later; {NO_HARM}."
        )
    if error.details.issues:
        return RefusedArchiveError(error.message, _NOT_TAKEN, error.details.issues)
    return DeploymentError(error.message, error.hint or _NOT_TAKEN)


def _go_on(receipt: Receipt, hint: str = "") -> str:
    """How to learn what became of a receipt."""
    rest = " and then deploy again for the archives after it" if receipt.number < receipt.total else ""
    step = f"`{name_command(receipt)}` goes on waiting for it{rest}"
    return f"{hint} The deployment has the archive: {step}; {NO_HARM}.".strip()
