"""`panther-ci check-connection`: asks a deployment whether it can be used."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from panther_ci.commands import TARGET
from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs
from panther_ci.terminal import Terminal, print_lines

INPUTS: Final = TARGET


def add_arguments(command: argparse.ArgumentParser) -> None:
    """There are no flags but those of inputs."""


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print what a deployment says of itself; raises `PantherCIError` with the reason if it can't be used."""
    from panther_ci.delivery import find_target

    connection = find_target(inputs, Path.cwd(), environ, Terminal(arguments, inputs, environ)).check()
    print_lines([f"[INFO]: Connected to {connection.target}.", *connection.lines])
    return ExitCode.ACCEPTED
