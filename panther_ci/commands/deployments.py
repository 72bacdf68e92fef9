"""What asks a deployment and judges nothing: `check-connection`, and `deploy --resume`."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs
from panther_ci.terminal import Terminal, print_lines

_INPUTS: Final = (
    "deployment",
    "api_host",
    "function_name",
    "aws_region",
    "role_to_assume",
    "local_path",
)


def add_arguments(command: argparse.ArgumentParser, add_flag: Callable[[Any, "Field[Any]"], None]) -> None:
    """The flags of `check-connection`; `add_flag` adds one for an input."""
    for item in fields(Inputs):
        if item.name in _INPUTS:
            add_flag(command, item)


def check_connection(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print what a deployment says of itself; raises `PantherCIError` with the reason if it can't be used."""
    from panther_ci.delivery import find_target

    connection = find_target(inputs, Path.cwd(), environ, Terminal(arguments, inputs, environ)).check()
    print_lines([f"[INFO]: Connected to {connection.target}.", *connection.lines])
    return ExitCode.ACCEPTED


def resume(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Wait for the end of an upload that a deployment received before, and print its answer."""
    from panther_ci.delivery import resume as resume_upload

    terminal = Terminal(arguments, inputs, environ)
    resume_upload(inputs, Path.cwd(), arguments.resume, terminal, environ)
    return ExitCode.ACCEPTED
