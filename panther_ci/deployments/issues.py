"""What a deployment finds wrong with the files of an archive, as findings on the lines of the repository."""

import re
from collections.abc import Iterator, Mapping, Sequence

from panther_ci.catalogue import CheckId
from panther_ci.deployments.base import Issue
from panther_ci.model import Finding, Location, PackItem

_WORD = re.compile(r"[A-Za-z]+")
_KEY = re.compile(rb"([A-Za-z]+)[ \t]*:")
_HINT = "The deployment says so; correct it, or update the deployment if it should accept this."


def locate(issues: Sequence[Issue], items: Sequence[PackItem]) -> tuple[Finding, ...]:
    """A finding for each issue: on the key of the spec that it names, else on the spec's id or its body.

    An issue with a path that no file of `items` has is a finding without a place.
    """
    owners = {path: item for item in items for path, _ in item.files}
    by_name: dict[str, list[str]] = {}
    for path in owners:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    return tuple(_find(issue, owners, by_name) for issue in issues)


def _find(issue: Issue, owners: Mapping[str, PackItem], by_name: Mapping[str, Sequence[str]]) -> Finding:
    path = issue.path.removeprefix("./")
    named = by_name.get(path.rpartition("/")[2], ())
    ending = [each for each in named if each == path or f"/{each}".endswith(f"/{path}")]
    if path not in owners and len(ending) == 1:
        path = ending[0]
    item = owners.get(path)
    if item is None:
        message = f"{issue.path}: {issue.message}" if issue.path else issue.message
        return Finding.of(CheckId.DEPLOYMENT_ISSUE, message, Location(""), _HINT)
    place = _find_line(issue.message, item) if path == item.spec_path else Location(path)
    return Finding.of(CheckId.DEPLOYMENT_ISSUE, issue.message, place, _HINT, item.id)


def _find_line(message: str, item: PackItem) -> Location:
    """The first key of a spec that a message names, or else the key of its id."""
    words = set(_WORD.findall(message))
    lines = list(_list_keys(dict(item.files)[item.spec_path]))
    ids = item.type.kind.id_keys
    for wanted in (words - {*ids, "AnalysisType"}, set(ids)):
        for number, key in lines:
            if key in wanted:
                return Location(item.spec_path, number, 1)
    return Location(item.spec_path)


def _list_keys(text: bytes) -> Iterator[tuple[int, str]]:
    """The keys at the beginning of lines, with the number of the line."""
    for number, line in enumerate(text.split(b"\n"), 1):
        if match := _KEY.match(line):
            yield number, match[1].decode()
