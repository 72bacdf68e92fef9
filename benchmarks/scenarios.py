"""The situations that are measured, each as a command of ours and one of a rival in a repository."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.goals import Goal
from benchmarks.measure import Contestant
from benchmarks.repositories import BROKEN, REVIEWED, Library, NothingToChangeError

CHANGED = ("check", "--base-ref", "HEAD~1")
REJECTED = 1


@dataclass(frozen=True)
class Scenario:
    """One line of the table: ours and a rival, which is the peer or another command of ours."""

    name: str
    ours: Contestant
    rival: Contestant | None
    goal: Goal


@dataclass(frozen=True)
class Tools:
    """Where the two programs are."""

    ours: str
    peer: str

    def peer_tests(self, path: str, *options: str) -> tuple[str, ...]:
        """The peer's tests of a folder, without its question for a newer version."""
        return (self.peer, "--skip-version-check", "test", "--path", path, *options)


def list_full(library: Library, folder: Path, tools: Tools) -> Iterator[Scenario]:
    """Everything in a library, cold."""
    clone, peers = library.copy(folder / "full"), library.copy(folder / "full-peer")
    everything = (tools.ours, "test", "--path", ".")
    off = (*everything, "--table-names", "off")
    quick = Contestant(tools.peer_tests(".", "--ignore-table-names"), peers)
    yield Scenario(
        "full, both without table names", Contestant(off, clone), quick, Goal(cpu=0.25, wall=0.15, peak=0.75)
    )
    yield Scenario(
        "full, ours with table names, peer without",
        Contestant(everything, clone),
        quick,
        Goal(cpu=0.25, wall=0.15, peak=0.75),
    )
    yield Scenario(
        "full, both with table names",
        Contestant(everything, clone),
        Contestant(tools.peer_tests("."), peers),
        Goal(cpu=0.10, wall=0.06),
    )


def list_changed(library: Library, folder: Path, tools: Tools) -> Iterator[Scenario]:
    """One rule of a library changed, or one tested alone."""
    plain = library.choose(heavy=False)
    for name, heavy, goal in (
        ("one rule changed", False, Goal(cpu=0.05, peak=0.35)),
        ("one rule changed, its helper imports boto3", True, Goal(cpu=0.09)),
    ):
        try:
            rule = library.choose(heavy)
        except NothingToChangeError:
            continue
        clone, peers = (
            library.copy(folder / f"changed-{heavy}-{who}", rule.body, REVIEWED) for who in ("ours", "peer")
        )
        rival = Contestant(tools.peer_tests(rule.folder, "--ignore-table-names"), peers)
        yield Scenario(
            f"{name}, peer on its folder without table names",
            Contestant((tools.ours, *CHANGED), clone),
            rival,
            goal,
        )
    alone = Contestant((tools.ours, "test", plain.id), folder / "full")
    yield Scenario("one detection by id", alone, None, Goal(cpu_seconds=0.4))
    broken = library.copy(folder / "broken", plain.body, BROKEN)
    yield Scenario(
        "one rule made wrong, new against base; rival: ours without it",
        Contestant((tools.ours, *CHANGED, "--fail-on", "new"), broken, REJECTED),
        Contestant((tools.ours, *CHANGED), broken, REJECTED),
        Goal(cpu=1.2),
    )


def list_small(library: Library, folder: Path, tools: Tools) -> Iterator[Scenario]:
    """One rule changed of few detections."""
    rule = library.choose(heavy=False)
    clone, peers = (library.copy(folder / f"small-{who}", rule.body, REVIEWED) for who in ("ours", "peer"))
    rival = Contestant(tools.peer_tests(rule.folder, "--ignore-table-names"), peers)
    yield Scenario(
        "one rule changed of 200 detections, peer on its folder without table names",
        Contestant((tools.ours, *CHANGED), clone),
        rival,
        Goal(cpu_seconds=0.5),
    )
