"""The values in an event: read-only mappings, whose keys match in any case, and read-only lists.

The interface is the one that Panther documents for `event` in rules
(https://docs.panther.com/detections/rules/python#event-object-functions).
"""

from abc import ABC
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from panther_ci.running.confined.engine.reads import FieldRecorder, Path

MISSING = object()


class ImmutableContainerMixin(ABC):
    """The base of both kinds of read-only values; each shows the class and the JSON value it holds."""

    __slots__ = ()
    _data: Any

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._data!r})"


class ImmutableCaseInsensitiveDict(ImmutableContainerMixin, Mapping[Any, Any]):
    """A read-only view of a JSON object; a key that is not found is looked up again, ignoring case."""

    __slots__ = ("_at", "_data", "_folded", "_recorder")

    def __init__(
        self, container: Mapping[Any, Any], recorder: FieldRecorder | None = None, at: Path = ()
    ) -> None:
        self._data: Any = (
            container._data if isinstance(container, ImmutableCaseInsensitiveDict) else container
        )
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
            self._recorder.record((*self._at, key), value, value is not MISSING)
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
        if isinstance(other, ImmutableCaseInsensitiveDict):
            return bool(self._data == other._data)
        if isinstance(other, Mapping):
            return bool(self._data == dict(other))
        return NotImplemented

    def deep_get(self, *keys: Any, default: Any = None) -> Any:
        """The value under a chain of keys, or the default when it is missing or null.

        As in a deployment, the default takes the place of a missing step: one that is a mapping is walked on.
        """
        value: Any = self
        for key in keys:
            value = value.get(key, default) if isinstance(value, Mapping) else default
        return default if value is None else value

    def raw_view(self) -> Any:
        """The JSON object itself, which may be changed."""
        return self._data

    def to_dict(self) -> dict[Any, Any]:
        """A deep copy of plain dictionaries and lists that may be changed."""
        return {key: thaw(value) for key, value in self._data.items()}

    def copy(self) -> dict[Any, Any]:
        """The same as `to_dict`."""
        return self.to_dict()


class ImmutableList(ImmutableContainerMixin, Sequence[Any]):
    """A read-only view of a JSON array; equal to a list or a tuple of the same values, unlike its slices."""

    __slots__ = ("_at", "_data", "_recorder")

    def __init__(
        self, container: Iterable[Any], recorder: FieldRecorder | None = None, at: Path = ()
    ) -> None:
        # A list of the event is not copied, since it may be long.
        self._data = container if type(container) is list else list(container)
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
        if isinstance(other, ImmutableList):
            return bool(self._data == other._data)
        return bool(self._data == list(other)) if isinstance(other, list | tuple) else NotImplemented

    def __repr__(self) -> str:
        return f"{type(self).__name__}({tuple(self._data)!r})"

    def as_list(self) -> list[Any]:
        """A deep copy of plain dictionaries and lists that may be changed."""
        return [thaw(value) for value in self._data]

    def copy(self) -> list[Any]:
        """The same as `as_list`."""
        return self.as_list()


def view(value: Any, recorder: FieldRecorder | None, at: Path) -> Any:
    """A read-only view of a JSON value."""
    if type(value) is dict:
        return ImmutableCaseInsensitiveDict(value, recorder, at)
    if type(value) is list:
        return ImmutableList(value, recorder, at)
    return value


def unwrap(value: Any) -> Any:
    """The JSON value itself, which may be changed, of a read-only view."""
    return value._data if isinstance(value, ImmutableContainerMixin) else value


def thaw(value: Any) -> Any:
    """A deep copy of a JSON value."""
    if type(value) is dict:
        return {key: thaw(item) for key, item in value.items()}
    if type(value) is list:
        return [thaw(item) for item in value]
    return value


def json_encoder(value: Any) -> Any:
    """For `json.dumps(value, default=json_encoder)`."""
    if isinstance(value, ImmutableCaseInsensitiveDict):
        return value.to_dict()
    if isinstance(value, ImmutableList):
        return value.as_list()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
