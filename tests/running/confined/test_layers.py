"""The layers, each with the proof that it is the one that holds: without it, the same deed succeeds."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import panther_ci
from panther_ci.errors import ConfinementError
from panther_ci.model import Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running import tiers
from panther_ci.running.confined import limits
from panther_ci.running.meter import Meter
from panther_ci.running.processes import ZygoteHandle
from panther_ci.running.runner import Runner
from panther_ci.running.settings import LAYERS
from tests.runs import WeakenedSettings

# What the self-test tries, in its order.
EVERYTHING = (
    "read the environment of the host",
    "read a folder that it needn't",
    "open a file for writing",
    "change the times of a file",
    "change the owner of a file",
    "make a file",
    "signal the host",
    "signal its parent",
    "run a program",
    "open a socket of the network",
    "open a socket of this machine",
    "start a process",
)


@contextmanager
def zygote(*without: str) -> Iterator[ZygoteHandle]:
    made = ZygoteHandle({}, Meter(on=False))
    try:
        libraries = [path for path in sys.path if path]
        made.begin(
            {
                "layers": sorted(LAYERS - set(without)),
                "parts": ["python"],
                "paths": [],
                "readable": libraries,
                "preload": [],
                "sources": [],
            }
        )
        made.ready()
        yield made
    finally:
        made.close()


def test_all_layers_hold_the_self_test() -> None:
    with zygote() as confined:
        assert confined.layers == LAYERS
        assert confined.self_test(limits.bounds(1)) == ()


def test_without_filters_the_self_test_escapes() -> None:
    with zygote("seccomp") as confined:
        leaks = confined.self_test(limits.bounds(1))
    assert "open a socket of the network" in leaks
    assert "run a program" in leaks
    assert "read a folder that it needn't" not in leaks  # Landlock's part


def test_without_landlock_bodies_open_nothing_at_all() -> None:
    with zygote("landlock") as confined:
        assert "landlock" not in confined.layers
        assert confined.self_test(limits.bounds(1)) == ()


def test_without_layers_everything_succeeds() -> None:
    with zygote(*LAYERS) as confined:
        leaks = confined.self_test(limits.bounds(1))
    assert leaks == EVERYTHING


def body(deed: str) -> str:
    return f"import os\ndef rule(event):\n    {deed}\n    return True\n"


DEEDS = {
    "writes": "open('{folder}/written', 'w').close()",
    "reads": "open('{folder}/secret').close()",
    "lists": "os.listdir('{folder}')",
    "removes": "os.unlink('{folder}/secret')",
    "changes modes": "os.chmod('{folder}/secret', 0)",
    "runs": "os.system('true') and 1 / 0",
    "signals": "os.kill(os.getppid(), 0)",
    "forks": "os.fork() or os._exit(0)",
    "connects": "__import__('socket').socket()",
    "reads memory": "open('/proc/%d/mem' % os.getppid(), 'rb').close()",
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_refused_and_would_succeed_otherwise(
    make: Any, outcome: Any, tmp_path: Any, name: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    job = make.job(body(DEEDS[name].format(folder=tmp_path)))
    assert outcome(job)[0] is Outcome.ERRORED
    assert (tmp_path / "secret").stat().st_mode & 0o777 != 0
    assert outcome(job, sandbox="off", without=LAYERS) == (Outcome.PASSED, "")


def test_the_environment_of_bodies_is_no_secret(make: Any, run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hush")
    (case,) = run(make.job(body("print(dict(os.environ)); return False")))["a"].cases
    assert "hush" not in case.output
    assert "AWS_DEFAULT_REGION" in case.output
    assert "GITHUB_TOKEN" in os.environ


def test_bodies_are_not_root_or_without_capabilities(make: Any, run: Any) -> None:
    deed = "print(os.getuid(), os.geteuid()); os.setuid(0)"
    (case,) = run(make.job(body(deed)))["a"].cases
    assert case.outcome is Outcome.ERRORED
    assert "PermissionError" in what_happened(case)


def test_the_folder_of_our_package_is_no_place_to_import_from(make: Any, outcome: Any) -> None:
    root = str(Path(panther_ci.__file__).parents[1])
    job = make.job(f"import sys\ndef rule(event):\n    return {root!r} not in sys.path\n")
    assert outcome(job) == (Outcome.PASSED, "")


def test_libraries_can_be_imported_late(make: Any, outcome: Any) -> None:
    deed = "import colorsys, zoneinfo; zoneinfo.ZoneInfo('Europe/Paris'); 'x'.encode('idna')"
    assert outcome(make.job(body(deed))) == (Outcome.PASSED, "")


def test_in_tier_b_what_is_named_is_imported_before(make: Any, run: Any) -> None:
    deed = "import colorsys; from datetime import datetime; datetime.strptime('2020', '%Y')"
    jobs = [make.job(body(deed)), make.job(body("__import__('wave')"), name="b")]
    with Runner(WeakenedSettings(without=frozenset({"landlock"}))) as runner:
        results = {result.path: result.cases[0].outcome for result in runner.run(jobs)}
        assert (runner.tier, len(runner.warnings) > 0) == ("B", True)
    assert results == {"rules/a.yml": Outcome.PASSED, "rules/b.yml": Outcome.ERRORED}


@pytest.mark.parametrize(
    ("settings", "without", "tier"),
    [
        ({"sandbox": "strict", "in_ci": True}, (), "A"),
        ({"sandbox": "strict", "secrets_present": True}, ("landlock",), None),
        ({"sandbox": "strict", "in_ci": True}, ("seccomp",), None),
        ({"sandbox": "strict"}, ("seccomp",), "C"),
        ({"sandbox": "reduced", "in_ci": True}, ("landlock",), "B"),
        ({"sandbox": "reduced", "in_ci": True}, ("seccomp",), None),
        ({"sandbox": "off", "in_ci": True}, (), "C"),
    ],
)
def test_too_little_confinement_fails_closed(
    make: Any, settings: Any, without: Any, tier: str | None
) -> None:
    with Runner(WeakenedSettings(without=frozenset(without), **settings)) as runner:
        if tier is None:
            with pytest.raises(ConfinementError, match="sandbox") as refused:
                list(runner.run([make.job(body("pass"))]))
            assert "in the workflow" in refused.value.hint
        else:
            assert len(list(runner.run([make.job(body("pass"))]))) == 1
            assert (runner.tier, bool(runner.warnings)) == (tier, tier != "A")


def test_a_self_test_that_escapes_makes_the_lowest_tier() -> None:
    assert tiers.reached({"landlock", "seccomp"}, ()) == "A"
    assert tiers.reached({"landlock", "seccomp"}, ("write a file",)) == "C"
    reduced, hole, note = tiers.describe("C", ("note",), ("write a file", "start a process"))
    assert (reduced.partition(":")[0], note) == ("reduced confinement (tier C)", "note")
    assert "a confined process could write a file, start a process" in hole
    assert tiers.describe("B", ("note",), ())[1:] == ("note",)
    assert tiers.describe("A", ("note",), ()) == ()
