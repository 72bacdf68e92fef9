"""What a check is, and what checks are told beside the project."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from panther_ci.model import Finding
from panther_ci.specs.project import Project


class CheckSettings(NamedTuple):
    """`modules` are the top-level names of installed packages that bodies may import."""

    minimum_tests: int = 0
    modules: frozenset[str] = frozenset()


Find: TypeAlias = Callable[[Project, CheckSettings], Iterator[Finding]]


class Check(NamedTuple):
    """A rule that content must keep: the ids its findings may have, and how to find them."""

    ids: tuple[str, ...]
    find: Find
