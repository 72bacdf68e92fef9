"""Bounds what is said of one file, and says how much is left out."""

from collections import Counter
from collections.abc import Iterator, Sequence

from panther_ci.model import Finding
from panther_ci.specs.reading.document import MOST_PROBLEMS


def bound(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The first findings of each kind on each file, and how many more there are.

    So one file can't flood a report. A kind is a check and a level: what rejects is never left out for what
    does not.
    """
    total = Counter(map(_kind, findings))
    shown: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        kind = _kind(finding)
        shown[kind] += 1
        if shown[kind] <= MOST_PROBLEMS:
            yield finding
        elif shown[kind] == MOST_PROBLEMS + 1:
            yield tell_more(finding, total[kind] - MOST_PROBLEMS)


def tell_more(first: Finding, number: int) -> Finding:
    """What stands for a `number` of findings that are left out, in the place of the first one."""
    if number == 1:
        return first
    message = f"… and {number:,} more of this kind in this file."
    return first._replace(message=message, hint="Fix those that are listed first.")


def _kind(finding: Finding) -> tuple[str, ...]:
    return finding.check, finding.level, finding.location.path
