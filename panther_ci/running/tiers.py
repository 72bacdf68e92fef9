"""How well bodies are confined, as one letter, and whether that is enough for a run.

A: Landlock and seccomp. B: seccomp only, so that bodies open no file at all. C: limits only.
"""

from collections.abc import Container

from panther_ci.errors import ConfinementError
from panther_ci.running.settings import RunSettings

# What a run that has something to lose asks for.
_NEEDED = {"strict": "A", "reduced": "B", "off": "C"}
_HINTS = {
    "strict": "run on Linux 5.13 or newer with Landlock, or set `sandbox: reduced` in the workflow",
    "reduced": "run on Linux with seccomp, or set `sandbox: off` in the workflow if all bodies are trusted",
}
_MISSING = {
    "B": "this machine has no Landlock, so bodies can open no file and import only what was imported before",
    "C": "bodies are restricted by limits and an empty environment only, not by Landlock or seccomp",
}


def reached(layers: Container[str], leaks: tuple[str, ...]) -> str:
    """The tier that these layers make, unless the self-test could do what it must not."""
    if leaks or "seccomp" not in layers:
        return "C"
    return "A" if "landlock" in layers else "B"


def require(tier: str, settings: RunSettings) -> None:
    """Raises ConfinementError if a run with secrets, or in CI, would be confined less than it asks for."""
    needed = _NEEDED[settings.sandbox]
    if (settings.in_ci or settings.secrets_present) and tier > needed:
        raise ConfinementError(
            f"`sandbox: {settings.sandbox}` asks for tier {needed}; this is tier {tier}: {_MISSING[tier]}",
            hint=_HINTS[settings.sandbox],
        )


def describe(tier: str, notes: tuple[str, ...], leaks: tuple[str, ...]) -> tuple[str, ...]:
    """What the reader of a report should know about a run that wasn't confined in full."""
    if tier == "A":
        return ()
    failed = (f"the confinement has a hole: a confined process could {', '.join(leaks)}",) if leaks else ()
    return (f"reduced confinement (tier {tier}): {_MISSING[tier]}", *failed, *notes)
