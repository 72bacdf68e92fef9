"""What a deployment finds wrong with the files of an archive, as findings on the lines of the repository."""

import re
from collections.abc import Iterable, Iterator, Sequence

from panther_ci.catalogue import CheckId
from panther_ci.deployments.base import Issue
from panther_ci.model import Finding, Location, PackItem

_WORD = re.compile(r"[A-Za-z]+")
_KEY = re.compile(rb"([A-Za-z]+)[ \t]*:")
_HINT = "The deployment says so; correct it, or update the deployment if it should accept this."


def locate(issues: Sequence[Issue], items: Sequence[PackItem]) -> tuple[Finding, ...]:
    """A finding for each issue: on the key of the spec that it names, else on the spec's id or its body.

    An issue with a path that no file of `items` has, or several, is a finding without a place.
    """
    files = _Files(items)
    return tuple(files.locate(issue) for issue in issues)


class _Files:
    """The files of the items, found by the end of their path; each spec is searched for its keys once."""

    def __init__(self, items: Iterable[PackItem]) -> None:
        self._owners = {path: item for item in items for path, _ in item.files}
        self._keys: dict[str, tuple[tuple[int, str], ...]] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in self._owners:
            self._by_name.setdefault(_name(path), []).append(path)

    def locate(self, issue: Issue) -> Finding:
        """The finding of an issue."""
        path = self._find(issue.path.removeprefix("./"))
        if not path:
            message = f"{issue.path}: {issue.message}" if issue.path else issue.message
            return Finding.of(CheckId.DEPLOYMENT_ISSUE, message, Location(""), _HINT)
        item = self._owners[path]
        place = self._find_line(issue.message, item) if path == item.spec_path else Location(path)
        return Finding.of(CheckId.DEPLOYMENT_ISSUE, issue.message, place, _HINT, item.id)

    def _find(self, path: str) -> str:
        """The file that is meant; empty if it is none, or one of several."""
        if path in self._owners:
            return path
        found = [each for each in self._by_name.get(_name(path), ()) if each.endswith(f"/{path}")]
        return found[0] if len(found) == 1 else ""

    def _find_line(self, message: str, item: PackItem) -> Location:
        """The first key of a spec that a message names, or else the key of its id."""
        path = item.spec_path
        if path not in self._keys:
            self._keys[path] = tuple(_list_keys(dict(item.files)[path]))
        ids = {*item.type.kind.id_keys}
        for wanted in (set(_WORD.findall(message)) - ids - {"AnalysisType"}, ids):
            for number, key in self._keys[path]:
                if key in wanted:
                    return Location(path, number, 1)
        return Location(path)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _list_keys(text: bytes) -> Iterator[tuple[int, str]]:
    """The keys at the beginning of lines, with the number of the line."""
    for number, line in enumerate(text.split(b"\n"), 1):
        if match := _KEY.match(line):
            yield number, match[1].decode()
