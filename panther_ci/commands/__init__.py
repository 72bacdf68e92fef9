"""The commands that do not judge and deploy as a whole, one in each module."""

import argparse
from collections.abc import Mapping
from typing import Final, Protocol

from panther_ci.inputs import Inputs

# The inputs that say which deployment is meant, and how it is reached.
TARGET: Final = ("deployment", "api_host", "function_name", "aws_region", "role_to_assume", "local_path")


class Command(Protocol):
    """What the module of a command has; `INPUTS` are the inputs that are flags of it.

    It may have `DEFAULTS` for them, which count as if they were given.
    """

    INPUTS: tuple[str, ...]

    def add_arguments(self, command: argparse.ArgumentParser) -> None:
        """Add the flags that are no inputs."""

    def run(self, arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
        """Do it and return the exit code; raises `PantherCIError`."""
