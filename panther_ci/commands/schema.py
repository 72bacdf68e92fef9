"""`panther-ci schema`: the JSON Schema of specs, and of settings, for editors."""

import argparse
from collections.abc import Mapping
from typing import Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs

INPUTS: Final = ()
# What is no kind of spec: `.panther-ci.yml`.
SETTINGS: Final = "settings"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    from panther_ci.specs.schemas import TYPES

    words = f"one of {', '.join((*TYPES, SETTINGS))}; without it, one schema for specs of all types"
    command.add_argument("type", nargs="?", default="", help=words)


def run(arguments: argparse.Namespace, _inputs: Inputs, _environ: Mapping[str, str]) -> int:
    """Print it; raises `InputError` for an unknown kind of spec."""
    from panther_ci.settings import schema
    from panther_ci.specs.schemas import editors

    own = arguments.type == SETTINGS
    print(schema.published() if own else editors.published(arguments.type), end="")
    return ExitCode.ACCEPTED
