"""Reads the messages of a process that runs bodies, and checks every value: the host trusts nothing else."""

from collections.abc import Mapping
from typing import Any

from panther_ci.judging.observations import (
    CaseObservation,
    MissingMatcher,
    Observation,
    Place,
    Problem,
    Raised,
    Returned,
    Undecided,
    UnknownMock,
)
from panther_ci.model import FieldRead, Step
from panther_ci.running import protocol

# A list of an event has fewer.
_MOST_ITEMS = 10**9


def read_case(message: Mapping[str, Any]) -> CaseObservation:
    """A case's message as typed values; raises ProtocolError for anything unexpected."""
    functions = _take(message, "functions", dict)
    if not set(functions) <= set(protocol.AUXILIARY):
        raise protocol.ProtocolError("a message named an unknown function")
    seconds = message.get("seconds")
    if type(seconds) is not float or not 0 <= seconds < 1e6:
        raise protocol.ProtocolError("a message had no time")
    return CaseObservation(
        matcher=_read_matcher(_take(message, "matcher", dict)),
        functions={name: _read_observation(_dict(seen)) for name, seen in functions.items()},
        reads=tuple(_read_field(entry) for entry in _take(message, "reads", list)[: protocol.MAX_READS]),
        output=_text(message, "output", protocol.MAX_OUTPUT),
        seconds=seconds,
        idle=_read_names(message.get("idle", [])),
        lines=_read_lines(message.get("lines", {})),
        steps=_read_steps(message.get("steps", []), message.get("decided")),
        filtered=message.get("filtered") is True,
    )


def read_problem(message: Mapping[str, Any]) -> Problem | None:
    """Why the body could not be loaded; raises ProtocolError for anything unexpected."""
    if message.get("loaded") is None:
        return None
    loaded = _take(message, "loaded", dict)
    if "missing" in loaded:
        return MissingMatcher(_text(loaded, "missing", protocol.MAX_NAME))
    return _read_raised(loaded)


def _read_matcher(seen: dict[str, Any]) -> Returned | Raised | UnknownMock | Undecided:
    if "unknown" in seen:
        return UnknownMock(_text(seen, "unknown", protocol.MAX_TEXT))
    if "undecided" in seen:
        return Undecided(_read_keys(seen.get("keys")), _text(seen, "undecided", protocol.MAX_TEXT))
    return _read_observation(seen)


def _read_observation(seen: dict[str, Any]) -> Observation:
    if "raised" in seen:
        return _read_raised(seen)
    size = seen.get("size")
    if not (size is None or (type(size) is int and size >= 0)):
        raise protocol.ProtocolError("a size was not a number")
    return Returned(
        type=_text(seen, "type", protocol.MAX_NAME),
        text=_text(seen, "text", protocol.MAX_TEXT),
        size=size or 0,
        odd=_text(seen, "odd", protocol.MAX_TEXT) if "odd" in seen else "",
        mapping=seen.get("mapping") is True,
        items=_read_items(seen) if "items" in seen else (),
    )


def _read_items(seen: dict[str, Any]) -> tuple[str, ...]:
    items = _take(seen, "items", list)
    if len(items) > protocol.MAX_ITEMS or not all(type(item) is str for item in items):
        raise protocol.ProtocolError("the strings of a list are malformed")
    return tuple(item[: protocol.MAX_TEXT] for item in items)


def _read_raised(seen: dict[str, Any]) -> Raised:
    frames = _read_frames(_take(seen, "frames", list))
    name, text = _text(seen, "raised", protocol.MAX_NAME), _text(seen, "text", protocol.MAX_TEXT)
    return Raised(name, text, frames, seen.get("network") is True)


def _read_names(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise protocol.ProtocolError("the names of mocks are malformed")
    return tuple(names)


def _read_lines(lines: object) -> dict[str, int]:
    if not isinstance(lines, dict) or not all(type(line) is int for line in lines.values()):
        raise protocol.ProtocolError("the lines of functions are malformed")
    return lines


def read_places(message: Mapping[str, Any]) -> tuple[Place, ...]:
    """Where a body was when its time was almost over; raises ProtocolError for anything unexpected."""
    return _read_frames(_take(message, "late", list))


def _read_frames(frames: list[Any]) -> tuple[Place, ...]:
    places = []
    for frame in frames[: protocol.MAX_FRAMES]:
        match frame:
            case [str(path), int(line), str(name)] if type(line) is int and len(path) <= protocol.MAX_TEXT:
                places.append((path, line, name[: protocol.MAX_NAME]))
            case _:
                raise protocol.ProtocolError("a frame of an exception is malformed")
    return tuple(places)


def _read_steps(steps: object, decided: object) -> tuple[Step, ...]:
    """The conditions, and which of them decided."""
    if not isinstance(steps, list) or not (decided is None or type(decided) is int):
        raise protocol.ProtocolError("the steps of a case are malformed")
    found = map(_read_step, steps[: protocol.MAX_STEPS])
    return tuple(step._replace(decides=number == decided) for number, step in enumerate(found))


def _read_step(entry: object) -> Step:
    match entry:
        case [keys, str(text), bool() | None as held, int(depth), *marks] if (
            type(depth) is int and depth >= 0 and len(marks) <= 1
        ):
            shown, deep = text[: protocol.MAX_TEXT], min(depth, protocol.MAX_DEPTH)
            return Step(_read_keys(keys), shown, held, deep, _read_marks(marks[0]) if marks else ())
    raise protocol.ProtocolError("a step of a case is malformed")


def _read_marks(marks: object) -> tuple[int, ...]:
    if not isinstance(marks, list) or not all(type(mark) is int and 0 <= mark <= 1000 for mark in marks):
        raise protocol.ProtocolError("the marks of a step are malformed")
    return tuple(marks[: protocol.MAX_MARKS])


def _read_keys(keys: object) -> tuple[str | int, ...]:
    if not isinstance(keys, list) or not all(type(key) in (str, int) for key in keys):
        raise protocol.ProtocolError("the keys of a condition are malformed")
    bounded = keys[: protocol.MAX_DEPTH]
    return tuple(key if type(key) is int else str(key)[: protocol.MAX_NAME] for key in bounded)


def _read_field(entry: object) -> FieldRead:
    match entry:
        case [str(function), list(path), [str(value), *others], bool(found), int(items)] if (
            all(type(part) in (str, int) for part in path)
            and all(type(other) is str for other in others)
            and (type(items) is int and 0 < items <= _MOST_ITEMS)
        ):
            keys = tuple(part if type(part) is int else str(part)[: protocol.MAX_NAME] for part in path)
            more = tuple(str(other)[: protocol.MAX_VALUE] for other in others[: protocol.MAX_VALUES - 1])
            return FieldRead(
                function,
                keys[: protocol.MAX_DEPTH],
                value[: protocol.MAX_VALUE],
                found,
                others=more,
                items=items,
            )
    raise protocol.ProtocolError("a field that was read is malformed")


def _take(message: Mapping[str, Any], key: str, kind: type) -> Any:
    value = message.get(key)
    if type(value) is not kind:
        raise protocol.ProtocolError(f"a message had no {key}")
    return value


def _dict(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise protocol.ProtocolError("an observation is malformed")
    return value


def _text(message: Mapping[str, Any], key: str, bound: int) -> str:
    text: str = _take(message, key, str)
    return text[:bound]
