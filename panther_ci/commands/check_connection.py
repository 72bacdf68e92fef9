"""`panther-ci check-connection`: asks a deployment whether it can be used."""

import argparse
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final

from panther_ci.commands import AddFlag
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


def add_arguments(command: argparse.ArgumentParser, add_flag: AddFlag) -> None:
    """The flags of the command; `add_flag` adds one for an input."""
    for item in fields(Inputs):
        if item.name in _INPUTS:
            add_flag(command, item)


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print what a deployment says of itself; raises `PantherCIError` with the reason if it can't be used."""
    from panther_ci.delivery import find_target

    connection = find_target(inputs, Path.cwd(), environ, Terminal(arguments, inputs, environ)).check()
    print_lines([f"[INFO]: Connected to {connection.target}.", *connection.lines])
    return ExitCode.ACCEPTED
