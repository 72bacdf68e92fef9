"""`panther-ci settings`: every input that a settings file may set, and where its value comes from."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import IN_FILE, Environment, Inputs
from panther_ci.model import ComparisonRequest
from panther_ci.terminal import print_lines

if TYPE_CHECKING:
    from panther_ci.settings.layers import Resolved

INPUTS: Final = ("path",)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """There are no flags that are no inputs."""


def run(arguments: argparse.Namespace, _inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print them as a run on this checkout would have them; raises `InputError` for wrong settings."""
    from panther_ci.settings.files import Source
    from panther_ci.settings.layers import Asked, read_settings

    base = ComparisonRequest() if Environment(environ).in_ci else None
    given = {name: getattr(arguments, name) for name in INPUTS if hasattr(arguments, name)}
    asked = Asked(given, frozenset(IN_FILE), Path.cwd(), environ)
    print_lines(describe(read_settings(asked, Source(base))))
    return ExitCode.ACCEPTED


def describe(settings: "Resolved") -> Iterator[str]:
    """One line for each input: its name, its value, and what sets it."""
    rows = [
        (name.replace("_", "-"), _show(getattr(settings.inputs, name)), settings.origins.get(name, "default"))
        for name in IN_FILE
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        yield f"{name:{widths[0]}}  {value:{widths[1]}}  {origin}"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
