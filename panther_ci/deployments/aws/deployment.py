"""Uploads archives to Panther's Lambda function, and sends none again that may have been received."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from panther_ci.deployments.aws.failures import explain_invocation, list_failures
from panther_ci.deployments.aws.payload import read_answer, read_function_error, write_request
from panther_ci.deployments.aws.retries import Patience
from panther_ci.deployments.aws.session import open_client
from panther_ci.deployments.aws.settings import Settings
from panther_ci.deployments.base import Plan, Summary, Wire, add_counts, count_types, list_facts
from panther_ci.errors import DeploymentError
from panther_ci.kinds import CURRENT, LEGACY, AnalysisType
from panther_ci.model import Archive, Json


@dataclass(frozen=True, slots=True)
class LambdaDeployment:
    """Panther's analysis API behind AWS Lambda, in the format `settings.wire`."""

    settings: Settings
    patience: Patience = field(default_factory=Patience)

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """The types that deployments with this format accept."""
        return LEGACY if self.settings.wire is Wire.UPLOAD else CURRENT

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
                    if len(requests) == 1:
                        raise
                    raise _place(error, len(answers), len(requests)) from error
        facts = list_facts(archives)
        uploaded = tuple(fact.sha256 for fact in facts)
        return Summary(self.settings.target, facts, tuple(answers), uploaded, _changed_nothing(answers))

    def _write_requests(self, archives: Sequence[Archive]) -> list[bytes]:
        """All payloads, so that one that is too large stops the upload before the first request."""
        return [
            write_request(archive.data, self.settings.user_id, self.settings.wire) for archive in archives
        ]

    def _upload(self, client: Any, request: bytes) -> Mapping[str, Json]:
        failures = list_failures()
        try:
            answer = self.patience.call(lambda: self._invoke(client, request))
            payload = answer["Payload"].read()
        except failures as error:
            raise explain_invocation(error, self.settings) from error
        if answer.get("FunctionError"):
            raise read_function_error(payload)
        return read_answer(payload)

    def _invoke(self, client: Any, request: bytes) -> Any:
        return client.invoke(
            FunctionName=self.settings.function_name,
            InvocationType="RequestResponse",
            LogType="None",
            Payload=request,
        )


def _place(error: DeploymentError, taken: int, total: int) -> DeploymentError:
    """The error of one archive among several, with how many were taken before it."""
    message = f"Archive {taken + 1} of {total} failed, {taken} before it were taken. {error.message}"
    return DeploymentError(message, error.hint)


def _changed_nothing(answers: Sequence[Mapping[str, Json]]) -> bool:
    counts = add_counts(answers)
    return bool(answers) and not any(counts[key] for key in counts if key.startswith(("new", "modified")))
