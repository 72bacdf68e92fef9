"""Uploads archives to Panther's Lambda function, and sends none again that may have been received."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from panther_ci.deployments.aws.failures import explain_invocation, list_failures
from panther_ci.deployments.aws.payload import (
    read_answer,
    read_deleted,
    read_function_error,
    write_deletion,
    write_request,
)
from panther_ci.deployments.aws.retries import Patience
from panther_ci.deployments.aws.session import open_client
from panther_ci.deployments.aws.settings import Settings
from panther_ci.deployments.base import (
    Connection,
    Deleted,
    Deletion,
    Plan,
    Summary,
    Wire,
    changed_nothing,
    count_types,
    describe_clock,
    list_facts,
    name_archive,
)
from panther_ci.deployments.deletion import AGAIN
from panther_ci.errors import DeploymentError
from panther_ci.kinds import CURRENT, LEGACY, AnalysisType
from panther_ci.model import DEFAULT_LIMIT, Archive, ArchiveLimit, Json


@dataclass(frozen=True, slots=True)
class LambdaDeployment:
    """Panther's analysis API behind AWS Lambda, in the format `settings.wire`."""

    settings: Settings
    patience: Patience = field(default_factory=Patience)

    @property
    def target(self) -> str:
        """What to call this deployment."""
        return self.settings.target

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """The types that deployments with this format accept."""
        return LEGACY if self.settings.wire is Wire.UPLOAD else CURRENT

    @property
    def limit(self) -> ArchiveLimit:
        """What a request to Lambda takes."""
        return DEFAULT_LIMIT

    def plan(self, archives: Sequence[Archive]) -> Plan:
        """What would be uploaded; nothing is contacted, since the function can't be asked for its state."""
        self._write_requests(archives)
        unseen = "this deployment does not report its state; its answer to the upload counts the changes"
        return Plan(self.settings.target, list_facts(archives), count_types(archives), unseen=unseen)

    def deploy(self, archives: Sequence[Archive]) -> Summary:
        """Invoke the function once for each archive, one after the other.

        Only the answer shows whether that changed anything.
        """
        if not archives:
            return Summary(self.settings.target, ())
        requests = self._write_requests(archives)
        answers: list[Mapping[str, Json]] = []
        with closing(open_client(self.settings, self.patience)) as client:
            for request in requests:
                try:
                    answers.append(self._upload(client, request))
                except DeploymentError as error:
                    raise name_archive(error, len(answers), len(requests)) from error
        facts = list_facts(archives)
        uploaded = tuple(fact.sha256 for fact in facts)
        return Summary(self.settings.target, facts, tuple(answers), uploaded, changed_nothing(answers))

    @property
    def deletes(self) -> bool:
        """Only the current format has an operation for it."""
        return self.settings.wire == Wire.BULK_UPLOAD

    def delete(self, wanted: Deletion, dry_run: bool) -> Deleted:
        """Invoke the function once with a deletion, or to say what there is."""
        request = write_deletion(wanted, self.settings.user_id, dry_run)
        with closing(open_client(self.settings, self.patience)) as client:
            try:
                return read_deleted(self._ask(client, request), dry_run)
            except DeploymentError as error:
                # What is said of archives does not hold here: a deletion may always be made again.
                hint = error.hint if "archive" not in error.hint else "" if dry_run else AGAIN
                raise DeploymentError(error.message, hint) from error

    def check(self) -> Connection:
        """Ask Lambda whether this identity may invoke the function, without invoking it."""
        failures = list_failures()
        with closing(open_client(self.settings, self.patience)) as client:
            try:
                answer = self.patience.call(lambda: self._invoke(client, b"{}", "DryRun"))
            except failures as error:
                raise explain_invocation(error, self.settings) from error
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
        lines = ("version: unknown, since the function does not report it", "upload: it may be invoked")
        return Connection(self.settings.target, (*lines, *describe_clock(date, self.patience.now())))

    def _write_requests(self, archives: Sequence[Archive]) -> list[bytes]:
        """All payloads, so that one that is too large stops the upload before the first request."""
        return [
            write_request(archive.data, self.settings.user_id, self.settings.wire) for archive in archives
        ]

    def _upload(self, client: Any, request: bytes) -> Mapping[str, Json]:
        return read_answer(self._ask(client, request))

    def _ask(self, client: Any, request: bytes) -> bytes:
        """The payload that the function answers with."""
        failures = list_failures()
        try:
            answer = self.patience.call(lambda: self._invoke(client, request))
            payload: bytes = answer["Payload"].read()
        except failures as error:
            raise explain_invocation(error, self.settings) from error
        if answer.get("FunctionError"):
            raise read_function_error(payload)
        return payload

    def _invoke(self, client: Any, request: bytes, kind: str = "RequestResponse") -> Any:
        return client.invoke(
            FunctionName=self.settings.function_name,
            InvocationType=kind,
            LogType="None",
            Payload=request,
        )
