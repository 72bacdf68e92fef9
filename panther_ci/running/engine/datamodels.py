"""The data models of one detection: how its events are read by unified names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from panther_ci.running.engine.modules import RepositoryModules, Text
from panther_ci.running.engine.paths import compile_path
from panther_ci.running.engine.rule_event import RuleEvent


class DataModelError(Exception):
    """A unified field can't be read through the data model."""


class DataModels:
    """The enabled data models by log type; their bodies are loaded when a method is first needed."""

    def __init__(
        self, models: Sequence[Mapping[str, Any]], sources: Mapping[int, Text], modules: RepositoryModules
    ) -> None:
        self._models = {model["log_type"]: model for model in models}
        self._sources = sources
        self._modules = modules
        self._fields: dict[tuple[str, str], Callable[[RuleEvent], Any]] = {}

    def read(self, event: RuleEvent, name: str) -> Any:
        """A unified field; nothing for a name that isn't mapped; raises DataModelError without a model."""
        model = self._of(event)
        key = (model["log_type"], name)
        field = self._fields.get(key)
        if field is None:
            field = self._fields[key] = self._compile(model, name)
        return field(event)

    def path(self, event: RuleEvent, name: str) -> str | None:
        """The path a name is mapped to; raises DataModelError without a model."""
        return next(
            (path for mapped, path, _ in self._of(event)["mappings"] if mapped == name and path), None
        )

    def _of(self, event: RuleEvent) -> Mapping[str, Any]:
        log_type = event.get("p_log_type")
        if log_type is None:
            raise DataModelError("udm() needs p_log_type in the event to choose a data model")
        model = self._models.get(log_type)
        if model is None:
            raise DataModelError(f"no enabled data model for the log type {log_type!r}")
        return model

    def _compile(self, model: Mapping[str, Any], name: str) -> Callable[[RuleEvent], Any]:
        for mapped, path, method in model["mappings"]:
            if mapped == name:
                return self._method(model, method) if method else _by_path(model["id"], path)
        return lambda _event: None

    def _method(self, model: Mapping[str, Any], method: str) -> Callable[[RuleEvent], Any]:
        if model["body"] is None:
            raise DataModelError(f"the data model {model['id']} names the method {method!r} but has no body")
        name = f"__data_model_{model['body']}__"
        module = self._modules.loaded(name) or self._modules.load(name, self._sources[model["body"]])
        function = module.__dict__.get(method)
        if not callable(function):
            raise DataModelError(f"the body of the data model {model['id']} has no function {method!r}")
        return lambda event: function(event)


def _by_path(model: str, path: str) -> Callable[[RuleEvent], Any]:
    find = compile_path(path)

    def read(event: RuleEvent) -> Any:
        matches = find(event.raw())
        if len(matches) > 1:
            raise DataModelError(f"the path {path!r} of the data model {model} matches {len(matches)} fields")
        return event.resolve(path, matches)

    return read
