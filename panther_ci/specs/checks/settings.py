"""How strict the checks are, and what bodies may import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """`modules` are the top-level names of installed packages that bodies may import."""

    minimum_tests: int = 0
    modules: frozenset[str] = frozenset()
