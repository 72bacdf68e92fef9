"""`panther-ci deploy --resume`: waits for the end of an upload, and judges nothing."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from panther_ci.delivery import resume
from panther_ci.errors import ExitCode
from panther_ci.inputs import Inputs
from panther_ci.terminal import Terminal


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Wait for the end of an upload that a deployment received before, and print its answer."""
    terminal = Terminal(arguments, inputs, environ)
    resume(inputs, Path.cwd(), arguments.resume, terminal, environ)
    return ExitCode.ACCEPTED
