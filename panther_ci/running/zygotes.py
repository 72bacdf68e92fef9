"""The zygotes of a run: a lean one, and one with the packages that some bodies import.

The time to fork follows the memory of the process that forks, so only who needs packages pays for them.
"""

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from panther_ci.errors import RunnerError
from panther_ci.running import limits
from panther_ci.running.imports import Imports
from panther_ci.running.processes import Child, ProcessGoneError, Zygote
from panther_ci.running.settings import RunSettings
from panther_ci.running.tiers import describe, reached, require

LAYERS = frozenset({"identity", "landlock", "seccomp", "limits"})
# A process may run many detections after each other; this many timeouts of processor time end it.
TIMEOUTS_OF_PROCESSOR = 20
MAX_RESTARTS = 20


class Zygotes:
    """Starts, checks and restarts the zygotes; raises ConfinementError rather than run unconfined."""

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings
        self._running: dict[bool, Zygote] = {}
        self._imports: Imports | None = None
        self._restarts = 0
        self.tier = ""
        self.warnings: tuple[str, ...] = ()

    def spawn(self) -> None:
        """Starts the lean zygote's interpreter, so that it is there when jobs are."""
        self._running[False] = Zygote(_environment())

    def begin(self, imports: Imports) -> None:
        """Confines the lean zygote and checks that what was asked for holds."""
        self._imports = imports
        if False not in self._running:
            self.spawn()
        self._start(False)

    def fat(self, packages: frozenset[str]) -> bool:
        """Whether these packages want the fat zygote."""
        return bool(packages)

    def fork(self, fat: bool, timeout_seconds: float) -> Child:
        """A new child; raises ProcessGoneError if the zygote is dead."""
        if fat and fat not in self._running:
            self._running[True] = Zygote(_environment())
            self._start(True)
        return self._running[fat].fork(limits.bounds(int(timeout_seconds * TIMEOUTS_OF_PROCESSOR) + 1))

    def end(self, fat: bool, child: Child) -> int:
        """Ends and reaps a child; its wait status."""
        return self._running[fat].end(child)

    def restart(self, fat: bool) -> None:
        """A new zygote in the place of a dead one; raises RunnerError when that happened too often."""
        self._restarts += 1
        self._running.pop(fat).close()
        if self._restarts > MAX_RESTARTS:
            raise RunnerError("the process that starts bodies died again and again")
        self._running[fat] = Zygote(_environment())
        self._start(fat)

    def close(self) -> None:
        """Ends all of them."""
        while self._running:
            self._running.popitem()[1].close()

    def _start(self, fat: bool) -> None:
        zygote = self._running[fat]
        try:
            zygote.begin(self._orders(fat))
            zygote.ready()
            leaks = zygote.canary(limits.bounds(1)) if "seccomp" in zygote.layers else ()
        except ProcessGoneError as error:
            raise RunnerError(
                "the process that runs bodies ended before it was ready",
                hint=f"try `{sys.executable} -c 'import ctypes, json'`, which has to work",
            ) from error
        self._accept(zygote, leaks)

    def _orders(self, fat: bool) -> dict[str, Any]:
        assert self._imports is not None
        off = self._settings.without | (
            LAYERS - {"limits"} if self._settings.sandbox == "off" else frozenset()
        )
        paths = [path for path in (self._settings.module_path, *_site_packages()) if path]
        return {
            "layers": sorted(LAYERS - off),
            "paths": paths,
            "readable": [*paths, *_standard_library()],
            "preload": [*self._imports.standard(), *(self._imports.packages() if fat else ())],
            "sources": [],
        }

    def _accept(self, zygote: Zygote, leaks: tuple[str, ...]) -> None:
        """Refuses to run bodies that are confined too little; the worst zygote counts."""
        tier = reached(zygote.layers, leaks)
        require(tier, self._settings)
        if tier > self.tier:
            self.tier = tier
            self.warnings = describe(tier, zygote.notes, leaks)


def _environment() -> dict[str, str]:
    """The whole environment of bodies: like a deployment's, and nothing of ours but where libraries are."""
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
    }
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _site_packages() -> list[str]:
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]


def _standard_library() -> list[str]:
    paths = sysconfig.get_paths()
    return sorted({paths["stdlib"], paths["platstdlib"]})
