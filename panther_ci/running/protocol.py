"""Frames of JSON over pipes, and the bounds that both sides enforce.

A frame is four bytes of length, most significant first, and that many bytes of JSON. Nothing that
could run code when it is read (pickle, marshal) crosses a pipe.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

# Bounds of what a process that runs bodies may say; the host refuses more.
MAX_FRAME = 4 * 1024 * 1024
MAX_TEXT = 2_000
MAX_NAME = 200
MAX_VALUE = 200
MAX_VALUES = 3
MAX_FRAMES = 20
MAX_READS = 100
MAX_STEPS = 200
MAX_MARKS = 20
MAX_DEPTH = 20
MAX_OUTPUT = 10_000
MAX_ITEMS = 20

# The functions a body may have in addition to its matcher, in the order they are called
# (https://docs.panther.com/detections/rules/python#alert-functions).
AUXILIARY = (
    "title",
    "dedup",
    "description",
    "reference",
    "runbook",
    "severity",
    "destinations",
    "alert_context",
    "unique",
)

_HEADER = 4
# Made once, before any body could put something else in the place of the functions that make them.
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_DECODER = json.JSONDecoder()


class ProtocolError(Exception):
    """The other side sent an invalid message."""


def encode(message: dict[str, Any]) -> bytes:
    """A message as a frame; raises ValueError or RecursionError for what JSON can't express."""
    data = _ENCODER.encode(message).encode()
    return len(data).to_bytes(_HEADER, "big") + data


def send(descriptor: int, message: dict[str, Any]) -> None:
    """Writes a whole frame to a blocking descriptor."""
    left = memoryview(encode(message))
    while left:
        left = left[os.write(descriptor, left) :]


def receive(descriptor: int) -> Any:
    """Reads a whole frame from a blocking descriptor; None at its end."""
    header = _read_exactly(descriptor, _HEADER)
    return None if header is None else receive_body(descriptor, header)


def receive_body(descriptor: int, header: bytes) -> Any:
    """Reads the rest of a frame whose header was read already; None at the end of the descriptor."""
    data = _read_exactly(descriptor, int.from_bytes(header, "big"))
    return None if data is None else _DECODER.decode(data.decode())


def _read_exactly(descriptor: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = os.read(descriptor, min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


class Frames:
    """Collects bytes of an untrusted writer and yields complete messages; never keeps more than one frame."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The messages completed by these bytes; raises ProtocolError at what isn't a small JSON object."""
        self._data += data
        while len(self._data) >= _HEADER:
            size = int.from_bytes(self._data[:_HEADER], "big")
            if size > MAX_FRAME:
                raise ProtocolError("a message was too long")
            if len(self._data) < _HEADER + size:
                break
            message = bytes(self._data[_HEADER : _HEADER + size])
            del self._data[: _HEADER + size]
            yield _decode(message)


def _decode(data: bytes) -> dict[str, Any]:
    try:
        message = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a message could not be read") from error
    if type(message) is not dict:
        raise ProtocolError("a message was not an object")
    return message
