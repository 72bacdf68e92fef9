"""`python -m benchmarks.job`: from a job's start to the verdict on one changed rule, in three ways.

Bytes are counted, and seconds are measured without the network: what is to be loaded lies on this machine. It
takes what `make image-test` installs, and asserts nothing.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.installing import BODIES, PEER
from benchmarks.job_parts import IMAGE, Trial, measure_parts, time_verdict, timed
from benchmarks.repositories import REVIEWED, commit_all
from benchmarks.table import head, line
from tests.corpus import FULL, Corpus, write_size
from tools.image_test.base import fetch_seccomp_profile, make_base, read_base
from tools.image_test.checkout import Checkout
from tools.image_test.engine import Engine
from tools.image_test.step import Step, pull_request

MEGABYTE = 1_000_000
COLUMNS = ("way", "MB to load", "of that the base", "prepare s", "verdict s", "both s")
LOCKED = ("requirements/runtime.txt", "requirements/bodies.txt")
# What apt says that it loaded.
FETCHED = re.compile(r"Fetched ([\d.,]+) ([kM]?)B in")
UNITS = {"": 1, "k": 1_000, "M": MEGABYTE}


class Way(NamedTuple):
    """A way to a verdict: bytes to load, how many are the base's, and seconds to prepare it and to judge."""

    name: str
    loaded: int
    base: int
    prepare: float
    verdict: float


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the three ways, and the parts of the verdict in the image, and print each when it is known."""
    parser = argparse.ArgumentParser("python -m benchmarks.job", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs in the image [5]")
    rounds = parser.parse_args(argv).rounds
    with tempfile.TemporaryDirectory(prefix="panther-ci-job-") as folder:
        place = Path(folder)
        corpus = write_size(place / "library", FULL)
        step = propose(corpus, place / "proposal")
        common = start_engine(Path(".make/image-test").resolve())
        base = make_base(common)
        save(common, base, place / "base.tar")
        builder = Trial(start_engine(place / "builder"), step, place / "built", rounds)
        published = Trial(start_engine(place / "published"), step, place / "loaded", rounds)
        print(head(COLUMNS), flush=True)
        built = measure_build(builder, base, place / "base.tar")
        print(show(built), flush=True)
        save(builder.engine, IMAGE, place / "image.tar")
        print(show(measure_published(published, place / "image.tar", built.base)), flush=True)
        print(show(measure_peer(corpus.folder, place)), end="\n\n", flush=True)
        print(head(("part of the verdict", "s")))
        for name, seconds in measure_parts(published):
            print(line((name, f"{seconds:.2f}")))
    return 0


def show(way: Way) -> str:
    """A line of the table."""
    sizes = (f"{size / MEGABYTE:.1f}" for size in (way.loaded, way.base))
    seconds = (f"{each:.2f}" for each in (way.prepare, way.verdict, way.prepare + way.verdict))
    return line((way.name, *sizes, *seconds))


def propose(corpus: Corpus, folder: Path) -> Step:
    """A pull request on the library that adds a comment to one body."""
    body = commit_all(corpus.folder).choose(heavy=False).body
    checkout = Checkout.create(folder, dict(corpus.files))
    head = checkout.propose({body: corpus.files[body] + REVIEWED})
    return Step(pull_request(checkout, head), checkout)


def start_engine(scratch: Path) -> Engine:
    """Podman with empty storage, and Docker's profile."""
    engine = Engine(scratch, scratch / "docker-seccomp.json")
    engine.prepare()
    fetch_seccomp_profile(engine.seccomp)
    return engine


def save(engine: Engine, image: str, archive: Path) -> None:
    """Write an image with compressed layers, as a registry has them."""
    engine.call("save", "--quiet", "--format=oci-archive", f"--output={archive}", image)


def measure_build(trial: Trial, base: str, archive: Path) -> Way:
    """`uses: ./`: the base is loaded from its archive, and the Dockerfile built."""
    size = archive.stat().st_size
    prepare = timed(lambda: trial.engine.call("load", "--quiet", f"--input={archive}"))
    logs: list[str] = []
    folder, text = Path(), read_base(Path("Dockerfile"))
    prepare += timed(lambda: logs.append(trial.engine.build(folder, IMAGE, text, base)))
    loaded = size + count_fetched(logs[0]) + download(archive.parent / "locked", LOCKED)
    return Way("`uses: ./`, which builds the Dockerfile", loaded, size, prepare, time_verdict(trial))


def measure_published(trial: Trial, archive: Path, base: int) -> Way:
    """The published image: its layers and those of its base are loaded and unpacked."""
    prepare = timed(lambda: trial.engine.call("load", "--quiet", f"--input={archive}"))
    return Way("the published image", archive.stat().st_size, base, prepare, time_verdict(trial))


def measure_peer(library: Path, place: Path) -> Way:
    """Python is there; the peer is installed, and tests the library as its own workflow has it do."""
    loaded = download(place / "wheels", (PEER, *BODIES))
    tools = place / "peer/bin"

    def install() -> None:
        venv.create(tools.parent, with_pip=True)
        offline = ("-qq", "--no-index", f"--find-links={place / 'wheels'}")
        subprocess.run((tools / "python", "-m", "pip", "install", *offline, PEER, *BODIES), check=True)

    def test() -> None:
        command = (tools / "panther_analysis_tool", "--skip-version-check", "test", "--path", ".")
        subprocess.run(command, cwd=library, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return Way(
        "setup-python, `pip install`, `panther_analysis_tool test`", loaded, 0, timed(install), timed(test)
    )


def download(folder: Path, wanted: Sequence[str]) -> int:
    """The bytes of packages, kept in a folder as wheels; names of files are lists of packages with hashes."""
    for each in wanted:
        what = ("--no-deps", "--require-hashes", "--requirement", each) if each.endswith(".txt") else (each,)
        command = (
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-qq",
            "--no-cache-dir",
            f"--wheel-dir={folder}",
            *what,
        )
        subprocess.run(command, check=True)
    return sum(path.stat().st_size for path in folder.iterdir())


def count_fetched(log: str) -> int:
    """The bytes that apt says it loaded while an image was built."""
    found = FETCHED.findall(log)
    return sum(round(float(number.replace(",", "")) * UNITS[unit]) for number, unit in found)


if __name__ == "__main__":
    sys.exit(main())
