"""Records which fields a body reads in a traced run; the verdict never comes from such a run."""

from typing import Any

from panther_ci.running import protocol
from panther_ci.running.confined.engine.event import Path, Recorder


class Reads:
    """The fields read, in the order of their first reading, each with the function that read it."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, Path], tuple[str, bool]] = {}
        self.function = ""

    def note(self, path: Path, value: Any, found: bool) -> None:
        """Keeps the first reading of a field, up to a bound."""
        if len(self._seen) < protocol.MAX_READS:
            keys = tuple(
                str(part)[: protocol.MAX_NAME] if type(part) is not int else part
                for part in path[: protocol.MAX_DEPTH]
            )
            self._seen.setdefault((self.function, keys), (_brief(value) if found else "", found))

    def taken(self) -> list[list[Any]]:
        """The readings as plain JSON: function, path, value, whether it was there."""
        return [[function, list(path), *seen] for (function, path), seen in self._seen.items()]


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= protocol.MAX_VALUE else text[: protocol.MAX_VALUE - 1] + "…"


class RecordingDict(dict[Any, Any]):
    """The resource of a policy, in a traced run."""

    def __init__(self, data: dict[Any, Any], record: Recorder, at: Path) -> None:
        super().__init__({key: recording(value, record, (*at, key)) for key, value in data.items()})
        self._record = record
        self._at = at

    def _note(self, key: Any) -> None:
        found = super().__contains__(key)
        self._record((*self._at, key), super().get(key), found)

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The same as of any dictionary."""
        self._note(key)
        return super().get(key, default)


def recording(value: Any, record: Recorder, at: Path = ()) -> Any:
    """A copy of a JSON value whose objects tell what is read of them."""
    if type(value) is dict:
        return RecordingDict(value, record, at)
    if type(value) is list:
        return [recording(item, record, (*at, number)) for number, item in enumerate(value)]
    return value
