"""A data model: how the events of one log type are read by unified names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent
from panther_ci.running.confined.engine.paths import compile_path

Read: TypeAlias = Callable[[PantherEvent], Sequence[Any]]


class DataModelError(Exception):
    """A unified field can't be read through the data model."""


class DataModel:
    """Reads unified fields. `config` has its `id` and its `mappings`, each with a `name` and a `path` or a
    `method`; `load` returns the names that the body defines."""

    def __init__(
        self, config: Mapping[str, Any], load: Callable[[], Mapping[str, Any]] | None = None
    ) -> None:
        self._id = config["id"]
        # Of two mappings with one name, a deployment keeps the last.
        self._mappings = {mapping["name"]: mapping for mapping in config["mappings"]}
        self._load = load
        self._fields: dict[Any, Read] = {}

    def read(self, event: PantherEvent, name: Any) -> Sequence[Any] | None:
        """The values of a unified field, one or none; None where it is not mapped."""
        if name not in self._mappings:
            return None
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = self._compile(self._mappings[name])
        return field(event)

    def path(self, event: PantherEvent, name: Any) -> str | None:
        """What a name is mapped to: a method's name, or a path that the event has."""
        mapping = self._mappings.get(name)
        if mapping is None or mapping.get("method"):
            return mapping and mapping["method"]
        return mapping["path"].removeprefix("$.") if self.read(event, name) else None

    def _compile(self, mapping: Mapping[str, Any]) -> Read:
        method = mapping.get("method")
        return self._call(method) if method else self._find(mapping["path"])

    def _call(self, method: str) -> Read:
        if self._load is None:
            raise DataModelError(f"the data model {self._id} names the method {method!r} but has no body")
        function = self._load().get(method)
        if not callable(function):
            raise DataModelError(f"the body of the data model {self._id} has no function {method!r}")
        return lambda event: (function(event.without_models()),)

    def _find(self, path: str) -> Read:
        find = compile_path(path)

        def read(event: PantherEvent) -> Sequence[Any]:
            matches = find(event.raw_view())
            if len(matches) > 1:
                raise DataModelError(
                    f"the path {path!r} of the data model {self._id} matches {len(matches)} fields"
                )
            return event.resolve(path, matches)

        return read
