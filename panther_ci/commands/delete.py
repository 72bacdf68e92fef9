"""`panther-ci delete`: removes detections and saved queries from a deployment, once its user has agreed."""

import argparse
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.commands import TARGET
from panther_ci.errors import ExitCode, InputError
from panther_ci.inputs import Inputs
from panther_ci.terminal import Terminal, print_lines

if TYPE_CHECKING:
    from panther_ci.deployments.base import Deleted, Deletion, Deployment
    from panther_ci.ledger import Ledger

INPUTS: Final = (*TARGET, "deploy_timeout_minutes", "wire", "user_id", "dry_run", "manifest")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    command.add_argument("ids", nargs="*", metavar="ID", help="rules and policies, by their ids")
    words = "saved and scheduled queries, by their names"
    command.add_argument("--query", action="extend", nargs="+", default=[], metavar="NAME", help=words)
    command.add_argument("--yes", action="store_true", help="do not ask before deleting")


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Show what there is, ask, and delete it.

    Raises `InputError` if nothing is named, or nobody can be asked, and `DeploymentError` for a request that
    fails.
    """
    from panther_ci.delivery import find_target
    from panther_ci.deployments.base import Deletion
    from panther_ci.deployments.deletion import preview

    wanted = Deletion().plus(Deletion(tuple(arguments.ids), tuple(arguments.query)))
    if not (wanted.detections or wanted.queries):
        raise InputError("Nothing is named to be deleted.", "Give ids, or `--query` and names.")
    if not (arguments.yes or inputs.dry_run or sys.stdin.isatty()):
        raise InputError("There is nobody to ask before deleting.", "Add `--yes`, or `--dry-run`.")
    target = find_target(inputs, Path.cwd(), environ, Terminal(arguments, inputs, environ))
    if not target.deletes:
        raise InputError(
            f"{target.target} can't delete.", "Use `--deployment api`, or lambda with `--wire bulk-upload`."
        )
    ledger = _open_ledger(inputs, target)
    answer = preview(target, wanted)
    print_lines(describe(wanted, answer))
    found = answer.found
    if inputs.dry_run or not (found.detections or found.queries):
        return ExitCode.ACCEPTED
    if not (arguments.yes or _ask(found)):
        print("Nothing was deleted.")
        return ExitCode.ACCEPTED
    return _delete(target, found, ledger)


def _delete(target: "Deployment", found: "Deletion", ledger: "Ledger | None") -> int:
    """Delete what was found and print each; rejected if the deployment did not delete all of it."""
    from panther_ci.deployments import deletion
    from panther_ci.packaging.record import QUERIES

    left = len(found.detections) + len(found.queries)
    for gone in deletion.delete(target, found):
        left -= len(gone.detections) + len(gone.queries)
        if ledger:
            keys = [*(("", id) for id in gone.detections), *((QUERIES, name) for name in gone.queries)]
            ledger = ledger.save(ledger.record.without(keys))
        print_lines(f"deleted {each}" for each in _name(gone))
    if left:
        print(f"The deployment did not delete {left} of what it found.")
        return ExitCode.REJECTED
    return ExitCode.ACCEPTED


def _open_ledger(inputs: Inputs, target: "Deployment") -> "Ledger | None":
    """The manifest to bring up to date; none if there is none."""
    if not inputs.manifest:
        return None
    from panther_ci.ledger import Ledger

    ledger = Ledger.open(Path.cwd(), inputs.manifest)
    ledger.require_target(target.target)
    ledger.require_deployed()
    return ledger if ledger.exists else None


def describe(wanted: "Deletion", answer: "Deleted") -> Iterator[str]:
    """What there is of what is wanted, and what is linked to it, in lines."""
    yield from (f"{each} is there" for each in _name(answer.found))
    missing = [id for id in wanted.detections if id not in answer.found.detections]
    missing += [f"query {name}" for name in wanted.queries if name not in answer.found.queries]
    yield from (f"{each} is not there" for each in missing)
    yield from (
        f"query {name} is linked to these and stays; `--query {shlex.quote(name)}` deletes it too"
        for name in answer.linked.queries
    )
    yield from (
        f"{id} is linked to these and stays; name it to delete it too" for id in answer.linked.detections
    )


def _name(deletion: "Deletion") -> Iterator[str]:
    yield from deletion.detections
    yield from (f"query {name}" for name in deletion.queries)


def _ask(found: "Deletion") -> bool:
    """Whether the user agrees."""
    count = len(found.detections) + len(found.queries)
    print(f"Delete {'this' if count == 1 else f'these {count}'}? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
