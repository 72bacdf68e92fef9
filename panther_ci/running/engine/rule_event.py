"""What a rule's event knows beyond its own fields: data models, lookups and the event's time."""

from datetime import UTC, datetime
from typing import Any, Protocol

from panther_ci.running.engine.event import EventMapping, Recorder, view


class Models(Protocol):
    """The data models that an event may be read through."""

    def read(self, event: "RuleEvent", name: str) -> Any:
        """The unified field of that name."""

    def path(self, event: "RuleEvent", name: str) -> str | None:
        """Where the unified field of that name is in the event."""


class RuleEvent(EventMapping):
    """The event as a rule's functions get it."""

    __slots__ = ("_models",)

    def __init__(self, data: dict[Any, Any], models: Models, record: Recorder | None = None) -> None:
        super().__init__(data, record)
        self._models = models

    def udm(self, *keys: Any, default: Any = None) -> Any:
        """A unified field: from the event's `p_udm` if it is there, else through its data model."""
        if not keys:
            raise TypeError("udm() takes the name of a unified field")
        if "p_udm" in self._data:
            value = self.deep_get("p_udm", *keys)
            if value is not None:
                return value
        value = self._models.read(self, keys[0])
        for key in keys[1:]:
            value = value.get(key) if isinstance(value, EventMapping) else None
        return default if value is None else value

    def udm_path(self, key: Any) -> str | None:
        """The path that the data model maps a unified field to; nothing for a method."""
        return self._models.path(self, key)

    def lookup(self, table: str, key: str) -> Any:
        """What a lookup table holds for a key; a case gives its tables as `_mocked_lookup_data_`."""
        tables = self.get("_mocked_lookup_data_")
        rows = tables.get(table) if isinstance(tables, EventMapping) else None
        return rows.get(key) if isinstance(rows, EventMapping) else None

    def resolve(self, path: str, matches: list[Any]) -> Any:
        """The one value that a path of a data model matched, read-only, or nothing."""
        if self._record is not None:
            self._record((path,), matches[0] if matches else None, bool(matches))
        return view(matches[0], self._record, (path,)) if matches else None

    def raw(self) -> dict[Any, Any]:
        """The JSON beneath, for reading paths."""
        return self._data

    def event_time_epoch(self, force_utc: bool = True) -> float:
        """The seconds since 1970 of `p_event_time`; a time without a zone is UTC unless told otherwise."""
        text = self["p_event_time"]
        if not isinstance(text, str):
            raise ValueError(f"p_event_time is {type(text).__name__}, not a string")
        moment = datetime.fromisoformat(_microseconds(text.strip()))
        if force_utc and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()


def _microseconds(text: str) -> str:
    """Panther writes nanoseconds, which `datetime` doesn't read."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
