"""The message that starts a job: everything its cases need, never what they expect."""

from collections.abc import Mapping
from typing import Any

from panther_ci.model import DataModel, Job, Source
from panther_ci.running import protocol
from panther_ci.running.attempt import Attempt


class Encoder:
    """Numbers the sources of a run, so that a process is sent each only once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bytes], int] = {}

    def encode(self, attempt: Attempt, known: set[int]) -> bytes:
        """The frame that starts a job; adds the sources it sends to those known.

        Raises ValueError or RecursionError where an event can't be written as JSON.
        """
        job = attempt.task.job
        sources: dict[int, Source] = {}

        def number(source: Source) -> int:
            key = self._numbers.setdefault((source.path, source.text), len(self._numbers))
            if key not in known:
                sources[key] = source
            return key

        message: dict[str, Any] = {
            "job": attempt.number,
            "evaluator": job.spec.evaluator,
            "matcher": job.spec.type.kind.matcher.function,
            "functions": functions_of(job),
            "trace": bool(attempt.task.traced),
            "body": number(job.body),
            "declared": [number(source) for source in job.declared],
            "helpers": [(helper.name, number(helper)) for helper in job.helpers],
            "models": [
                {**_mappings(model), "body": None if model.body is None else number(model.body)}
                for model in models_of(job)
            ],
            "cases": [_case(job, index) for index in attempt.cases],
        }
        message["sources"] = [
            (key, source.path, source.text.decode("latin-1")) for key, source in sources.items()
        ]
        frame = protocol.encode(message)
        known.update(sources)
        return frame


def functions_of(job: Job) -> tuple[str, ...]:
    """The auxiliary functions that matter: a detection that makes no alert needs only its context.

    Its destinations matter too if a case expects some, as for panther_analysis_tool.
    """
    if job.spec.create_alert:
        return protocol.AUXILIARY
    expects = any(case.destinations is not None for case in job.spec.cases)
    return ("destinations", "alert_context") if expects else ("alert_context",)


def models_of(job: Job) -> tuple[DataModel, ...]:
    """The data models its events may be read through: rows of a query have none."""
    return job.data_models if job.spec.type.kind.uses_data_models else ()


def _mappings(model: DataModel) -> Mapping[str, Any]:
    mappings = [{"name": each.name, "path": each.path, "method": each.method} for each in model.mappings]
    return {"id": model.id, "log_type": model.log_type, "mappings": mappings}


def _case(job: Job, index: int) -> dict[str, Any]:
    case = job.spec.cases[index]
    return {"case": index, "event": case.event, "mocks": [(mock.name, mock.value) for mock in case.mocks]}
