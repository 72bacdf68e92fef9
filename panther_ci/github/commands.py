"""Writes the outputs and the summary of a step of GitHub Actions.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import os
import re
import stat
from collections.abc import Callable, Mapping

from panther_ci.errors import InputError

# GitHub shows nothing at all of a larger summary.
MAX_SUMMARY_BYTES = 1024 * 1024
TRUNCATED = (
    "\n\n**The rest of this summary is left out: GitHub shows at most 1 MiB of it. The log has it all.**\n"
)
HINT = "Run as a step of GitHub Actions, which provides the file."
_OUTPUT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def write_outputs(path: str, outputs: Mapping[str, str]) -> None:
    """Append outputs to the file that GITHUB_OUTPUT names; raises `InputError` if that fails."""
    text = render_outputs(outputs, f"end_{make_token()}")
    _append("GITHUB_OUTPUT", path, lambda _: text.encode("utf-8", "backslashreplace"))


def append_summary(path: str, text: str) -> None:
    """Append to the file that GITHUB_STEP_SUMMARY names, cut to GitHub's limit, past which it shows nothing.

    Raises `InputError` if that fails.
    """
    _append("GITHUB_STEP_SUMMARY", path, lambda size: cut_summary(text, MAX_SUMMARY_BYTES - size))


def render_outputs(outputs: Mapping[str, str], delimiter: str) -> str:
    """The lines that set outputs; raises `InputError` for a name or a value that would set others."""
    lines: list[str] = []
    for name, value in outputs.items():
        if not _OUTPUT_NAME.fullmatch(name):
            raise InputError(f"{name!r} can't be the name of an output.")
        if delimiter in value:
            raise InputError(f"The output `{name}` contains the text that ends it.", "Run again.")
        lines += [f"{name}<<{delimiter}", value, delimiter]
    return "".join(f"{line}\n" for line in lines)


def cut_summary(text: str, room: int) -> bytes:
    """The lines that fit into so many bytes, with a sentence at the end if some are left out.

    Nothing if there is no room for that sentence.
    """
    data = f"{text.rstrip()}\n".encode("utf-8", "backslashreplace")
    if len(data) <= room:
        return data
    ending = TRUNCATED.encode()
    if room < len(ending):
        return b""
    end = data.rfind(b"\n", 0, room - len(ending) + 1)
    return data[: max(end, 0)] + ending


def make_token() -> str:
    """A random text that nobody can guess."""
    return os.urandom(16).hex()


def _append(variable: str, path: str, render: Callable[[int], bytes]) -> None:
    """Append what `render` returns for the present size of the file, which the runner has created."""
    if not path:
        raise InputError(f"{variable} is not set.", HINT)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "ab") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"`{path}`, the file of {variable}, is not a regular file.", HINT)
            file.write(render(status.st_size))
    except (OSError, ValueError) as error:
        raise InputError(f"`{path}`, the file of {variable}, can't be written: {error}.", HINT) from None
