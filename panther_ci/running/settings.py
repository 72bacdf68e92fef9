"""How bodies are to be run: what the run asks for, and what confinement it accepts."""

from dataclasses import dataclass

# What `confined.layers` describes; the environment of bodies is always scrubbed.
LAYERS = frozenset({"identity", "landlock", "seccomp", "limits"})


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The wishes of a run.

    `timeout_seconds` is for one detection with all its cases. `sandbox` is strict, reduced or off.
    `module_path` is a folder of packages that bodies may import; with `packages_changed`, what is in it comes
    from the pull request, and only the process of a body that imports a package ever runs its code.
    """

    timeout_seconds: float = 10.0
    sandbox: str = "strict"
    module_path: str = ""
    secrets_present: bool = False
    in_ci: bool = False
    packages_changed: bool = False

    @property
    def layers(self) -> frozenset[str]:
        """The layers of confinement to put on where the machine has them."""
        return frozenset({"limits"}) if self.sandbox == "off" else LAYERS
