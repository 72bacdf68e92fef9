"""Says what merging a change does to a deployment, in one sentence for each thing."""

from collections.abc import Iterator
from typing import Final, assert_never

from panther_ci.kinds import UNRELEASED
from panther_ci.model import Effect, EffectKind, Merging, Report

MOST: Final = 50


def describe_effects(report: Report) -> Iterator[str]:
    """What that is in all, a sentence for each effect, at most `MOST`, and how many more there are."""
    if report.merging:
        yield _count(report.merging)
    yield from map(_describe, report.effects[:MOST])
    if len(report.effects) > MOST:
        yield f"and {len(report.effects) - MOST} more"


def _count(merging: Merging) -> str:
    adds, changes, leaves = merging
    what = f"adds {adds} to what was last deployed, changes {changes} there, and leaves {leaves} behind"
    return f"merging this {what}"


def _describe(effect: Effect) -> str:
    what = f"the {effect.type.replace('_', ' ')} `{effect.id}`"
    match effect.kind:
        case EffectKind.ADDED:
            return f"{what} is new{_keep_out(effect.now)}"
        case EffectKind.REMOVED:
            return f"{what} is deleted here, but remains deployed until it is deleted: uploads never delete"
        case EffectKind.ID:
            return f"{what} is new; `{effect.before}`, its id before, remains deployed until it is deleted"
        case EffectKind.STATUS:
            before, now = effect.before or "none", effect.now or "none"
            return f"{what} had the `Status` {before}, and has {now} now{_keep_out(effect.now)}"
        case EffectKind.ENABLED:
            return f"{what} was {effect.before}, and is {effect.now} now"
        case EffectKind.SEVERITY:
            return f"{what} had the severity {effect.before or 'of its base'}, and has {effect.now} now"
        case _:
            assert_never(effect.kind)


def _keep_out(status: str) -> str:
    return f": it is not deployed while its `Status` is {status}" if status in UNRELEASED else ""
