"""The situations that are measured, each as a command of ours and one of the peer's in a repository."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Contestant
from tests.corpus import FULL, Corpus, Size, write_size

SMALL = Size(forms_of_2020=0.0, json=0.0)
GIT = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Scenario:
    """One line of the table. Goals are what is aimed at: ratios to the peer, or seconds and MiB alone."""

    name: str
    ours: Contestant
    peer: Contestant | None
    goal: str


@dataclass(frozen=True)
class Tools:
    """Where the two programs are."""

    ours: str
    peer: str


def prepare(folder: Path, tools: Tools) -> Iterator[Scenario]:
    """Write the repositories and yield the scenarios in them."""
    full = write_size(folder / "full", FULL)
    everything = (tools.ours, "test", "--path", ".")
    yield Scenario("`--help`", Contestant((tools.ours, "--help"), folder), None, "CPU < 0.15 s")
    yield Scenario(
        "full, cold, peer with `--ignore-table-names`",
        Contestant(everything, full.folder),
        Contestant(_peer(tools, ".", quick=True), full.folder),
        "CPU ≤ 0.25, wall ≤ 0.15, peak ≤ 0.75",
    )
    yield Scenario(
        "full, cold, peer with its default options",
        Contestant(everything, full.folder),
        Contestant(_peer(tools, ".", quick=False), full.folder),
        "CPU ≤ 0.10, wall ≤ 0.06",
    )
    plain, heavy = choose_bodies(full)
    for name, body, goal in (
        ("one rule changed", plain, "CPU ≤ 0.04, peak ≤ 0.35"),
        ("one rule changed, its helper imports boto3", heavy, "CPU ≤ 0.08"),
    ):
        clone = change_body(full, folder / Path(body).stem, body)
        yield Scenario(
            f"{name}, cold, peer with `--path` of its folder and `--ignore-table-names`",
            Contestant(_ours_changed(tools), clone),
            Contestant(_peer(tools, str(Path(body).parent), quick=True), clone),
            goal,
        )
    small = write_size(folder / "small", SMALL)
    body = choose_bodies(small)[0]
    clone = change_body(small, folder / "small-changed", body)
    yield Scenario(
        "one rule changed of 200 detections, peer with `--ignore-table-names`",
        Contestant(_ours_changed(tools), clone),
        Contestant(_peer(tools, str(Path(body).parent), quick=True), clone),
        "CPU < 0.5 s",
    )


def choose_bodies(corpus: Corpus) -> tuple[str, str]:
    """A body of a common log type that one detection alone uses, and one whose helper imports boto3."""
    bodies = [
        path.rpartition(".")[0] + ".py" for path in corpus.detections if "/aws_cloudtrail_rules/" in path
    ]
    alone = [body for body in bodies if body in corpus.files and len(corpus.dependents(body)) == 1]
    last = list(corpus.globals_.values())[-1]
    heavy = [path for path in corpus.requires if last in corpus.requires[path] and path.startswith("rules/")]
    plain = next(body for body in alone if last not in corpus.requires[body] and corpus.requires[body])
    return plain, next((body for body in heavy if len(corpus.dependents(body)) == 1), plain)


def change_body(corpus: Corpus, folder: Path, body: str) -> Path:
    """A copy as a git repository with two commits, the second of which changes one body."""
    for path, data in corpus.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message=Before")
    (folder / body).write_bytes(corpus.files[body] + b"\n# Reviewed again.\n")
    _git(folder, "commit", "--quiet", "--all", "--message=After")
    return folder


def _git(folder: Path, *command: str) -> None:
    subprocess.run((*GIT, *command), cwd=folder, check=True)


def _ours_changed(tools: Tools) -> tuple[str, ...]:
    return (tools.ours, "check", "--base-ref", "HEAD~1")


def _peer(tools: Tools, path: str, quick: bool) -> tuple[str, ...]:
    # Without its question for a newer version, which would count the network.
    command = (tools.peer, "--skip-version-check", "test", "--path", path)
    return (*command, "--ignore-table-names") if quick else command
