"""`panther-ci settings`: every input that a settings file may set, and where its value comes from."""

import argparse
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.errors import ExitCode
from panther_ci.inputs import IN_FILE, Environment, Inputs
from panther_ci.terminal import print_lines

if TYPE_CHECKING:
    from panther_ci.settings.layers import Resolved

INPUTS: Final = ("path",)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """There are no flags that are no inputs."""


def run(arguments: argparse.Namespace, _inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print them as a run on this checkout would have them.

    Raises `InputError` for wrong settings, and for a path that is no folder.
    """
    from panther_ci.repository.place import find_place
    from panther_ci.settings.files import Source, find_ci_source
    from panther_ci.settings.layers import Asked, read_settings

    environment = Environment(environ)
    source = find_ci_source(environment) if environment.in_ci else Source()
    given = {name: getattr(arguments, name) for name in INPUTS if hasattr(arguments, name)}
    asked = Asked(given, frozenset(IN_FILE), Path.cwd(), environ)
    settings = read_settings(asked, source)
    find_place(asked.folder, settings.inputs.path)
    print_lines(describe(settings, given))
    return ExitCode.ACCEPTED


def describe(settings: "Resolved", given: Container[str]) -> Iterator[str]:
    """One line for each input, and each flag that is set: its name, its value, and what sets it."""
    origins = {**settings.origins, **{name: "flag" for name in IN_FILE if name in given}}
    values = {name: (getattr(settings.inputs, name), origins.get(name, "default")) for name in IN_FILE}
    rows = [
        (name.replace("_", "-"), _show(value), origin)
        for name, (value, origin) in {**values, **settings.flags}.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        yield f"{name:{widths[0]}}  {value:{widths[1]}}  {origin}"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
