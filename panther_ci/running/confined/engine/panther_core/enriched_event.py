"""What a rule's event offers beyond its own fields: data models, lookups and the event's time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from panther_ci.running.confined.engine.panther_core.exceptions import PantherError
from panther_ci.running.confined.engine.panther_core.immutable import (
    MISSING,
    ImmutableCaseInsensitiveDict,
    json_encoder,
    thaw,
    view,
)
from panther_ci.running.confined.engine.reads import FieldRecorder, Path

if TYPE_CHECKING:
    from panther_ci.running.confined.engine.panther_core.data_model import DataModel


class PantherEvent(ImmutableCaseInsensitiveDict):
    """The event as a rule's functions get it; bodies may make one too."""

    # Through an event as well, which a deployment does not allow.
    json_encoder = staticmethod(json_encoder)

    def __init__(
        self,
        event: Mapping[Any, Any],
        data_model: "DataModel | None" = None,
        recorder: FieldRecorder | None = None,
    ) -> None:
        super().__init__(event, recorder)
        self.data_model = data_model

    def deep_walk(self, *keys: Any, default: Any = None, return_val: str = "all") -> Any:
        """The value under a chain of exact keys: a plain copy if there is no list on the way to it.

        Through lists it is the unique values: all of them (a single one without a list), the first or the
        last. As in a deployment, each missing end counts as the default, an object there raises TypeError,
        and for another `return_val` the answer is the text "all".
        """
        return _Walk(default, return_val, self._recorder).end(self._data, keys, ())

    def udm(self, *keys: Any, default: Any = None) -> Any:
        """A unified field: through its data model, from the event's `p_udm`, or the event's own field.

        A data model is asked for a single name only, and what it maps is final, there or not.
        """
        values = self._read_mapped(keys[0]) if len(keys) == 1 else None
        if values is not None:
            return values[0] if values else default
        if not keys:
            return default
        # Where it is missing, nothing is recorded: the body asked for the unified field only.
        unified = self.get("p_udm") if self._look_up("p_udm") is not MISSING else None
        value = unified.deep_get(*keys) if isinstance(unified, ImmutableCaseInsensitiveDict) else None
        return value or self.deep_get(*keys) or default

    def _read_mapped(self, name: Any) -> Sequence[Any] | None:
        """The values of a field that the data model maps; None for another one."""
        if self._recorder is not None:
            self._find("p_log_type")  # it has chosen the data model
        return self.data_model.read(self, name) if self.data_model else None

    def udm_path(self, key: Any) -> str | None:
        """The path at which the data model finds a unified field, or the name of its method.

        Raises PantherError without a data model.
        """
        if not self.data_model:
            raise PantherError(f"no enabled data model for the log type {self.get('p_log_type')!r}")
        return self.data_model.path(self, key)

    def lookup(self, table: str, key: str) -> Any:
        """The row of a lookup table for a key; a case gives its tables as `_mocked_lookup_data_`."""
        tables = self.get("_mocked_lookup_data_")
        rows = tables.get(table) if isinstance(tables, ImmutableCaseInsensitiveDict) else None
        return rows.get(key) if isinstance(rows, ImmutableCaseInsensitiveDict) else None

    def resolve(self, path: str, matches: Sequence[Any]) -> Sequence[Any]:
        """The values that a path of a data model matched, read-only."""
        if self._recorder is not None:
            self._recorder.record((path,), matches[0] if matches else None, bool(matches))
        return [view(match, self._recorder, (path,)) for match in matches]

    def without_models(self) -> ImmutableCaseInsensitiveDict:
        """The event as a method of a data model gets it: it can't ask for unified fields."""
        return ImmutableCaseInsensitiveDict(self._data, self._recorder)

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


class _Walk(NamedTuple):
    """A way along keys and through lists, where `recorder` is told of each field at its own place."""

    default: Any
    return_val: str
    recorder: FieldRecorder | None

    def end(self, value: Any, keys: tuple[Any, ...], at: Path) -> Any:
        """What is found behind these keys of a value, which is at a path of the event."""
        if not keys:
            return self.default if value is None or _is_hollow(value) else thaw(value)
        if isinstance(value, list):
            ends = (self.end(item, keys, (*at, number)) for number, item in enumerate(value))
            return _choose(ends, self.default, self.return_val)
        found = isinstance(value, dict) and keys[0] in value
        inner = value[keys[0]] if found else None
        there = (*at, keys[0])
        if self.recorder is not None:
            self.recorder.record(there, inner, found)
        return self.end(inner, keys[1:], there) if found else self.default


def _is_hollow(value: Any) -> bool:
    return isinstance(value, list) and all(_is_hollow(item) for item in value)


def _choose(ends: Iterable[Any], default: Any, return_val: str) -> Any:
    unique: dict[Any, None] = {}
    for end in ends:
        unique |= dict.fromkeys(end if isinstance(end, list) else () if end is None else (end,))
    found = list(unique)
    if not found:
        return default
    if return_val in ("first", "last"):
        return found[0 if return_val == "first" else -1]
    if return_val != "all":
        return "all"
    return found if len(found) > 1 else found[0]


def _microseconds(text: str) -> str:
    """A time with six digits after the point: a deployment reads any number of them, and none too."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"
