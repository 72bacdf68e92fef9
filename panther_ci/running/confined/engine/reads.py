"""Records which fields of an event a body reads in a traced run; the verdict never comes from such a run."""

from typing import Any, TypeAlias

from panther_ci.running import protocol

# The keys that lead to a field, from the root of the event.
Path: TypeAlias = tuple[str | int, ...]


class FieldRecorder:
    """Collects the fields read, in the order of their first reading, with the `function` that read each."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, Path], tuple[str, bool]] = {}
        self.function = ""

    def record(self, path: Path, value: Any, found: bool) -> None:
        """Keeps the first reading of a field, up to a bound."""
        if len(self._seen) < protocol.MAX_READS:
            keys = tuple(
                str(part)[: protocol.MAX_NAME] if type(part) is not int else part
                for part in path[: protocol.MAX_DEPTH]
            )
            self._seen.setdefault((self.function, keys), (_brief(value) if found else "", found))

    def fields(self) -> list[list[Any]]:
        """The fields read as plain JSON: function, path, value, and whether the event has it."""
        return [[function, list(path), *seen] for (function, path), seen in self._seen.items()]


def _brief(value: Any) -> str:
    text = repr(value)
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
