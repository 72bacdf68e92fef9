"""The unevenness of a grown library: few have much, and many have little.

All figures are those of the public library in 2026: 1375 spec files, 3598 cases, 44 helpers.
"""

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from random import Random

from tests.corpus.events import Event, token

# Of the detections, so many are enabled, have their events pasted as JSON, use data models, or have mocks.
ENABLED = 0.81
PASTED = 0.6
UNIFIED = 0.12
MOCKED = 0.03
# Every so many-th detection is a policy, or reads a query, or (of the policies) evaluates a policy of AWS.
POLICIES = 9
SCHEDULED = 18
EVALUATING = 11
# The shares of the log shapes: 144 rules are of one log type, 97 and 90 of the next.
SHAPES = (6, 2, 1, 1)
# How many helpers bodies import, and how many import a helper themselves.
IMPORTED = (0,) * 392 + (1,) * 639 + (2,) * 40 + (3,) * 7
CHAINED = 0.34
# Bytes of an event: their median, the spread of the logarithm, the least and the most.
MEDIAN, SPREAD, LEAST, MOST = 585, 0.9, 150, 8000
# The bytes of a key with a token of 24 letters.
PADDING = 52
FILLER = '''

def describe_{number}(event, default="<unknown>"):
    """One line of what an event of kind {number} says."""
    parts = []
    for name in ("name_{number}", "actor_{number}", "target_{number}", "reason"):
        value = pick(event, name)
        if not value:
            continue
        if isinstance(value, (list, tuple)):
            value = ", ".join(sorted(str(each) for each in value))
        parts.append(f"{{name}}={{shorten(value)}}")
    return " ".join(parts) or default
'''


def fit(event: Event, kept: Iterable[str], random: Random) -> Event:
    """An event of one of the sizes that there are; the keys to be kept stay."""
    wanted = min(MOST, max(LEAST, round(random.lognormvariate(math.log(MEDIAN), SPREAD))))
    needed = set(kept)
    fitted = {key: value for key, value in event.items() if key in needed}
    size = len(json.dumps(fitted))
    for key, value in event.items():
        added = len(key) + len(json.dumps(value)) + 6
        if key not in needed and size + added <= wanted:
            fitted[key] = value
            size += added
    more = max(0, wanted - size) // PADDING
    if more > 2:
        fitted["additional"] = {f"detail_{number}": _words(random) for number in range(more)}
    return fitted


def _words(random: Random) -> str:
    """A third of the values are seen nowhere else."""
    return f"{random.getrandbits(96):024x}" if random.random() < 0.33 else token(random, 24)


def helper_lines(rank: int, helpers: int) -> int:
    """The length of one of so many helpers; the most used one has 1000 lines, as in large forks."""
    return 1000 if rank == 0 else round(560 * math.exp(-5 * rank / helpers))


def lengthen(text: str, lines: int) -> str:
    """A helper with more functions, up to so many lines."""
    missing = max(0, lines - text.count("\n")) // FILLER.count("\n")
    return text + "".join(FILLER.format(number=number) for number in range(missing))


def pick_helpers(names: Sequence[str], count: int, random: Random) -> list[str]:
    """So many helpers, the first ones more often."""
    found: dict[str, None] = {}
    while len(found) < min(count, len(names)):
        found[random.choices(names, cum_weights=_weigh(len(names)))[0]] = None
    return list(found)


@cache
def _weigh(count: int) -> Sequence[float]:
    return tuple(accumulate(1 / (rank + 1) for rank in range(count)))


def query_conditions(random: Random) -> int:
    """The conditions of a query: five in the middle, some four hundred at most."""
    return min(400, round(random.lognormvariate(math.log(5), 1.2)))
