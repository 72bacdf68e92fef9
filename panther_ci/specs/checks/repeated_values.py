"""Lists that a deployment keeps as a set, with a value twice."""

from collections.abc import Callable, Iterator
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

# Each with what makes two values equal, as panther_analysis_tool has it for specs of every type.
_SETS: Final[dict[str, Callable[[str], str]]] = {
    "LogTypes": str,
    "OutputIds": str,
    "SummaryAttributes": str,
    "Suppressions": str,
    "Tags": str.lower,
}


def find_repeated_values(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each value that is in its list already."""
    for key, normalise in _SETS.items():
        for index, value, first in _repeated(spec.fields.get(key), normalise):
            where = project.locate(spec.path, (key, index))
            same = "twice" if value == first else f"already as `{cut(first)}`"
            message = f"`{cut(value)}` is in `{key}` {same}."
            hint = "Keep one of them: a deployment stores the list as a set, and can refuse the upload."
            yield Finding.of(CheckId.REPEATED_VALUE, message, where, hint)


def _repeated(values: Json, normalise: Callable[[str], str]) -> Iterator[tuple[int, str, str]]:
    """The index and text of each repeated value, and the text it repeats."""
    seen: dict[str, str] = {}
    for index, value in enumerate(values if isinstance(values, list) else ()):
        if not isinstance(value, str):
            continue
        if normalise(value) in seen:
            yield index, value, seen[normalise(value)]
        seen.setdefault(normalise(value), value)
