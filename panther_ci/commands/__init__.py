"""The commands that do not judge and deploy as a whole, one in each module."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import Field
from typing import Any, Protocol, TypeAlias

from panther_ci.inputs import Inputs

AddFlag: TypeAlias = "Callable[[argparse.ArgumentParser, Field[Any]], None]"


class Command(Protocol):
    """What the module of a command has."""

    def add_arguments(self, command: argparse.ArgumentParser, add_flag: AddFlag) -> None:
        """Add the flags of the command; `add_flag` adds one for an input."""

    def run(self, arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
        """Do it and return the exit code; raises `PantherCIError`."""
