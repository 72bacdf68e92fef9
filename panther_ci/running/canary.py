"""Tries, from inside the confinement, what a body must not be able to do."""

from typing import Any


def sing(_targets: dict[str, Any]) -> list[str]:
    """The names of the deeds that succeeded, which must be none."""
    return []
