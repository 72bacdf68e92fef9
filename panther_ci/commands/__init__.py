"""The commands that do not judge and deploy as a whole, one in each module."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from panther_ci.inputs import Inputs

# The inputs that say which deployment is meant, and how it is reached.
TARGET: Final = ("deployment", "api_host", "function_name", "aws_region", "role_to_assume", "local_path")


def shorten(name: str) -> str:
    """The path of a file that is there, without a detour; editors give whole paths. Other names stay."""
    path = Path(name)
    if not (path.is_absolute() or name.startswith(os.pardir)) or not os.path.lexists(path):
        return name
    return os.path.relpath(path.parent.resolve() / path.name)


class Command(Protocol):
    """What the module of a command has; `INPUTS` are the inputs that are flags of it.

    It may have `DEFAULTS` for them, which count as if they were given.
    """

    INPUTS: tuple[str, ...]

    def add_arguments(self, command: argparse.ArgumentParser) -> None:
        """Add the flags that are no inputs."""

    def run(self, arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
        """Do it and return the exit code; raises `PantherCIError`."""
