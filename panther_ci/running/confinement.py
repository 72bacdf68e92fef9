"""Which layers confine a process that runs bodies, and in what order they are put on."""

from collections.abc import Sequence
from dataclasses import dataclass

from panther_ci.running import limits


@dataclass(frozen=True)
class Confinement:
    """The layers that are in force, and what is to be said about them."""

    layers: frozenset[str]
    notes: tuple[str, ...] = ()


NONE = Confinement(frozenset())


def warm_up() -> None:
    """The first compilation in a process is slow; children inherit that it is done."""
    compile(
        "def warm(event):\n    return event.get('a') == 'b' and [f'{x}' for x in (1, 2)]", "<warm>", "exec"
    )


def confine_zygote(layers: Sequence[str], readable: Sequence[str]) -> Confinement:
    """Puts the wanted layers on this process; what this machine can't do is left out."""
    del readable
    return Confinement(frozenset(layers) & {"limits"})


def confine_child(confinement: Confinement, bounds: dict[str, int]) -> None:
    """Puts on what a child must have of its own, because it shares the rest with its siblings."""
    if "limits" in confinement.layers:
        limits.apply(bounds)
