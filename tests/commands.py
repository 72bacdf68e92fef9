"""Runs commands in processes of their own that need not import everything anew.

A server imports the product once and forks for each command; the child has its own folder, environment and
streams, and ends as a program does. Tests of what a start itself does start an interpreter instead.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple, TypeAlias

from demo.fork import Event
from demo.runner import Runner

ROOT = Path(__file__).resolve().parents[1]
# What a command takes at most; more than any on a busy machine.
LONGEST_SECONDS = 120
# Of one request, most of which is the environment.
MAX_MESSAGE = 1 << 17
Done: TypeAlias = "subprocess.CompletedProcess[str]"


class Request(NamedTuple):
    """What the server is asked for: arguments of the command line, or none for the action."""

    folder: str
    arguments: Sequence[str] | None
    environ: Mapping[str, str]
    cpu_seconds: int = 0


def run_command(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, cpu_seconds: int = 0
) -> Done:
    """What `panther-ci` with these arguments does; a limit of processor time holds for each process alone."""
    environ = dict(os.environ if environ is None else environ)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        code = _server().run(Request(str(folder), arguments, environ, cpu_seconds), out, errors)
        return _done(arguments, code, _text(out), _text(errors))


def start_action(runner: Runner, event: Event, inputs: Mapping[str, str] = MappingProxyType({})) -> Done:
    """What `Runner.start` does."""
    command, environ = runner.prepare(event, inputs)
    with tempfile.TemporaryFile() as out:
        code = _server().run(Request(str(runner.checkout), None, environ), out, out)
        runner.check_out(event.branch)
        return _done(command, code, _text(out), None)


def _done(command: Sequence[str], code: int, out: str, errors: str | None) -> Done:
    return subprocess.CompletedProcess(command, code, out, errors)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class _Server:
    """The client's side of a server."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = (sys.executable, "-P", "-m", "tests.commands", str(theirs.fileno()))
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                pass_fds=[theirs.fileno()],
            )
        self._socket.settimeout(LONGEST_SECONDS)

    def run(self, request: Request, out: IO[bytes], errors: IO[bytes]) -> int:
        """The exit code of a command, negative for a signal; raises TimeoutError where it doesn't end."""
        message = json.dumps(request).encode()
        socket.send_fds(self._socket, [message], [out.fileno(), errors.fileno()])
        pid = int(self._socket.recv(MAX_MESSAGE))
        try:
            return os.waitstatus_to_exitcode(int(self._socket.recv(MAX_MESSAGE)))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._socket.recv(MAX_MESSAGE)
            raise

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.close)
    return server


# The side of the server --------------------------------------------------------------------------


def import_everything() -> None:
    """Imports what commands need: all of the product, and the packages that it imports late."""
    import panther_ci

    for module in pkgutil.walk_packages(panther_ci.__path__, "panther_ci."):
        importlib.import_module(module.name)
    names = ("boto3", "botocore.client", "cronsim", "jinja2", "jsonschema", "junit_xml", "shtab", "sqlglot")
    for name in (*names, "urllib3"):
        importlib.import_module(name)


def serve(control: socket.socket) -> Request | None:
    """Forks for each request and tells how the child ended; returns in each child, and None at the end."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_MESSAGE, 2)
        if not message:
            return None
        pid = os.fork()
        if pid == 0:
            control.close()
            request = Request(*json.loads(message))
            become(request, descriptors)
            return request
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())
        control.send(str(os.waitpid(pid, 0)[1]).encode())


def become(request: Request, descriptors: Sequence[int]) -> None:
    """Gives this process what a new one would have been started with."""
    for number, descriptor in enumerate(descriptors, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", closefd=False)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environ)
    if request.cpu_seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (request.cpu_seconds,) * 2)


def main(control: socket.socket) -> int:
    """Serves, or is the command that was asked for."""
    from panther_ci import action, cli

    import_everything()
    gc.freeze()
    request = serve(control)
    if request is None:
        return 0
    if request.arguments is None:
        return int(action.main(os.environ))
    sys.argv[1:] = request.arguments
    return int(cli.main())


if __name__ == "__main__":
    sys.exit(main(socket.socket(fileno=int(sys.argv[1]))))
