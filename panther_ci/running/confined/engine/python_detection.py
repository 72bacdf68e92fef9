"""One detection as it runs: its body loaded, its cases given to its functions."""

import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from panther_ci.running.confined.engine.declared import read_declared
from panther_ci.running.confined.engine.evaluators import FILTERS, find_part
from panther_ci.running.confined.engine.mocks import UnknownNameError, patched
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.observation import measured, observe, raised, returned
from panther_ci.running.confined.engine.output import Captured
from panther_ci.running.confined.engine.panther_core.data_model import DataModel
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from panther_ci.running.confined.engine.panther_core.immutable import view
from panther_ci.running.confined.engine.reads import FieldRecorder, recorded
from panther_ci.running.confined.engine.trace import Trace

# No GlobalID has this form, so it is never the name of a helper.
BODY_NAME = "__detection__"


def let_pass(_event: Any) -> dict[str, Any]:
    """The answer of no filters: none."""
    return {}


class PythonDetection:
    """A job in the process that runs it."""

    def __init__(self, job: Mapping[str, Any], sources: Mapping[int, Text], compiled: Compiled) -> None:
        self._job = job
        self.number: int = job["job"]
        self._body = sources[job["body"]]
        self._declared = read_declared(job, sources)
        helpers = {name: sources[key] for name, key in job["helpers"]}
        self.modules = RepositoryModules(helpers, compiled)
        bodies = [sources[model["body"]] for model in job["models"] if model["body"] is not None]
        self._models = {
            model["log_type"]: DataModel(model, self._loader(sources.get(model["body"])))
            for model in job["models"]
        }
        self.paths = frozenset(source.path for source in (self._body, *helpers.values(), *bodies))
        self._module: ModuleType | None = None
        self._refuse: Callable[[Any], dict[str, Any]] = let_pass

    def load(self) -> dict[str, Any] | None:
        """Imports the body; returns what it raised, or nothing."""
        try:
            if self._declared:
                self._refuse = find_part(FILTERS)(self._job, self._declared).refuse
            self.modules.open()
            self._module = self.modules.load(BODY_NAME, self._body)
            if not callable(self._module.__dict__.get(self._job["matcher"])):
                return {"missing": self._job["matcher"]}
        except BaseException as error:  # the boundary of a body, which may call sys.exit() at import as well
            return self.describe_error(error)
        return None

    def run(self, case: Mapping[str, Any], output: Captured) -> dict[str, Any]:
        """What the functions of the body did with one case."""
        assert self._module is not None
        refused = self._refuse(case["event"])
        trace = Trace(self._body.path, self._job["trace"])
        begun = time.perf_counter()
        try:
            with patched(self._module, case["mocks"]) as idle:
                seen = refused | self._call(self._module, case, trace, refused.get("matcher"))
            seen["idle"] = idle
        except UnknownNameError as error:
            seen = {"matcher": {"unknown": str(error)}, "functions": {}}
        seen["seconds"] = time.perf_counter() - begun
        seen["output"] = output.take()
        seen["reads"] = trace.reads.fields()
        seen["lines"] = trace.lines
        return seen

    def describe_error(self, error: BaseException) -> dict[str, Any]:
        """What the code of the repository raised."""
        return raised(error, self.paths)

    def _call(
        self, module: ModuleType, case: Mapping[str, Any], trace: Trace, refused: dict[str, Any] | None
    ) -> dict[str, Any]:
        """What the functions did; filters that refused the event answer for the matcher."""
        event = self._event(case["event"], trace.recorder)
        verdict = refused or self._observe(module, self._job["matcher"], event, trace)
        if not verdict.keys().isdisjoint(("raised", "undecided")):
            return {"matcher": verdict, "functions": {}}
        present = [name for name in self._job["functions"] if name in module.__dict__]
        return {
            "matcher": verdict,
            "functions": {name: self._observe(module, name, event, trace) for name in present},
        }

    def _observe(self, module: ModuleType, name: str, event: Any, trace: Trace) -> dict[str, Any]:
        function = module.__dict__[name]
        measure = returned if name == self._job["matcher"] else measured
        return observe(lambda: trace.call(name, function, event), measure, self.describe_error)

    def _event(self, data: Any, recorder: FieldRecorder | None) -> Any:
        if self._job["matcher"] == "policy":
            return data if recorder is None else recorded(data, recorder)
        if type(data) is not dict:
            return view(data, recorder, ())
        log_type = data.get("p_log_type")
        model = self._models.get(log_type) if isinstance(log_type, str) else None
        return PantherEvent(data, model, recorder)

    def _loader(self, body: Text | None) -> Callable[[], Mapping[str, Any]] | None:
        """What loads the body of a data model when a method is first needed."""
        if body is None:
            return None
        name = f"__data_model_{body.path}__"

        def load() -> Mapping[str, Any]:
            module = self.modules.loaded(name) or self.modules.load(name, body)
            return module.__dict__

        return load
