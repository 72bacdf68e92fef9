"""Searches for the name that was probably meant, bounded for all specs of a check together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from panther_ci.specs.schemas.wording import find_likely

# Pairs of characters to be compared: a million take up to 0.1 s, if the names are alike on purpose.
_MOST_WORK: Final = 20_000_000
_LONGEST_NAME: Final = 200


@dataclass(slots=True)
class Hints:
    """The searches of one check; `left` is the work that the next ones may take."""

    left: int = _MOST_WORK

    def find(self, word: str, known: Iterable[str], likeness: float = 0.7) -> str:
        """The known name that is most like a word, if one is; nothing once the searches took too long."""
        if self.left <= 0:
            return ""
        names = sorted({name for name in known if len(name) <= _LONGEST_NAME})
        self.left -= len(word) * sum(map(len, names))
        return find_likely(word, names, likeness) if self.left > 0 else ""
