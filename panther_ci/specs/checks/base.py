"""The two shapes of a check: a function of one selected spec, and a function of the whole project."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from panther_ci.model import Finding, Spec
from panther_ci.specs.project import Project


class CheckSettings(NamedTuple):
    """`modules` are the top-level names of installed packages that bodies may import.

    With `deploy_all`, the `Status` of a spec does not keep it out of a deployment. With `strict_references`,
    whatever a spec refers to must be in the repository. `base_files` are changed files as they were before.
    """

    minimum_tests: int = 0
    modules: frozenset[str] = frozenset()
    deploy_all: bool = False
    strict_references: bool = False
    base_files: Mapping[str, bytes] = MappingProxyType({})


# Its findings need not name the spec: `check_project` adds the id.
SpecCheck: TypeAlias = Callable[[Spec, Project, CheckSettings], Iterator[Finding]]
ProjectCheck: TypeAlias = Callable[[Project, CheckSettings], Iterator[Finding]]
