"""`panther-ci new`: a detection from a template."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs

INPUTS: Final = ()


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    from panther_ci.scaffolding import KINDS

    command.add_argument("kind", choices=KINDS)
    command.add_argument("id", help="such as AWS.S3.BucketIsTagged")
    command.add_argument("--path", default=".", help="folder to write into [.]")


def run(arguments: argparse.Namespace, _inputs: Inputs, _environ: Mapping[str, str]) -> int:
    """Write it and say where; raises `InputError` for what is there already."""
    from panther_ci.scaffolding import write_detection

    folder = Path(arguments.path)
    for path in write_detection(arguments.kind, arguments.id, folder):
        print(f"wrote {path}")
    print(f"Next: change them, then run panther-ci test --path {folder}")
    return ExitCode.ACCEPTED
