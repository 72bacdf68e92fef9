"""The event a rule reads: a read-only mapping whose keys match in any case.

The interface is the one that Panther documents for `event` in rules
(https://docs.panther.com/detections/rules/python#event-object-functions).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from panther_ci.running.confined.engine.reads import FieldRecorder, Path

MISSING = object()


class EventMapping(Mapping[Any, Any]):
    """A read-only view of a JSON object; a key that is not found is looked up again, ignoring case."""

    __slots__ = ("_at", "_data", "_folded", "_recorder")

    def __init__(self, data: dict[Any, Any], recorder: FieldRecorder | None = None, at: Path = ()) -> None:
        self._data = data
        self._recorder = recorder
        self._at = at
        self._folded: dict[str, Any] | None = None

    def _look_up(self, key: Any) -> Any:
        value = self._data.get(key, MISSING)
        if value is MISSING:
            if self._folded is None:
                self._folded = {k.lower(): v for k, v in reversed(self._data.items()) if isinstance(k, str)}
            value = self._folded.get(key.lower(), MISSING)
        return value

    def _find(self, key: Any) -> Any:
        value = self._look_up(key)
        if self._recorder is not None:
            found = value is not MISSING
            self._recorder.record((*self._at, key), value if found else None, found)
        return value

    def _view(self, value: Any, key: Any) -> Any:
        return view(value, self._recorder, (*self._at, key)) if type(value) in (dict, list) else value

    def __getitem__(self, key: Any) -> Any:
        value = self._find(key)
        if value is MISSING:
            raise KeyError(key)
        return self._view(value, key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or the default."""
        value = self._find(key)
        return default if value is MISSING else self._view(value, key)

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not MISSING

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, EventMapping):
            return self._data == other._data
        if isinstance(other, Mapping):
            return self._data == dict(other)
        return NotImplemented

    def __repr__(self) -> str:
        return repr(self._data)

    def deep_get(self, *keys: Any, default: Any = None) -> Any:
        """The value under a chain of keys, or the default when a step is missing or null."""
        value: Any = self
        for key in keys:
            if not isinstance(value, EventMapping):
                return default
            value = value.get(key)
        return default if value is None else value

    def to_dict(self) -> dict[Any, Any]:
        """A deep copy of plain dictionaries and lists that may be changed."""
        return {key: thaw(value) for key, value in self._data.items()}

    def copy(self) -> dict[Any, Any]:
        """The same as `to_dict`."""
        return self.to_dict()

    @staticmethod
    def json_encoder(value: Any) -> Any:
        """For `json.dumps(event, default=event.json_encoder)`."""
        if isinstance(value, EventMapping):
            return value.to_dict()
        if isinstance(value, EventList):
            return value.as_list()
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


class EventList(Sequence[Any]):
    """A read-only view of a JSON array; equal to a list or a tuple of the same values, unlike its slices."""

    __slots__ = ("_at", "_data", "_recorder")

    def __init__(self, data: list[Any], recorder: FieldRecorder | None = None, at: Path = ()) -> None:
        self._data = data
        self._recorder = recorder
        self._at = at

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(thaw(value) for value in self._data[index])
        at = index if index >= 0 else len(self._data) + index
        return view(self._data[index], self._recorder, (*self._at, at))

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, EventList):
            return self._data == other._data
        return self._data == list(other) if isinstance(other, list | tuple) else NotImplemented

    def __repr__(self) -> str:
        return repr(self._data)

    def as_list(self) -> list[Any]:
        """A deep copy of plain dictionaries and lists that may be changed."""
        return [thaw(value) for value in self._data]

    def copy(self) -> list[Any]:
        """The same as `as_list`."""
        return self.as_list()


def view(value: Any, recorder: FieldRecorder | None, at: Path) -> Any:
    """A read-only view of a JSON value."""
    if type(value) is dict:
        return EventMapping(value, recorder, at)
    if type(value) is list:
        return EventList(value, recorder, at)
    return value


def thaw(value: Any) -> Any:
    """A deep copy of a JSON value."""
    if type(value) is dict:
        return {key: thaw(item) for key, item in value.items()}
    if type(value) is list:
        return [thaw(item) for item in value]
    return value
