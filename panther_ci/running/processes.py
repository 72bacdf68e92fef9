"""The host's handles of the processes that run bodies: the zygote, and the children it forks."""

import fcntl
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from panther_ci.errors import RunnerError
from panther_ci.running import protocol
from panther_ci.running.meter import Meter

# A zygote imports what bodies import before it is ready; a package may take seconds.
START_SECONDS = 60.0
END_SECONDS = 5.0
_LOWEST_DESCRIPTOR = 3
_CHUNK = 65536


class ZygoteKind(Enum):
    """What a zygote has imported: the standard library only, or packages too."""

    BARE = "bare"
    WITH_PACKAGES = "with packages"


class ProcessGoneError(Exception):
    """The zygote is dead or doesn't answer."""


@dataclass
class Child:
    """A process that runs the bodies of one group of trust, as the host sees it."""

    number: int
    jobs: int
    results: int
    frames: protocol.Frames
    outbox: bytearray

    def write(self) -> None:
        """Sends what fits into the pipe now."""
        try:
            sent = os.write(self.jobs, memoryview(self.outbox)[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:
            self.outbox.clear()  # it is gone, which its results will say
            return
        del self.outbox[:sent]

    def read(self) -> Iterator[dict[str, Any]] | None:
        """The messages that arrived; None at the end; raises ProtocolError where nonsense follows them."""
        try:
            data = os.read(self.results, _CHUNK)
        except BlockingIOError:
            return iter(())
        return self.frames.feed(data) if data else None

    def close_jobs(self) -> None:
        """Closes its queue of jobs, so that it ends."""
        if self.jobs >= 0:
            os.close(self.jobs)
            self.jobs = -1

    def close(self) -> None:
        """Gives both pipes back."""
        self.close_jobs()
        if self.results >= 0:
            os.close(self.results)
            self.results = -1


class ZygoteHandle:
    """A running zygote; every method raises ProcessGoneError once it is dead."""

    def __init__(self, environment: Mapping[str, str], meter: Meter) -> None:
        ours, theirs = socket.socketpair()
        self._socket = _above_standard(ours)
        their_end = _above_standard(theirs)
        self._frames = protocol.Frames()
        self._children = 0
        self._meter = meter
        self.layers: frozenset[str] = frozenset()
        self.notes: tuple[str, ...] = ()
        here = Path(__file__).resolve().parent
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-s",
                    "-S",
                    str(here / "confined" / "zygote.py"),
                    str(their_end.fileno()),
                    str(here.parents[1]),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                env=dict(environment),
                pass_fds=(their_end.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            self._socket.close()
            raise RunnerError(f"the process that runs bodies could not be started: {error}") from error
        finally:
            their_end.close()

    def begin(self, message: Mapping[str, Any]) -> None:
        """Sends what to confine itself to and what to import; `ready` gives the answer."""
        self._send({"do": "begin", "metered": self._meter.on, **message})

    def has_answered(self) -> bool:
        """Whether the answer that `ready` waits for has come, or none will."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def ready(self) -> None:
        """Waits until it is confined; raises ProcessGoneError if it isn't in time."""
        answer = self._wait(START_SECONDS)
        if "failed" in answer:
            raise RunnerError(f"the process that runs bodies can't be confined: {answer['failed']}")
        self.layers = frozenset(str(layer) for layer in answer["layers"])
        self.notes = tuple(str(note) for note in answer["notes"])
        self._meter.add("zygote", answer)

    def fork(
        self, limits: Mapping[str, int], self_test: int = 0, shared: bool = False, wary: bool = False
    ) -> Child:
        """A new child; it says nothing until it got a job, unless it runs the self-test.

        Only a `shared` one may get several jobs; a `wary` one looks more often at what they changed.
        """
        job_reader, job_writer = _pipe()
        result_reader, result_writer = _pipe()
        self._children += 1
        frame = {
            "do": "fork",
            "child": self._children,
            "limits": dict(limits),
            "self_test": self_test,
            "shared": shared,
            "wary": wary,
            "metered": self._meter.on,
        }
        try:
            self._send(frame, (job_reader, result_writer))
        except ProcessGoneError:
            os.close(job_writer)
            os.close(result_reader)
            raise
        finally:
            os.close(job_reader)
            os.close(result_writer)
        os.set_blocking(job_writer, False)
        os.set_blocking(result_reader, False)
        return Child(self._children, job_writer, result_reader, protocol.Frames(), bytearray())

    def self_test(self, limits: Mapping[str, int]) -> tuple[str, ...]:
        """What a child managed to do that none must; raises ProcessGoneError if it can't say."""
        child = self.fork(limits, self_test=os.getpid())
        poll = select.poll()
        poll.register(child.results, select.POLLIN)
        messages: list[dict[str, Any]] | None = []
        deadline = time.monotonic() + END_SECONDS
        try:
            while messages == [] and time.monotonic() < deadline and poll.poll(END_SECONDS * 1000):
                arrived = child.read()
                messages = None if arrived is None else list(arrived)
        except protocol.ProtocolError:
            messages = None
        self.end(child)
        if not messages or type(messages[0].get("leaks")) is not list:
            return ("end without an answer",)
        return tuple(str(leak) for leak in messages[0]["leaks"])

    def ask(self, child: Child) -> None:
        """Has a child say where its body is, if it can."""
        self._send({"do": "ask", "child": child.number})

    def end(self, child: Child) -> int:
        """Ends and reaps a child, and returns its wait status."""
        self._send({"do": "end", "child": child.number})
        answer = self._wait(END_SECONDS)
        child.close()
        status = answer.get("status")
        if answer.get("child") != child.number or type(status) is not int:
            raise ProcessGoneError
        self._meter.add("zygote", answer)
        return status

    def close(self) -> None:
        """Ends it and all its children; never raises, never waits long."""
        self._socket.close()
        if self._process.stderr is not None:
            self._process.stderr.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)

    def last_words(self) -> str:
        """The last line that it wrote before it died, if it did so before it was confined."""
        assert self._process.stderr is not None
        os.set_blocking(self._process.stderr.fileno(), False)
        lines = (self._process.stderr.read(_CHUNK) or b"").decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _send(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        data = protocol.encode(dict(message))
        self._socket.settimeout(START_SECONDS)
        try:
            sent = socket.send_fds(self._socket, [data], list(descriptors)) if descriptors else 0
            self._socket.sendall(data[sent:])
        except OSError as error:
            raise ProcessGoneError from error

    def _wait(self, seconds: float) -> dict[str, Any]:
        """The one answer that it owes us."""
        deadline = time.monotonic() + seconds
        while True:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self._socket.recv(_CHUNK)
                messages = list(self._frames.feed(data))
            except (OSError, protocol.ProtocolError) as error:
                raise ProcessGoneError from error
            if not data:
                raise ProcessGoneError
            if messages:
                return messages[0]


def _above_standard(end: socket.socket) -> socket.socket:
    """Descriptors 0 to 2 may be closed in the host, and the zygote puts /dev/null there."""
    if end.fileno() >= _LOWEST_DESCRIPTOR:
        return end
    with end:
        return socket.socket(fileno=fcntl.fcntl(end.fileno(), fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTOR))


def _pipe() -> tuple[int, int]:
    ends = []
    for end in os.pipe():
        if end < _LOWEST_DESCRIPTOR:
            high = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTOR)
            os.close(end)
            end = high
        ends.append(end)
    return ends[0], ends[1]
