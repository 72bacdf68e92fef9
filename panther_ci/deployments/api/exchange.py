"""The requests of one deployment, each repeated only where that surely does no harm, until a deadline."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from panther_ci.deployments.api.client import BUSY_SECONDS, Client, Fate, Reply, RequestError, as_mapping
from panther_ci.deployments.api.operations import Operation
from panther_ci.deployments.api.patience import Timer
from panther_ci.deployments.base import Progress
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.model import Json

Result = TypeVar("Result")
# It is shown on one line, and may be the last word of a command.
_RECEIPT = re.compile(r"(?!-)[!-~]{1,500}")


class NoEndError(DeploymentError):
    """A receipt without an end in time; `known` says whether the deployment gave a state of it at all."""

    def __init__(self, message: str, known: bool) -> None:
        super().__init__(message)
        self.known = known


class State(NamedTuple):
    """What the API says of a receipt: its status, the text of an error, and the result if there is one."""

    status: str
    error: str
    result: Mapping[str, Json]

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.status in ("COMPLETED", "FAILED")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The client, the time that is left, and who is told of pauses."""

    client: Client
    timer: Timer
    progress: Progress

    def ask(self, operation: Operation, variables: Mapping[str, Json]) -> Reply:
        """Return the answer to a request; what changes something is never sent again after it may have come.

        A deployment that is busy is waited for until the deadline, one that can't be reached for a minute.
        Raises `RequestError`.
        """
        return self._repeat(lambda: self.client.ask(operation, variables), operation.changes)

    def read(self, path: str, query: Mapping[str, str]) -> Mapping[str, Json]:
        """Return what the REST API has at a path, asked for again as by `ask`; raises `RequestError`."""
        return self._repeat(lambda: self.client.get(path, query), changes=False)

    def _repeat(self, attempt: Callable[[], Result], changes: bool) -> Result:
        end = self.timer.elapsed + self.timer.patience.unconnected_seconds
        while True:
            try:
                return attempt()
            except RequestError as error:
                again = error.fate is Fate.BUSY or (error.fate is Fate.UNSURE and not changes)
                late = self.timer.over or (not error.details.wait_seconds and self.timer.elapsed >= end)
                if not again or late:
                    raise
                self.wait(error.message, error.details.wait_seconds)

    def wait(self, reason: str, at_least: float = 0.0) -> None:
        """Wait before trying again, and say so if it takes long.

        Raises `DeploymentError` for a signal: what was asked for last was not done, or changes nothing.
        """
        seconds = self.timer.next_pause(at_least)
        if at_least >= BUSY_SECONDS:
            self.progress.waits(reason, seconds)
        try:
            self.timer.sleep(seconds)
        except Interrupted as stop:
            message = f"Stopped by {stop} before it was tried again. {reason}"
            raise DeploymentError(message, "The last request changed nothing. Run the same again.") from None

    def request(self, operation: Operation, data: str) -> str:
        """Send an archive in base64 and return the receipt; raises `RequestError`."""
        reply = self.ask(operation, {"input": {"data": data}})
        receipt = as_mapping(reply.data[operation.field]).get("receiptId")
        if not isinstance(receipt, str) or not _RECEIPT.fullmatch(receipt):
            target = self.client.settings.target
            raise RequestError(f"{target} answered without a receipt.", "", Fate.UNSURE)
        return receipt

    def follow(self, operation: Operation, receipt: str) -> State:
        """Ask for the state of a receipt until it has ended, and once more after the deadline.

        Whatever the answers are, asking does no harm; but a receipt without any readable state is given up
        after a minute. Raises `NoEndError`, and `RequestError` for an answer that is final.
        """
        self.timer.begin_pauses()
        begun, known, warned = self.timer.elapsed, False, False
        while True:
            late, failure = self.timer.over, None
            try:
                state = self._read_state(operation, receipt)
                if state.ended:
                    return state
                known = True
            except RequestError as error:
                if error.fate is Fate.REFUSED:
                    raise
                failure = error
                late |= not known and self.timer.elapsed - begun >= self.timer.patience.unconnected_seconds
            if late:
                words = failure.message.rstrip(".") if failure else "it is not processed in time"
                raise NoEndError(f"{receipt} did not end: {words}.", known)
            seconds = self.timer.next_pause(failure.details.wait_seconds if failure else 0.0)
            if failure and not warned:
                self.progress.waits(failure.message, seconds)
                warned = True
            self.timer.sleep(seconds)

    def _read_state(self, operation: Operation, receipt: str) -> State:
        """The state of a receipt; raises `RequestError` for one that is none."""
        entry = as_mapping(self.client.ask(operation, {"receipt": receipt}).data[operation.field])
        status, error = entry.get("status"), entry.get("error")
        if not isinstance(status, str):
            target = self.client.settings.target
            raise RequestError(f"{target} answered without a status.", "", Fate.UNSURE)
        return State(status, error if isinstance(error, str) else "", as_mapping(entry.get("result")))
