"""How bodies are to be run: what the run asks for, and what confinement it accepts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The wishes of a run.

    `timeout_seconds` is for one detection with all its cases. `module_path` is a folder of packages
    that bodies may import. `without` names layers of the confinement to leave off: the positive
    controls of our own tests need it, nothing else does.
    """

    timeout_seconds: float = 10.0
    sandbox: str = "strict"
    module_path: str = ""
    secrets_present: bool = False
    in_ci: bool = False
    without: frozenset[str] = frozenset()
