"""Turns what a call did into plain bounded JSON: never an object of the body, only its type and text."""

import json
import sys
from collections.abc import Callable, Container, Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any

from panther_ci.running import protocol
from panther_ci.running.confined.engine.panther_core.immutable import (
    ImmutableCaseInsensitiveDict,
    ImmutableList,
    json_encoder,
)

# The types that the judge knows by name.
_PLAIN = (bool, str, list, dict, type(None))
_MOST_LINKS = 20
_CAUSE = BaseException.__dict__["__cause__"].__get__
_CONTEXT = BaseException.__dict__["__context__"].__get__
# What botocore raises before it opens a connection.
_AWS_LACKS = ("NoCredentialsError", "NoRegionError")


def observe(
    call: Callable[[], Any],
    measure: Callable[[Any], dict[str, Any]],
    describe: Callable[[BaseException], dict[str, Any]],
) -> dict[str, Any]:
    """What a call returned, as `measure` describes it, or what it raised, as `describe` does."""
    try:
        return measure(call())
    except BaseException as error:  # the boundary of a body, which may raise SystemExit as well
        return describe(error)


def returned(value: Any) -> dict[str, Any]:
    """The exact type and the bounded text of a value."""
    kind = type(value)
    text = value if kind is str else _repr_of(value)
    return {
        "type": _kind_of(kind),
        "text": text[: protocol.MAX_TEXT],
        "size": len(text) if kind is str else None,
    }


def _repr_of(value: Any) -> str:
    if type(value) in (ImmutableCaseInsensitiveDict, ImmutableList):
        value = value.copy()  # its type is shown beside it
    try:
        return repr(value)
    except BaseException:  # a body's object may refuse to be printed
        return "an object"


def measured(value: Any) -> dict[str, Any]:
    """The same for auxiliary functions, with the sizes that are limited; subclasses count as their base.

    The text of a mapping is its JSON.
    """
    kind = type(value)
    if issubclass(kind, str):
        return returned(str.__str__(value))
    if issubclass(kind, dict | ImmutableCaseInsensitiveDict):
        return {**_measured_mapping(value), "mapping": True}
    seen = returned(value)
    if issubclass(kind, list):
        seen["type"] = "list"
        seen["size"] = len(value)
        seen["odd"] = next((_kind_of(type(item)) for item in value if not issubclass(type(item), str)), "")
        first = list.__getitem__(value, slice(protocol.MAX_ITEMS))
        seen["items"] = [] if seen["odd"] else [str.__str__(item)[: protocol.MAX_TEXT] for item in first]
    return seen


def _measured_mapping(value: Any) -> dict[str, Any]:
    try:
        plain = json.dumps(value, default=json_encoder, allow_nan=False)
        text = plain
        if "\\u" in plain:
            text = json.dumps(value, default=json_encoder, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        return {**returned(value), "odd": _text_of(error) or _name_of(type(error))}
    return {"type": _kind_of(type(value)), "text": text[: protocol.MAX_TEXT], "size": len(plain)}


def raised(error: BaseException, paths: Container[str]) -> dict[str, Any]:
    """The type, the text and the lines of the repository's code of an exception."""
    frames = _frames(error.__traceback__, paths)
    if isinstance(error, SyntaxError) and error.filename in paths and type(error.lineno) is int:
        frames.append([str(error.filename), error.lineno, ""])
    return {
        "raised": _name_of(type(error)),
        "text": _text_of(error),
        "frames": frames[-protocol.MAX_FRAMES :],
        "network": any(map(_needs_network, _chain(error))),
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those it was raised for or after, up to a bound."""
    link: BaseException | None = error
    for _ in range(_MOST_LINKS):
        if link is None:
            return
        yield link
        # Not link.__cause__, which a class of a body may answer.
        link = _CAUSE(link) or _CONTEXT(link)


def _needs_network(error: BaseException) -> bool:
    """Whether an exception comes from Python's sockets, or from a client of AWS without an account."""
    if _name_of(type(error)) in _AWS_LACKS:
        return True
    module = sys.modules.get("socket")
    if module is None or not isinstance(error, OSError):
        return False
    codes = (trace.tb_frame.f_code for trace in _walk(error.__traceback__))
    return any(code.co_filename == module.__file__ for code in codes)


def _walk(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def places(frame: FrameType | None, paths: Container[str]) -> list[list[Any]]:
    """The lines of the repository's code that are running, outermost first."""
    found: list[list[Any]] = []
    while frame is not None and len(found) < protocol.MAX_FRAMES:
        if frame.f_code.co_filename in paths:
            found.insert(0, _place(frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return found


def _place(code: CodeType, line: int | None) -> list[Any]:
    return [code.co_filename, line or 0, code.co_name[: protocol.MAX_NAME]]


def _frames(trace: TracebackType | None, paths: Container[str]) -> list[list[Any]]:
    found = ((each.tb_frame.f_code, each.tb_lineno) for each in _walk(trace))
    return [_place(code, line) for code, line in found if code.co_filename in paths]


def _kind_of(kind: type) -> str:
    """The name of a class, made distinct where a class of a body has the name of one of Python's."""
    for plain in _PLAIN:
        if kind is plain:
            return plain.__name__
    name = _name_of(kind)
    return f"class {name}" if any(name == plain.__name__ for plain in _PLAIN) else name


def _name_of(kind: type) -> str:
    # Not kind.__name__, which a metaclass may answer.
    name: str = type.__dict__["__name__"].__get__(kind)
    return name[: protocol.MAX_NAME]


def _text_of(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return str(text)[: protocol.MAX_TEXT]
    except BaseException:  # a body's exception may refuse to be printed
        return ""
