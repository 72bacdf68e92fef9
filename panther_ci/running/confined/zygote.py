"""The process that all processes running bodies are forked from: it confines itself, then forks on demand.

Started by the host as a file in a fresh interpreter that sees no site-packages and no variables of the
host's environment. It speaks to the host over one socket, has a single thread, and never runs a body.
"""

import _socket
import gc
import importlib
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

if __name__ == "__main__":
    gc.disable()  # what is imported before the first fork is kept, so there is no garbage to find
    # The folder of this package: only for the imports below, and taken away again before all others.
    sys.path.insert(0, sys.argv[2])

from panther_ci.running import protocol
from panther_ci.running.confined import self_test
from panther_ci.running.confined.engine import presets, worker
from panther_ci.running.confined.engine.evaluators import find_part
from panther_ci.running.confined.engine.facade import offer_panther_core
from panther_ci.running.confined.engine.guard import Guard
from panther_ci.running.confined.engine.meter import Meter
from panther_ci.running.confined.engine.modules import Compiled, Text
from panther_ci.running.confined.layers import Confinement

# The first compilation in a process is slow; children inherit that it was done.
_WARM = "def warm(event):\n    return event.get('a') == 'b' and [f'{x}' for x in (1, 2)]"


class Zygote:
    """Answers the host: one action for each frame."""

    def __init__(self, control: int) -> None:
        self._control = control
        self._socket = _socket.socket(fileno=control)
        self._children: dict[int, int] = {}
        self._compiled = Compiled()
        self._confinement = Confinement()
        self._guard: Guard | None = None
        self._meter = Meter(on=False)

    def serve(self) -> None:
        """Works until the host closes the socket, then ends every child."""
        try:
            while (received := self._receive()) is not None:
                self._answer(*received)
        finally:
            for pid in self._children.values():
                _end(pid)

    def _answer(self, message: dict[str, Any], descriptors: list[int]) -> None:
        match message["do"]:
            case "begin":
                try:
                    answer = self._begin(message)
                except Exception as error:  # the boundary of the process: the host reports the failure
                    answer = {"failed": f"{type(error).__name__}: {error}"}
                protocol.send(self._control, answer)
            case "fork":
                self._fork(message, descriptors)
            case "ask":
                os.kill(self._children[message["child"]], signal.SIGALRM)
            case "end":
                status = _end(self._children.pop(message["child"]))
                answer = {"child": message["child"], "status": status, "spent": self._meter.take()}
                protocol.send(self._control, answer)
        for descriptor in descriptors:
            os.close(descriptor)

    def _begin(self, message: dict[str, Any]) -> dict[str, Any]:
        meter = self._meter = Meter(message["metered"])
        meter.count("start")
        for name in message["parts"]:
            find_part(name)
        sys.path[:] = [*sys.path[1:], *message["paths"]]
        sys.dont_write_bytecode = True  # our own modules are imported; what follows isn't ours to cache
        presets.preset()
        self._confinement.confine_zygote(message["layers"], message["readable"])
        offer_panther_core()
        meter.count("confine")
        for name in message["preload"]:
            _preload(name)
        meter.count("import")
        self._compile([["<warm>", _WARM], *message["sources"]])
        gc.freeze()
        gc.enable()
        meter.count("compile")
        return {
            "layers": sorted(self._confinement.layers),
            "notes": list(self._confinement.notes),
            "spent": meter.take(),
        }

    def _compile(self, sources: list[list[str]]) -> None:
        for path, text in sources:
            try:
                self._compiled.get(Text(path, text.encode("latin-1")))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # reported by the detection that loads it

    def _fork(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if message["shared"] and self._guard is None:
            self._guard = Guard([self._compiled, *gc.get_referents(self._compiled)])
            gc.freeze()
            self._meter.count("guard")
        pid = os.fork()
        if pid == 0:
            self._live(message, *descriptors)
        self._children[message["child"]] = pid
        self._meter.count("fork")

    def _live(self, message: dict[str, Any], jobs: int, results: int) -> NoReturn:
        """The child's life; it never returns to the zygote's loop."""
        status = 1
        try:
            self._socket.close()
            self._confinement.confine_child(message["limits"])
            if message["self_test"]:
                protocol.send(results, {"leaks": self_test.probe(message["self_test"])})
            else:
                guard = self._guard if message["shared"] else None
                meter = Meter(message["metered"])
                meter.count("confine")
                worker.Worker(results, self._compiled, guard, meter).work(jobs, message["wary"])
            status = 0
        finally:
            worker.end(status)

    def _receive(self) -> tuple[dict[str, Any], list[int]] | None:
        # The descriptors come with the first byte of a frame, so with its header.
        header, ancillary, _, _ = self._socket.recvmsg(4, _socket.CMSG_SPACE(2 * 4), _socket.MSG_WAITALL)
        if len(header) < 4:
            return None
        message = protocol.receive_body(self._control, header)
        descriptors = [
            int.from_bytes(data[at : at + 4], sys.byteorder)
            for level, kind, data in ancillary
            if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS
            for at in range(0, len(data) - len(data) % 4, 4)
        ]
        return None if message is None else (message, descriptors)


def _end(pid: int) -> int:
    """Reaps a child, by force if it still runs; returns its wait status."""
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return status


def _preload(name: str) -> None:
    # A package of others may raise anything; the body that imports it will say what is wrong.
    with suppress(Exception):
        importlib.import_module(name)


if __name__ == "__main__":
    # From here on, failures go over the socket; no process that runs bodies inherits our stderr.
    os.dup2(1, 2)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)  # until a child can answer it
    Zygote(int(sys.argv[1])).serve()
