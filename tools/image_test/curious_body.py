"""A rule that looks for secrets and for ways out, and is right only if it finds none."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from typing import Any


def read(path: str) -> bytes:
    with open(path, "rb") as opened:
        return opened.read()


def secrets() -> list[str]:
    if any("SECRET" in name or "TOKEN" in name for name in os.environ):
        return ["environ"]
    return []


def try_all() -> Iterator[str]:
    attempts: dict[str, Callable[[], Any]] = {
        "the environment of process 1": lambda: read("/proc/1/environ"),
        "the environment of the parent": lambda: read(f"/proc/{os.getppid()}/environ"),
        "its own first environment": lambda: read("/proc/self/environ"),
        "the checkout": lambda: read("/github/workspace/rules/alpha.yml"),
        "the event": lambda: read("/github/workflow/event.json"),
        "the configuration of git": lambda: read("/github/workspace/.git/config"),
        "the outputs": lambda: open("/github/file_commands/set_output", "a").write("verdict=accepted\n"),
        "a socket": lambda: socket.socket(),
        "a local socket": lambda: socket.socket(socket.AF_UNIX),
        "a process": lambda: subprocess.run(["/bin/true"]),
        "a fork": os.fork,
        "a signal": lambda: os.kill(os.getppid(), 9),
        "a file": lambda: open("/tmp/left-behind", "w"),
    }
    for name, attempt in attempts.items():
        try:
            attempt()
        except (OSError, PermissionError):
            continue
        yield name


FOUND = secrets() + list(try_all())


def rule(event: Any) -> bool:
    if FOUND:
        raise RuntimeError("found " + ", ".join(FOUND))
    print("::error file=rules/alpha.yml::planted")
    return bool(event.get("user") == "Alpha")
