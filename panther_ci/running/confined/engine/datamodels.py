"""The data models of one detection: how its events are read by unified names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from panther_ci.running.confined.engine.modules import RepositoryModules, Text
from panther_ci.running.confined.engine.paths import compile_path
from panther_ci.running.confined.engine.rule_event import RuleEvent


class DataModelError(Exception):
    """A unified field can't be read through the data model."""


class DataModels:
    """The enabled data models by log type; their bodies are loaded when a method is first needed."""

    def __init__(
        self, models: Sequence[Mapping[str, Any]], sources: Mapping[int, Text], modules: RepositoryModules
    ) -> None:
        # Of two mappings with one name, a deployment keeps the last.
        self._models = {model["log_type"]: {**model, "mappings": model["mappings"][::-1]} for model in models}
        self._sources = sources
        self._modules = modules
        self._fields: dict[tuple[str, Any], Callable[[RuleEvent], Sequence[Any] | None]] = {}

    def read(self, event: RuleEvent, name: Any) -> Sequence[Any] | None:
        """The values of a unified field, one or none; None where no model maps the name."""
        model = self._models.get(event.get("p_log_type"))
        if model is None:
            return None
        key = (model["log_type"], name)
        field = self._fields.get(key)
        if field is None:
            field = self._fields[key] = self._compile(model, name)
        return field(event)

    def path(self, event: RuleEvent, name: Any) -> str | None:
        """What a name is mapped to: a method's name, or a path that the event has; raises DataModelError
        without a model."""
        log_type = event.get("p_log_type")
        model = self._models.get(log_type)
        if model is None:
            raise DataModelError(f"no enabled data model for the log type {log_type!r}")
        for mapped, path, method in model["mappings"]:
            if mapped == name:
                return method or (path.removeprefix("$.") if self.read(event, name) else None)
        return None

    def _compile(self, model: Mapping[str, Any], name: Any) -> Callable[[RuleEvent], Sequence[Any] | None]:
        for mapped, path, method in model["mappings"]:
            if mapped == name:
                return self._method(model, method) if method else _by_path(model["id"], path)
        return lambda _event: None

    def _method(self, model: Mapping[str, Any], method: str) -> Callable[[RuleEvent], Sequence[Any]]:
        if model["body"] is None:
            raise DataModelError(f"the data model {model['id']} names the method {method!r} but has no body")
        name = f"__data_model_{model['body']}__"
        module = self._modules.loaded(name) or self._modules.load(name, self._sources[model["body"]])
        function = module.__dict__.get(method)
        if not callable(function):
            raise DataModelError(f"the body of the data model {model['id']} has no function {method!r}")
        return lambda event: (function(event),)


def _by_path(model: str, path: str) -> Callable[[RuleEvent], Sequence[Any]]:
    find = compile_path(path)

    def read(event: RuleEvent) -> Sequence[Any]:
        matches = find(event.raw())
        if len(matches) > 1:
            raise DataModelError(f"the path {path!r} of the data model {model} matches {len(matches)} fields")
        return event.resolve(path, matches)

    return read
