"""Runs a program that ends when we end, however we end, and with it all that it has started."""

import errno
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import subprocess

# Beside the program, in its process group, waits a child that nobody writes to: when we are gone, or close
# the pipe, it reads the end of it and kills the group. A signal of Linux for the death of the parent would
# reach the program only, not its own children, and a function between fork and exec costs 4 ms a call.
# A shell reads only one digit as the number of a descriptor, but any number as a path; where that is missing,
# `exec` ends the child that waits, and nothing else.
_GUARDED: Final = '{{ exec </dev/fd/{pipe}; read -r _; kill -9 0; }} >/dev/null 2>&1 & exec "$@"'
# The exit codes of a shell for a program that can't be run, and for one that is not on the PATH.
_ERRORS: Final = {126: errno.EACCES, 127: errno.ENOENT}


class Answer(NamedTuple):
    """How a program ended, and what it wrote."""

    code: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        """The output with the bytes of file names kept, as `os.fsdecode` keeps them."""
        return self.output.decode("utf-8", "surrogateescape")


def run_child(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], request: bytes, seconds: float
) -> Answer:
    """Run a program in a folder with `request` as its input.

    It is killed with its children when it takes longer than `seconds`, when a signal interrupts us and
    when we are killed. Raises `FileNotFoundError` where the program or the folder is missing,
    `subprocess.TimeoutExpired`, and `OSError` where it can't be started.
    """
    with _open_lifeline() as pipe, _start(command, folder, environ, pipe) as process:
        try:
            output, errors = process.communicate(request, seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if number := _ERRORS.get(process.returncode):
        raise OSError(number, os.strerror(number), command[0])
    return Answer(process.returncode, output, errors.decode("utf-8", "backslashreplace"))


@contextmanager
def _open_lifeline() -> Iterator[int]:
    """The end to read of a pipe whose other end only we have."""
    pipe, lifeline = os.pipe()
    try:
        yield pipe
    finally:
        os.close(lifeline)
        os.close(pipe)


def _start(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], pipe: int
) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own, which has no terminal to prompt on."""
    import subprocess

    return subprocess.Popen(
        ("/bin/sh", "-c", _GUARDED.format(pipe=pipe), "sh", *command),
        cwd=folder,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(pipe,),
    )
