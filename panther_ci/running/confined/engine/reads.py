"""Records which fields of an event a body reads in a traced run; the verdict never comes from such a run."""

from collections import deque
from collections.abc import Iterable
from typing import Any, TypeAlias

from panther_ci.running import protocol

# The keys that lead to a field, from the root of the event.
Path: TypeAlias = tuple[str | int, ...]


class _Field:
    """What was got for a field: of which `items` of lists it was read, and the values got last."""

    def __init__(self) -> None:
        self.path: Path = ()
        self.items: set[Path] = set()
        self.values: deque[Any] = deque(maxlen=protocol.MAX_VALUES)


class FieldRecorder:
    """Collects the fields read, with the `function` that read each; those read last if they are many."""

    def __init__(self) -> None:
        # In the order of the last reading. A field of the items of a list is one, whichever item it is of.
        self._seen: dict[tuple[str, tuple[str | None, ...], bool], _Field] = {}
        self.function = ""

    def record(self, path: Path, value: Any, found: bool) -> None:
        """Notes a reading of a field."""
        keys = tuple(
            str(part)[: protocol.MAX_NAME] if type(part) is not int else part
            for part in path[: protocol.MAX_DEPTH]
        )
        name = (self.function, tuple(None if type(key) is int else str(key) for key in keys), found)
        field = self._seen.pop(name, None) or _Field()
        field.path = keys
        field.items.add(tuple(key for key in keys if type(key) is int))
        field.values.appendleft(value)
        self._seen[name] = field
        if len(self._seen) > protocol.MAX_READS:
            del self._seen[next(iter(self._seen))]

    def fields(self) -> list[list[Any]]:
        """The fields read as plain JSON, the last one first.

        Each is function, path, values, whether the event has it, and of how many items of lists it was read.
        """
        return [
            [function, list(field.path), _distinct(field.values) if found else [""], found, len(field.items)]
            for (function, _, found), field in reversed(self._seen.items())
        ]


def _distinct(values: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(map(_brief, values)))


def _brief(value: Any) -> str:
    try:
        text = repr(value)
    except BaseException:  # a body may have put its own object into a resource
        return "an object"
    return text if len(text) <= protocol.MAX_VALUE else text[: protocol.MAX_VALUE - 1] + "…"


class RecordedDict(dict[Any, Any]):
    """An object of a policy's resource in a traced run."""

    def __init__(self, data: dict[Any, Any], recorder: FieldRecorder, at: Path) -> None:
        super().__init__({key: recorded(value, recorder, (*at, key)) for key, value in data.items()})
        self._recorder = recorder
        self._at = at

    def _record(self, key: Any) -> None:
        found = super().__contains__(key)
        self._recorder.record((*self._at, key), super().get(key), found)

    def __getitem__(self, key: Any) -> Any:
        self._record(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._record(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or the default, as of any dictionary."""
        self._record(key)
        return super().get(key, default)


def recorded(value: Any, recorder: FieldRecorder, at: Path = ()) -> Any:
    """A copy of a JSON value whose objects record what is read of them."""
    if type(value) is dict:
        return RecordedDict(value, recorder, at)
    if type(value) is list:
        return [recorded(item, recorder, (*at, number)) for number, item in enumerate(value)]
    return value
