"""Runs one case in a process that has the terminal and that nothing confines, for who debugs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from panther_ci.judging.judge import judge_job
from panther_ci.judging.observations import Observed
from panther_ci.model import Job, JobResult
from panther_ci.model.reasons import MalformedMessage, ProcessEnded
from panther_ci.running import protocol
from panther_ci.running.attempt import Attempt
from panther_ci.running.confined.engine.debugged import QUIT_STATUS
from panther_ci.running.job_frames import Encoder
from panther_ci.running.requirements.packages import library_folders
from panther_ci.running.schedule import Task
from panther_ci.running.zygotes import body_environment

_CHUNK = 65536


def run_unconfined(job: Job, root: Path, packages: str, environ: Mapping[str, str]) -> JobResult | None:
    """The result of a job with one case; None if the user left the debugger.

    Its process starts in `root`, so that tracebacks and debuggers find the lines of the sources there.
    """
    attempt = Attempt(Task(job), 1)
    frame = Encoder().encode(attempt, set())
    paths = [path for path in (packages, *library_folders()) if path]
    malformed = ""
    with _ignoring_interrupts(), _Process(paths, root, _environment(environ)) as process:
        process.send(frame)
        try:
            for message in process.receive():
                attempt.take(message)
        except protocol.ProtocolError as error:
            malformed = str(error)
        status = process.wait()
    if status == QUIT_STATUS:
        return None
    return judge_job(job, _observed(attempt, status, malformed))


def _observed(attempt: Attempt, status: int, malformed: str) -> Observed:
    if malformed:
        return attempt.observed(MalformedMessage(malformed))
    return attempt.observed(None if attempt.done else ProcessEnded(status))


class _Process:
    """The process; its own two pipes are for us, and its standard streams are ours."""

    def __init__(self, paths: Sequence[str], root: Path, environment: Mapping[str, str]) -> None:
        here = Path(__file__).resolve().parent
        script = str(here / "confined" / "engine" / "debugged.py")
        jobs, self._jobs = os.pipe()
        self._results, results = os.pipe()
        self._process = subprocess.Popen(
            # Without buffers, so that prints come in their place.
            [
                sys.executable,
                "-P",
                "-s",
                "-S",
                "-u",
                script,
                str(jobs),
                str(results),
                str(here.parents[1]),
                *paths,
            ],
            cwd=root,
            env=dict(environment),
            pass_fds=(jobs, results),
        )
        os.close(jobs)
        os.close(results)

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._results)
        self._process.kill()
        self._process.wait()

    def send(self, frame: bytes) -> None:
        """Writes the job; a process that ended before it read all of it is noticed by its answer."""
        with os.fdopen(self._jobs, "wb") as pipe:
            try:
                pipe.write(frame)
                pipe.flush()
            except BrokenPipeError:
                return

    def receive(self) -> Iterator[dict[str, object]]:
        """Its messages until it ends; raises ProtocolError for what is none."""
        frames = protocol.Frames()
        while data := os.read(self._results, _CHUNK):
            yield from frames.feed(data)

    def wait(self) -> int:
        """Its exit status, negative for a signal."""
        return self._process.wait()


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """An interrupt of the terminal is for the debugger, or ends the case and not us."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of the user, and of those that bodies see all but the folder of settings.

    What changes the interpreter itself is left out, except for the debugger of choice.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith("PYTHON") or name == "PYTHONBREAKPOINT"
    }
    return kept | {name: value for name, value in body_environment().items() if name != "HOME"}
