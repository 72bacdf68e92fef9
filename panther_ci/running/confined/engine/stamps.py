"""Whether dictionaries were touched, by the number that CPython gives each of them at every change.

To look at what is in all modules takes longer than most detections; their numbers take a tenth of it.
"""

import sys
from collections.abc import Callable, Iterable
from ctypes import c_uint64, c_void_p, sizeof
from typing import Any, TypeAlias

from panther_ci.running.confined.engine.picture import Picture

# Behind the reference count, the type and the number of items: `ma_version_tag`, which Python 3.14 no longer
# has, and which 3.13 no longer changes for attributes of objects that are not modules
# (Include/cpython/dictobject.h).
_OFFSET = 3 * sizeof(c_void_p)
Stamps: TypeAlias = Callable[[], list[int]]


def find_stamps(dicts: Iterable[dict[Any, Any]]) -> Stamps | None:
    """What gives the numbers of dictionaries, as long as these live; None where Python has no numbers."""
    if not _are_kept():
        return None
    places = [c_uint64.from_address(id(each) + _OFFSET) for each in dicts]
    return lambda: [place.value for place in places]


def _are_kept() -> bool:
    """Whether this Python has the numbers, as seen by one dictionary."""
    if sys.implementation.name != "cpython":
        return False
    probe: dict[str, object] = {"a": 0}
    place = c_uint64.from_address(id(probe) + _OFFSET)
    seen = [place.value]
    for value in (object(), object()):
        probe["a"] = value
        seen.append(place.value)
    del probe["a"]
    seen.append(place.value)
    return len(set(seen)) == len(seen) and place.value == seen[-1]


class StampedPicture(Picture):
    """A picture of dictionaries, at which nobody looks while their numbers are the same."""

    def __init__(
        self, dicts: Iterable[dict[Any, Any]], find: Callable[..., Stamps | None] = find_stamps
    ) -> None:
        kept = tuple(dicts)
        super().__init__(kept)
        self._stamps = find(kept)
        self._seen: list[int] = []

    def take(self) -> int:
        """Remembers how everything is now; returns how many references that is."""
        if self._stamps is not None:
            self._seen = self._stamps()
        return super().take()

    def changed(self) -> bool:
        """Whether anything is different now; what was changed and changed back is not."""
        if self._stamps is None:
            return super().changed()
        now = self._stamps()
        if now == self._seen:
            return False
        self._seen = now
        return super().changed()
