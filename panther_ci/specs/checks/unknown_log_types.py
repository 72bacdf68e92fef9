"""Log types that no deployment can have, or that are almost the name of a known one."""

import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Spec
from panther_ci.specs import schemas
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut

# What panther_analysis_tool asks of the name of a custom log type.
_CUSTOM: Final = re.compile(r"Custom(?:\.[A-Z][A-Za-z0-9]*){1,6}")
_KINDS: Final = frozenset({AnalysisType.RULE, AnalysisType.DATAMODEL})
# Shorter parts of a name differ by one letter without being misspelt: Zeek.Ssh and Zeek.Ssl.
_SHORTEST_PART: Final = 5
# Real specs have less and shorter names; this bounds what a hostile one costs.
_MOST_NAMES: Final = 300
_LONGEST_NAME: Final = 100


def find_unknown_log_types(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each such log type of a rule, a data model or a lookup table.

    Nobody outside Panther has a list of all log types. So an unknown one is reported only if it is one
    letter, or its case or punctuation, away from one of our list, or from one that several specs have.
    """
    known = _KnownNames(project)
    for spec in project.selected:
        for keys, name in islice(_list_names(spec), _MOST_NAMES):
            if problem := _judge(name, known):
                message, hint = problem
                where = project.locate(spec.path, keys)
                yield Finding.of(CheckId.UNKNOWN_LOG_TYPE, message, where, hint, spec.id)


def _list_names(spec: Spec) -> Iterator[tuple[Keys, str]]:
    """The log types that a spec names, each with the keys that lead to it."""
    yield from (
        (("LogTypes", index), name) for index, name in enumerate(spec.log_types) if spec.type in _KINDS
    )
    table = spec.fields.get("LogTypeMap") if spec.type is AnalysisType.LOOKUP_TABLE else None
    types = table.get("AssociatedLogTypes") if isinstance(table, dict) else None
    for index, each in enumerate(types if isinstance(types, list) else ()):
        if isinstance(each, dict) and isinstance(name := each.get("LogType"), str):
            yield ("LogTypeMap", "AssociatedLogTypes", index, "LogType"), name


class _KnownNames:
    """The log types that are known: those of our list, and those that several specs have."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def listed(self) -> frozenset[str]:
        """The names of our list."""
        return frozenset(json.loads(pkgutil.get_data(schemas.__name__, "log_types.json") or b""))

    @cached_property
    def names(self) -> frozenset[str]:
        """All known names; every spec is read for them."""
        outlines = (outline for outline in self.project.search.read_all() if outline.type in _KINDS)
        counts = Counter(name for outline in outlines for name in set(outline.log_types))
        return self.listed.union(name for name, count in counts.items() if count > 1)

    @cached_property
    def index(self) -> Mapping[str, str]:
        """The known names by their variants."""
        return {key: name for name in sorted(self.names) for key in _variants(name)}

    def find_near(self, name: str) -> str:
        """The known name that was probably meant; nothing for a known name, and for one like no other."""
        if name.startswith("Custom.") or name in self.listed or name in self.names:
            return ""
        return next((self.index[key] for key in _variants(name) if key in self.index), "")


def _variants(name: str) -> Iterator[str]:
    """Keys that names have in common if they are alike: one of them has a letter less, or another case."""
    if len(name) > _LONGEST_NAME or name.startswith("Custom."):
        return
    lower = name.lower()
    yield lower
    yield re.sub(r"[^a-z0-9]", "", lower)
    for part in re.finditer(rf"[^.]{{{_SHORTEST_PART},}}", lower):
        for index in range(*part.span()):
            yield lower[:index] + lower[index + 1 :]


def _judge(name: str, known: _KnownNames) -> tuple[str, str] | None:
    """The message and hint of what is wrong with a log type."""
    if name.startswith("Custom.") and not _CUSTOM.fullmatch(name):
        message = f"`{cut(name)}` is not a name that a custom log type can have."
        return message, "After `Custom.`, each part has only letters and digits, and begins with a capital."
    near = known.find_near(name)
    return (f"The log type `{cut(name)}` is not known.", f"Did you mean `{near}`?") if near else None
