"""`panther-ci explain`: what a check means."""

import argparse
from collections.abc import Mapping
from typing import Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs

INPUTS: Final = ()


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    command.add_argument("check", nargs="?", help="such as duplicate-id; without one, all are listed")


def run(arguments: argparse.Namespace, _inputs: Inputs, _environ: Mapping[str, str]) -> int:
    """Print what a check means, or the ids of all; raises `InputError` for an unknown one."""
    from panther_ci.explanations import explain, list_checks

    print(explain(arguments.check) if arguments.check else list_checks(), end="")
    return ExitCode.ACCEPTED
