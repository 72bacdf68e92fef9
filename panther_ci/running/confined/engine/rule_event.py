"""What a rule's event offers beyond its own fields: data models, lookups and the event's time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from panther_ci.running.confined.engine.event import MISSING, EventMapping, thaw, view
from panther_ci.running.confined.engine.reads import FieldRecorder


class Models(Protocol):
    """The data models that an event may be read through."""

    def read(self, event: "RuleEvent", name: Any) -> Sequence[Any] | None:
        """The values of the unified field of that name; None if no model maps it."""

    def path(self, event: "RuleEvent", name: str) -> str | None:
        """Where the unified field of that name is in the event."""


class RuleEvent(EventMapping):
    """The event as a rule's functions get it."""

    __slots__ = ("_models",)

    def __init__(self, data: dict[Any, Any], models: Models, recorder: FieldRecorder | None = None) -> None:
        super().__init__(data, recorder)
        self._models = models

    def deep_walk(self, *keys: Any, default: Any = None, return_val: str = "all") -> Any:
        """The value under a chain of exact keys: a plain copy if there is no list on the way to it.

        Through lists it is the unique values: all of them (a single one without a list), the first or the
        last. As in a deployment, each missing end counts as the default; an object there raises TypeError.
        """
        if return_val not in ("all", "first", "last"):
            raise ValueError(f"return_val must be 'all', 'first' or 'last', not {return_val!r}")
        return _walk(self._data, keys, default, return_val, self._recorder)

    def udm(self, *keys: Any, default: Any = None) -> Any:
        """A unified field: from the event's `p_udm`, through its data model, or the event's own field.

        A data model is asked for a single name only, and what it maps is final, there or not.
        """
        # Where it is missing, nothing is recorded: the body asked for the unified field only.
        unified = self.get("p_udm") if self._look_up("p_udm") is not MISSING else None
        value = unified.deep_get(*keys) if keys and isinstance(unified, EventMapping) else None
        if value or not keys:
            return value or default
        values = self._models.read(self, keys[0]) if len(keys) == 1 else None
        if values is None:
            return self.deep_get(*keys) or default
        return values[0] if values else default

    def udm_path(self, key: Any) -> str | None:
        """The path at which the data model finds a unified field, or the name of its method."""
        return self._models.path(self, key)

    def lookup(self, table: str, key: str) -> Any:
        """The row of a lookup table for a key; a case gives its tables as `_mocked_lookup_data_`."""
        tables = self.get("_mocked_lookup_data_")
        rows = tables.get(table) if isinstance(tables, EventMapping) else None
        return rows.get(key) if isinstance(rows, EventMapping) else None

    def resolve(self, path: str, matches: Sequence[Any]) -> Sequence[Any]:
        """The values that a path of a data model matched, read-only."""
        if self._recorder is not None:
            self._recorder.record((path,), matches[0] if matches else None, bool(matches))
        return [view(match, self._recorder, (path,)) for match in matches]

    def raw(self) -> dict[Any, Any]:
        """The underlying JSON, for reading paths."""
        return self._data

    def event_time_epoch(self, force_utc: bool = True) -> int:
        """The whole seconds since 1970 of `p_event_time`; 0 if it is missing or not a time.

        With `force_utc` a deployment reads only times without a zone, as UTC.
        """
        text = self.get("p_event_time", "")
        if not isinstance(text, str):
            raise TypeError(f"p_event_time is {type(text).__name__}, not a string")
        try:
            moment = datetime.fromisoformat(_microseconds(text.strip().removesuffix(" UTC")))
        except ValueError:
            return 0
        if not force_utc:
            return int(moment.timestamp())
        zoned = moment.tzinfo is not None or text.endswith("UTC") or len(text) <= len("2024-01-02")
        return 0 if zoned else int(moment.replace(tzinfo=UTC).timestamp())


def _walk(
    value: Any, keys: tuple[Any, ...], default: Any, return_val: str, recorder: FieldRecorder | None
) -> Any:
    if not keys:
        return default if value is None or _is_hollow(value) else thaw(value)
    if isinstance(value, list):
        ends = (_walk(item, keys, default, return_val, recorder) for item in value)
        return _choose(ends, default, return_val)
    found = isinstance(value, dict) and keys[0] in value
    inner = value[keys[0]] if found else None
    if recorder is not None:
        recorder.record((keys[0],), inner, found)
    return _walk(inner, keys[1:], default, return_val, recorder) if found else default


def _is_hollow(value: Any) -> bool:
    return isinstance(value, list) and all(_is_hollow(item) for item in value)


def _choose(ends: Iterable[Any], default: Any, return_val: str) -> Any:
    unique: dict[Any, None] = {}
    for end in ends:
        unique |= dict.fromkeys(end if isinstance(end, list) else () if end is None else (end,))
    found = list(unique)
    if not found:
        return default
    if return_val == "all":
        return found if len(found) > 1 else found[0]
    return found[0 if return_val == "first" else -1]


def _microseconds(text: str) -> str:
    """Panther writes nanoseconds, which `datetime` can't read."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
