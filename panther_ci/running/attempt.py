"""One run of a task in one process: its messages, in the only order that is allowed."""

from collections.abc import Mapping
from typing import Any

from panther_ci.judging.observations import CaseObservation, Observed, Place, Problem
from panther_ci.model.reasons import Ending
from panther_ci.running import protocol
from panther_ci.running.answers import read_case, read_places, read_problem
from panther_ci.running.schedule import Task


class Attempt:
    """Collects the messages of a task: `loaded`, its cases in order, `done`; and `late` at any time.

    `leak` is what it left changed in its process, or one before it since somebody looked at everything; that
    it is empty is sure only when `looked`. A look that didn't come with `done` may come alone afterwards.
    """

    def __init__(self, task: Task, number: int) -> None:
        self.task = task
        self.number = number
        self.cases = list(task.traced) or list(range(len(task.job.spec.cases)))
        self.done = False
        self.leak = ""
        self.looked = False
        self._loaded = False
        self._problem: Problem | None = None
        self._output = ""
        self._late: tuple[Place, ...] = ()
        self._seen: dict[int, CaseObservation] = {}

    def take(self, message: Mapping[str, Any]) -> None:
        """Accepts the next message; raises ProtocolError for one that is malformed or out of order."""
        if type(message.get("job")) is not int or message["job"] != self.number:
            raise protocol.ProtocolError("a message came without a job")
        if self.done:
            self._take_look(message)
        elif "late" in message:
            self._late = read_places(message)
        elif not self._loaded:
            self._problem = read_problem(message)
            self._output = str(message.get("output", ""))[: protocol.MAX_OUTPUT]
            self._loaded = True
        elif message.get("done") is True:
            if self._problem is None and len(self._seen) != len(self.cases):
                raise protocol.ProtocolError("the end came before all cases")
            self.leak = str(message.get("leak", ""))[: protocol.MAX_TEXT]
            self.looked = message.get("looked") is True
            self.done = True
        else:
            self._take_case(message)

    def observed(self, ended: Ending | None = None) -> Observed:
        """All that was observed so far, and why it ended if it ended early."""
        return Observed(
            self._problem, self._output, dict(self._seen), ended, self._late, imported=self._loaded
        )

    def _take_look(self, message: Mapping[str, Any]) -> None:
        if self.looked or message.get("looked") is not True:
            raise protocol.ProtocolError("a message came after the end")
        self.leak = str(message.get("leak", ""))[: protocol.MAX_TEXT]
        self.looked = True

    def _take_case(self, message: Mapping[str, Any]) -> None:
        position = len(self._seen)
        if self._problem is not None or position >= len(self.cases):
            raise protocol.ProtocolError("a case came that was not asked for")
        case = self.cases[position]
        if type(message.get("case")) is not int or message["case"] != case:
            raise protocol.ProtocolError("a case came out of order")
        self._seen[case] = read_case(message)
