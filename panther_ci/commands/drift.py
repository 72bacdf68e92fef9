"""`panther-ci drift`: what is in a deployment in another form than in the detections, or only there."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.errors import ExitCode, InputError
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import Json
from panther_ci.reporters.defuse import log_text
from panther_ci.terminal import print_lines

if TYPE_CHECKING:
    from panther_ci.deployments.base import Receipt
    from panther_ci.drift import Changed, Drift, Extra, Source
    from panther_ci.repository.place import Place

INPUTS: Final = (
    "path",
    "exclude",
    "deploy_status",
    "deployment",
    "api_host",
    "deploy_timeout_minutes",
    "manifest",
)
DEFAULTS: Final = {"deployment": "api"}
_LONGEST_VALUE: Final = 60


class _Aside:
    """Tells of pauses on standard error, since standard output may be read by a program."""

    def received(self, receipt: "Receipt") -> None:
        """Nothing is uploaded."""

    def waits(self, reason: str, seconds: float) -> None:
        """Say that it takes longer, and why."""
        print(log_text(f"{reason} Trying again in {seconds:.0f} s."), file=sys.stderr)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    words = "commit to compare with; if empty, that of the manifest, or else the work tree"
    command.add_argument("--ref", metavar="COMMIT", help=words)
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print the differences; rejected if what is deployed from here is missing or changed there.

    Raises `InputError` for another deployment than the API, and `DeploymentError` if it can't be read.
    """
    from panther_ci.commands.trees import find_tree
    from panther_ci.delivery import deployment_options
    from panther_ci.deployments.registry import open_api
    from panther_ci.drift import find_drift

    if inputs.deployment != "api":
        raise InputError(
            f"deployment: {inputs.deployment} can't be asked what it has.", "Use `--deployment api`."
        )
    target = open_api(deployment_options(inputs, Path.cwd()), environ, _Aside())
    commit = arguments.ref or _read_commit(inputs, target.target)
    with find_tree(inputs, Environment(environ), commit) as place:
        sources = list(read_sources(place, inputs))
    listing = target.list_everything()
    found = find_drift(sources, listing)
    title = f"{target.target}, compared with {f'commit {commit[:40]}' if commit else 'the work tree'}"
    if arguments.json:
        print(render_json(found, target.target, commit or "", listing.lacking))
    else:
        print_lines([f"{title}:", *describe(found, listing.lacking)])
    return ExitCode.REJECTED if found.found else ExitCode.ACCEPTED


def _read_commit(inputs: Inputs, target: str) -> str | None:
    """The commit that was last deployed; None if no manifest tells it."""
    if not inputs.manifest:
        return None
    from panther_ci.ledger import Ledger

    ledger = Ledger.open(Path.cwd(), inputs.manifest)
    if not ledger.exists:
        raise InputError(f"manifest: {inputs.manifest} does not exist.", "Name that of the last deployment.")
    ledger.require_target(target)
    return ledger.record.commit or None


def read_sources(place: "Place", inputs: Inputs) -> "Iterator[Source]":
    """The specs of a place with their bodies; those around it, which it may need, may be deployed or not."""
    from panther_ci.drift import Source
    from panther_ci.repository.exclusions import leave_out, parse_patterns
    from panther_ci.repository.files import find_related, join_trees, read_tree
    from panther_ci.specs.loader import SpecLoader
    from panther_ci.specs.search import Search

    folders = (place.within, *find_related(place.root, place.within))
    tree = join_trees(read_tree(place.root, folder) for folder in folders)
    files = leave_out(tree, parse_patterns(inputs.exclude), place.within).tree.files
    inside = frozenset(read_tree(place.root, place.within).files)
    loader = SpecLoader()
    for outline in Search(files).read_all():
        spec = loader.read(outline.path, files[outline.path]).spec
        if spec is not None:
            body = files.get(spec.body or "", b"").decode("utf-8", "replace")
            released = inputs.deploy_status == "all" or spec.released
            yield Source(spec, body, released, spec.path in inside)


def describe(found: "Drift", lacking: Iterable[str]) -> Iterator[str]:
    """The differences as a table, and how many there are."""
    rows = [
        *(("missing", each.spec.type.value, each.spec.id, each.spec.path) for each in found.missing),
        *(row for each in found.changed for row in _list_differences(each)),
        *(_describe_extra(each) for each in found.extra),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:3]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join((*cells, row[3])).rstrip()
    yield from (f"not read: the deployment has no {path}" for path in lacking)
    counts = f"{len(found.missing)} missing, {len(found.changed)} changed, {len(found.extra)} only there"
    yield f"{counts}, {found.same} the same; {found.unread} can't be compared, as the API does not list them."


def _list_differences(changed: "Changed") -> Iterator[tuple[str, str, str, str]]:
    for each in changed.differences:
        what = f"{each.field}: {_show(each.there)} there, {_show(each.here)} here"
        yield "changed", changed.type.value, changed.id, what


def _describe_extra(extra: "Extra") -> tuple[str, str, str, str]:
    state = {True: "enabled", False: "disabled", None: ""}[extra.enabled]
    held = "its `Status` keeps it from being deployed from here" if extra.held else ""
    return "only there", extra.type.value, extra.id, ", ".join(filter(None, (state, held)))


def _show(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{text[:_LONGEST_VALUE]}…" if len(text) > _LONGEST_VALUE else text


def render_json(found: "Drift", target: str, commit: str, lacking: Iterable[str]) -> str:
    """The differences as JSON, in one line of ASCII that no log reads as a command."""
    content: Json = {
        "deployment": target,
        "commit": commit,
        "missing": [
            {"type": each.spec.type.value, "id": each.spec.id, "path": each.spec.path}
            for each in found.missing
        ],
        "changed": [
            {
                "type": each.type.value,
                "id": each.id,
                "path": each.path,
                "fields": [
                    dict(zip(("field", "there", "here"), item, strict=True)) for item in each.differences
                ],
            }
            for each in found.changed
        ],
        "only-there": [
            {"type": each.type.value, "id": each.id, "enabled": each.enabled, "held": each.held}
            for each in found.extra
        ],
        "same": found.same,
        "not-compared": found.unread,
        "not-read": [*lacking],
    }
    return json.dumps(content, sort_keys=True).replace("##[", "\\u0023#[")
