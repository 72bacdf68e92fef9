"""The scripts by which shells complete commands, flags, choices and paths."""

import argparse
from collections.abc import Iterator
from typing import Any

import shtab

# What the value of a flag is, by the field that it is kept in.
_FOLDERS = ("path", "output_path")
_FILES = ("requirements", "junit_path", "sarif_path", "html_path", "manifest", "local_path")


def render(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script for a shell, of a parser whose commands have all their flags."""
    for action in _list_actions(parser):
        if action.dest in _FOLDERS:
            action.complete = shtab.DIRECTORY
        elif action.dest in _FILES:
            action.complete = shtab.FILE
    return shtab.complete(parser, shell)


def _list_actions(parser: argparse.ArgumentParser) -> Iterator[Any]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _list_actions(command)
