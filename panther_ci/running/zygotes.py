"""The zygotes of a run: one without packages, and one with those that some bodies import.

The time to fork follows the memory of the process that forks, so only who needs packages pays for them.
"""

import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from panther_ci.errors import RunnerError
from panther_ci.model import Job, Json
from panther_ci.running import machine
from panther_ci.running.confined import limits
from panther_ci.running.meter import Meter
from panther_ci.running.preloading import Imports
from panther_ci.running.processes import Child, ProcessGoneError, ZygoteHandle, ZygoteKind
from panther_ci.running.requirements.packages import library_folders
from panther_ci.running.settings import RunSettings
from panther_ci.running.tiers import describe, reached, require

# A process may run many detections one after the other; the processor time of so many timeouts ends it.
TIMEOUTS_OF_PROCESSOR = 20
MAX_RESTARTS = 20


class Zygotes:
    """Starts, checks and restarts the zygotes, of which the first may be started already.

    Raises ConfinementError rather than run bodies unconfined.
    """

    def __init__(self, settings: RunSettings, meter: Meter, first: ZygoteHandle | None = None) -> None:
        self._settings = settings
        self._meter = meter
        self._bounds = limits.bounds(int(settings.timeout_seconds * TIMEOUTS_OF_PROCESSOR) + 1)
        self._paths = [path for path in (settings.module_path, *library_folders()) if path]
        self._spare = first
        self._running: dict[ZygoteKind, ZygoteHandle] = {}
        self._launched: set[ZygoteKind] = set()
        self._parts: frozenset[str] = frozenset()
        self._imports: Imports | None = None
        self._restarts = 0
        self.tier = ""
        self.warnings: tuple[str, ...] = ()

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of the packages that are installed."""
        return _names_in(self._paths)

    def begin(self, jobs: Sequence[Job]) -> Imports:
        """Has the zygotes that jobs need confine themselves and import; returns what the jobs import.

        Nobody waits for them here. Jobs that come later use what was imported for the first ones, in new
        zygotes if they need other parts of what runs them.
        """
        imports = Imports(jobs, self._names)
        if not imports.parts() <= self._parts:
            self._parts |= imports.parts()
            self._end_running()
        self._imports = self._imports or imports
        needed = {imports.zygote_of(job) for job in jobs}
        for kind in ZygoteKind:
            if kind in needed and kind not in self._running:
                self._launch(kind, preload=True)
        return imports

    def is_ready(self, kind: ZygoteKind) -> bool:
        """Whether nobody has to wait before a child can be forked."""
        return kind not in self._launched or self._running[kind].has_answered()

    def fork(self, kind: ZygoteKind, shared: bool, wary: bool) -> Child:
        """A new child, for several jobs if `shared`; raises ProcessGoneError if the zygote is dead."""
        if kind in self._launched:
            self._await(kind, preload=True)
        return self._running[kind].fork(self._bounds, shared=shared, wary=wary)

    def ask(self, kind: ZygoteKind, child: Child) -> None:
        """Has a child say where its body is; a dead zygote is noticed soon enough elsewhere."""
        with suppress(ProcessGoneError):
            self._running[kind].ask(child)

    def end(self, kind: ZygoteKind, child: Child) -> int:
        """Ends and reaps a child; its wait status."""
        return self._running[kind].end(child)

    def restart(self, kind: ZygoteKind) -> None:
        """A new zygote in the place of a dead one; raises RunnerError when that happened too often."""
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            raise RunnerError("the process that starts bodies died again and again")
        self._renew(kind)

    def close(self) -> None:
        """Ends all of them."""
        if self._spare is not None:
            self._spare.close()
        self._end_running()

    def _end_running(self) -> None:
        self._launched.clear()
        while self._running:
            self._running.popitem()[1].close()

    def _launch(self, kind: ZygoteKind, preload: bool) -> None:
        """Starts a zygote, or takes the one that was started early, which is the bare one if any is."""
        zygote, self._spare = self._spare or spawn(self._meter), None
        self._running[kind] = zygote
        self._launched.add(kind)
        with suppress(ProcessGoneError):  # seen by who waits for it
            zygote.begin(self._orders(kind, preload))

    def _await(self, kind: ZygoteKind, preload: bool) -> None:
        """Waits until a zygote is confined, and checks how strict that is."""
        zygote = self._running[kind]
        self._launched.discard(kind)
        try:
            zygote.ready()
            self._accept(zygote, zygote.self_test(self._bounds) if "seccomp" in zygote.layers else ())
        except ProcessGoneError:
            if not preload:
                raise RunnerError(
                    "the process that runs bodies ended before it was ready",
                    hint=zygote.last_words() or f"check that this Python is whole: {sys.executable}",
                ) from None
            # What it imported or compiled for all ended it; a child that does so shows whose fault it is.
            self._renew(kind, preload=False)

    def _renew(self, kind: ZygoteKind, preload: bool = True) -> None:
        """Puts a new zygote in the place of one that died."""
        self._running.pop(kind).close()
        self._launch(kind, preload)
        self._await(kind, preload)

    def _orders(self, kind: ZygoteKind, preload: bool) -> Mapping[str, Json]:
        """What to confine to and, with `preload`, what to import and compile for all children."""
        assert self._imports is not None
        packages = kind is ZygoteKind.WITH_PACKAGES and preload and not self._settings.packages_changed
        sources = self._imports.shared() if preload else ()
        standard = self._imports.standard() if preload else ()
        return {
            "layers": [*sorted(self._settings.layers)],
            "parts": [*sorted(self._parts)],
            "paths": [*self._paths],
            "readable": [*self._paths, *_standard_library()],
            "preload": [*standard, *(self._imports.packages() if packages else ())],
            "sources": [[source.path, source.text.decode("latin-1")] for source in sources],
        }

    def _accept(self, zygote: ZygoteHandle, leaks: tuple[str, ...]) -> None:
        """Refuses to run bodies that are confined too little; the worst zygote counts."""
        tier = reached(zygote.layers, leaks)
        require(tier, self._settings)
        if tier > self.tier:
            self.tier = tier
            self.warnings = describe(tier, zygote.notes, leaks)


def spawn(meter: Meter) -> ZygoteHandle:
    """Starts the interpreter of a zygote; raises RunnerError where it can't be."""
    machine.hide_memory()
    return ZygoteHandle(body_environment(), meter)


def body_environment() -> dict[str, str]:
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


def _names_in(folders: Sequence[str]) -> frozenset[str]:
    """The names of the modules and packages in these folders, and of what else is there."""
    names: set[str] = set()
    for folder in folders:
        with suppress(OSError):
            names.update(entry.name.partition(".")[0] for entry in Path(folder).iterdir())
    return frozenset(names)


def _standard_library() -> list[str]:
    paths = sysconfig.get_paths()
    return sorted({paths["stdlib"], paths["platstdlib"]})
