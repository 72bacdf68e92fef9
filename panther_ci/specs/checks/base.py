"""The two shapes of a check: a function of one selected spec, and a function of the whole project."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from panther_ci.model import Finding, Spec
from panther_ci.specs.project import Project


def go_on() -> None:
    """Nobody else has anything to do."""


class CheckSettings(NamedTuple):
    """`modules` are the top-level names of installed packages that bodies may import.

    With `deploy_all`, the `Status` of a spec does not keep it out of a deployment. With `strict_references`,
    whatever a spec refers to must be in the repository; with `strict_skips`, every case must be run. `before`
    are the names that changed files provided before the change, `touched` these and the ones they provide
    now; None if any may be. `tables` are patterns of the tables that scheduled queries may read besides those
    of Panther; None if any may be. `packs` says what packs are held to: off for nothing, ids for the ids that
    they list, strict also for what their specs need. `pause` is called again and again, so that others can
    go on meanwhile.
    """

    minimum_tests: int = 0
    modules: frozenset[str] = frozenset()
    deploy_all: bool = False
    strict_references: bool = False
    strict_skips: bool = False
    before: frozenset[str] = frozenset()
    touched: frozenset[str] | None = None
    tables: tuple[str, ...] | None = ()
    packs: str = "ids"
    pause: Callable[[], None] = go_on

    def may_touch(self, *names: str) -> bool:
        """Whether the change may touch what one of these names stands for."""
        return self.touched is None or not self.touched.isdisjoint(names)


# Its findings need not name the spec: `check_project` adds the id.
SpecCheck: TypeAlias = Callable[[Spec, Project, CheckSettings], Iterator[Finding]]
ProjectCheck: TypeAlias = Callable[[Project, CheckSettings], Iterator[Finding]]
