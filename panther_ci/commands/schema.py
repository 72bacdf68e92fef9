"""`panther-ci schema`: the JSON Schema of specs, for editors."""

import argparse
from collections.abc import Mapping
from typing import Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs

INPUTS: Final = ()


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    from panther_ci.specs.schemas import TYPES

    words = f"one of {', '.join(TYPES)}; without it, one schema for specs of all types"
    command.add_argument("type", nargs="?", default="", help=words)


def run(arguments: argparse.Namespace, _inputs: Inputs, _environ: Mapping[str, str]) -> int:
    """Print it; raises `InputError` for an unknown kind of spec."""
    from panther_ci.specs.schemas.editors import published

    print(published(arguments.type), end="")
    return ExitCode.ACCEPTED
