"""One simple detection as it runs: its conditions are decided on the event of each case."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, NamedTuple

from panther_ci.deployment_rules.expressions import (
    Dialect,
    ExpressionError,
    Group,
    read_expressions,
    read_field,
)
from panther_ci.deployment_rules.key_paths import Field, KeyPathError, read_key_path
from panther_ci.running.confined.engine.decisions import Decider
from panther_ci.running.confined.engine.declared import read_declared
from panther_ci.running.confined.engine.field_paths import find_field
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.observation import measured, observe, raised, returned
from panther_ci.running.confined.engine.output import Captured
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from panther_ci.running.confined.engine.reads import FieldRecorder
from panther_ci.running.confined.engine.verdicts import Gate, judge

_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
# Between the values of `GroupBy`: what a deployment writes there is not known.
_BETWEEN: Final = ":"


class _Severity(NamedTuple):
    """A severity, and the conditions on which an alert has it."""

    name: str
    conditions: Group


class SimpleDetection:
    """A job in the process that runs it; its body is what the spec declares, as JSON."""

    def __init__(self, job: Mapping[str, Any], sources: Mapping[int, Text], compiled: Compiled) -> None:
        self._job = job
        self._body = sources[job["body"]]
        self.number: int = job["job"]
        self.paths = frozenset[str]()  # no line of Python is in what a spec declares
        self.modules = RepositoryModules({}, compiled)
        self._declared = read_declared(job, sources)

    def load(self) -> dict[str, Any] | None:
        """Reads the conditions; returns why they can't be read, or nothing."""
        try:
            self._gate = Gate(self._job, self._declared)
            declared = json.loads(self._body.text)["Detection"]
            self._detection = read_expressions(declared, ("Detection",), Dialect.DETECTION)
        except ExpressionError as error:
            return raised(error, self.paths)
        self._functions = {
            name: function
            for name, function in self._list_functions()
            if name in self._job["functions"] and function is not None
        }
        return None

    def run(self, case: Mapping[str, Any], output: Captured) -> dict[str, Any]:
        """What came of one case."""
        begun = time.perf_counter()
        recorder = FieldRecorder()
        recorder.function = self._job["matcher"]
        seen = self._gate.refuse(case["event"]) or self._decide(case["event"], recorder)
        if seen["matcher"] == returned(True):
            event = PantherEvent(case["event"])
            describe = partial(raised, paths=self.paths)
            seen["functions"] = {
                name: observe(partial(function, event), measured, describe)
                for name, function in self._functions.items()
            }
        return {
            "functions": {},
            **seen,
            "seconds": time.perf_counter() - begun,
            "output": output.take(),
            "reads": recorder.fields(),
        }

    def _decide(self, data: Any, recorder: FieldRecorder) -> dict[str, Any]:
        explained = self._job["trace"]
        event = PantherEvent(data, None, recorder if explained else None)
        return judge(self._detection, Dialect.DETECTION, event, explained)

    def _list_functions(self) -> Iterator[tuple[str, Callable[[PantherEvent], Any] | None]]:
        """What makes the parts of an alert, by the names of the functions of bodies; None for what can't be
        read."""
        yield "title", _read_title(self._declared.get("AlertTitle"))
        yield "dedup", _read_groups(self._declared.get("GroupBy"))
        yield "severity", _read_severities(self._declared.get("DynamicSeverities"))
        yield "alert_context", _read_context(self._declared.get("AlertContext"))


def _read_title(title: Any) -> Callable[[PantherEvent], str] | None:
    if not isinstance(title, str):
        return None

    def fill(match: re.Match[str], event: PantherEvent) -> str:
        try:
            steps = read_key_path(match[1], loose=True)
        except KeyPathError:
            return match[0]
        return _as_text(find_field(Field(match[1], steps), event))

    return lambda event: _PLACEHOLDER.sub(lambda match: fill(match, event), title)


def _read_groups(groups: Any) -> Callable[[PantherEvent], str] | None:
    fields = _read_fields(groups)
    if not fields:
        return None
    return lambda event: _BETWEEN.join(_as_text(find_field(field, event)) for field in fields)


def _read_severities(severities: Any) -> Callable[[PantherEvent], str] | None:
    """The first severity whose conditions hold; else the one of the spec."""
    read: list[_Severity] = []
    with suppress(ExpressionError, KeyError, TypeError):
        for each in severities:
            conditions = read_expressions(each["Conditions"], (), Dialect.DETECTION)
            read.append(_Severity(each["ChangeTo"], conditions))
        return lambda event: next((each.name for each in read if _holds(each, event)), "DEFAULT")
    return None


def _holds(severity: _Severity, event: PantherEvent) -> bool:
    return Decider(Dialect.DETECTION).decide_all(severity.conditions, event).held


def _read_context(context: Any) -> Callable[[PantherEvent], dict[str, Any]] | None:
    if not isinstance(context, list) or not all(isinstance(each, dict) for each in context):
        return None
    fields = _read_fields([each.get("KeyValue") for each in context])
    names = [str(each.get("KeyName")) for each in context]
    if not fields:
        return None
    return lambda event: {name: find_field(field, event) for name, field in zip(names, fields, strict=True)}


def _read_fields(specifiers: Any) -> list[Field]:
    """The fields of a list of key specifiers; none if one of them can't be read."""
    with suppress(ExpressionError, TypeError):
        return [read_field(each, ()) for each in specifiers]
    return []


def _as_text(value: Any) -> str:
    """A value in a text: nothing for one that is missing or null, and JSON for what is no text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
