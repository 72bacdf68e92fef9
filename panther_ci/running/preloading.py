"""Which modules the sources of jobs import, by a scan of their text: a zygote imports them first."""

import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from encodings.aliases import aliases

from panther_ci.kinds import Evaluator
from panther_ci.model import Job, Source
from panther_ci.running.confined.engine.evaluators import FILTERS
from panther_ci.running.processes import ZygoteKind

_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import\b)", re.MULTILINE
)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_QUOTED = re.compile(rb"""["']([A-Za-z0-9_-]{2,20})["']""")
# Modules of the standard library that do something when they are imported: run a program, patch others, exit.
_DEEDS = frozenset(
    ("__main__", "antigravity", "distutils", "ensurepip", "idlelib", "lib2to3", "test", "this", "tkinter")
    + ("turtle", "turtledemo", "venv")
)


def imported_modules(text: bytes) -> frozenset[str]:
    """The dotted names of modules that a source may import; rather too many than too few."""
    names: set[str] = set()
    for plain, origin in _IMPORT.findall(text):
        if origin:
            names.add(origin.decode("ascii"))
        for part in plain.decode("ascii").split(","):
            if match := _NAME.match(part.strip()):
                names.add(match.group())
    if b"strptime" in text:
        names.add("_strptime")  # imported by datetime when it is first called
    if b"code(" in text:
        names.update(_codecs_named_in(text))
    return frozenset(names)


def _codecs_named_in(text: bytes) -> Iterator[str]:
    """The modules of encodings, which Python imports when one is first used."""
    for word in _QUOTED.findall(text):
        name = word.decode("ascii").lower().replace("-", "_")
        if name in aliases or name in aliases.values():
            yield f"encodings.{aliases.get(name, name)}"


class Imports:
    """The modules that jobs need: of the standard library, and of packages that are installed."""

    def __init__(self, jobs: Iterable[Job], installed: Container[str]) -> None:
        self._installed = installed
        self._scanned: dict[bytes, frozenset[str]] = {}
        self._jobs = tuple(jobs)
        self._needs = {id(job): self._scan(job) for job in self._jobs}

    def standard(self) -> tuple[str, ...]:
        """The modules of the standard library that any job may import and that only define things."""
        names = set().union(*self._needs.values())
        return tuple(sorted(name for name in names if _is_plain(name)))

    def packages(self) -> tuple[str, ...]:
        """The modules of other packages that any job may import."""
        return tuple(sorted(self._of_packages(set().union(*self._needs.values()))))

    def packages_of(self, job: Job) -> frozenset[str]:
        """The modules of other packages that one of the jobs may import."""
        return self._of_packages(self._needs[id(job)])

    def zygote_of(self, job: Job) -> ZygoteKind:
        """Which zygote the process of one of the jobs is forked from."""
        return ZygoteKind.WITH_PACKAGES if self.packages_of(job) else ZygoteKind.BARE

    def parts(self) -> frozenset[str]:
        """The parts of what runs jobs that they need: `running/confined/engine/evaluators.py`."""
        filtered = any(job.declared and job.spec.evaluator is Evaluator.PYTHON for job in self._jobs)
        return frozenset(job.spec.evaluator for job in self._jobs) | ({FILTERS} if filtered else set())

    def shared(self) -> tuple[Source, ...]:
        """The unchanged helpers of several jobs, which are compiled once for all processes."""
        changed = frozenset().union(*(job.group for job in self._jobs))
        uses = Counter(helper for job in self._jobs for helper in job.helpers)
        return tuple(helper for helper, count in uses.items() if count > 1 and helper.path not in changed)

    def _of_packages(self, names: set[str]) -> frozenset[str]:
        named = (name for name in names if _top(name) not in sys.stdlib_module_names)
        return frozenset(name for name in named if _top(name) in self._installed)

    def _scan(self, job: Job) -> set[str]:
        models = (model.body for model in job.data_models if model.body is not None)
        own = {helper.name for helper in job.helpers}
        # What mocks are made with is imported when the first one is.
        found = {"unittest.mock"} if any(case.mocks for case in job.spec.cases) else set[str]()
        for source in (job.body, *job.helpers, *models):
            names = self._scanned.get(source.text)
            if names is None:
                names = self._scanned[source.text] = imported_modules(source.text)
            found |= names
        return {name for name in found if _top(name) not in own}


def _is_plain(name: str) -> bool:
    return _top(name) in sys.stdlib_module_names and _DEEDS.isdisjoint(name.split("."))


def _top(name: str) -> str:
    return name.partition(".")[0]
