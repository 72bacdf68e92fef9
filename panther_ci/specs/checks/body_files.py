"""The Python files of a repository by their names, listed once for all findings."""

import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from panther_ci.deployment_rules.uploads import body_name
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project


@dataclass
class BodyFiles:
    """What may be meant by the name of a body that is not where it should be."""

    project: Project
    hints: Hints

    @cached_property
    def first(self) -> Mapping[str, str]:
        """The first path of each file name."""
        return {body_name(path): path for path in reversed(self._paths)}

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        """The file names in each folder."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self._paths:
            found[posixpath.dirname(path)].append(body_name(path))
        return dict(found)

    @property
    def _paths(self) -> list[str]:
        return [path for path in self.project.files if path.endswith(".py")]

    def find_near(self, path: str) -> str:
        """The file name in the folder of a path that was probably meant; empty if none is like it."""
        folder, name = posixpath.split(path)
        return self.hints.find(name, self._names.get(folder, ()))
