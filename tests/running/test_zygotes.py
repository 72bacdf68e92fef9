"""What is imported before bodies run, where they run, and what becomes of a zygote that ends."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

import panther_ci
from panther_ci.errors import RunnerError
from panther_ci.model import Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.meter import Meter
from panther_ci.running.processes import ZygoteKind
from panther_ci.running.runner import Runner
from panther_ci.running.settings import RunSettings
from panther_ci.running.zygotes import Zygotes
from tests.family import children_of, runs
from tests.runs import WeakenedSettings

GOOD = "def rule(event):\n    return True\n"


@pytest.fixture
def third(tmp_path: Path) -> Iterator[Path]:
    """A folder with a package of one module, for bodies that import it."""
    (tmp_path / "third.py").write_text("A = 1\n")
    tmp_path.chmod(0o755)
    yield tmp_path / "third.py"


def holds(make: Any, run: Any, condition: str, before: str = "", event: Any = None, **settings: Any) -> bool:
    """Whether a condition holds in a body, which runs this before."""
    body = f"import os, sys\n{before}\ndef rule(event):\n    return bool({condition})\n"
    (result,) = run(make.job(body, make.case(event)), **settings).values()
    assert what_happened(result.cases[0]) in ("", "expected an alert, but rule() returned False")
    return result.cases[0].outcome is Outcome.PASSED


@pytest.mark.parametrize("given", [{}, {"LD_LIBRARY_PATH": "/nowhere/a", "DYLD_LIBRARY_PATH": "/nowhere/b"}])
def test_a_body_sees_the_environment_of_a_deployment_and_nothing_of_ours(
    make: Any, run: Any, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"GITHUB_TOKEN": "hidden", **given}.items():
        monkeypatch.setenv(name, value)
    wanted = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        **given,
    }
    assert holds(make, run, "event == dict(os.environ)", event=wanted)


def test_a_process_may_use_the_processor_for_twenty_timeouts(make: Any, run: Any) -> None:
    limit = "resource.getrlimit(resource.RLIMIT_CPU)[0]"
    assert holds(make, run, f"{limit} == 51", "import resource", timeout_seconds=2.5)


@pytest.mark.parametrize("changed", [True, False])
def test_packages_are_imported_for_all_unless_the_pull_request_changed_them(
    make: Any, run: Any, third: Path, changed: bool
) -> None:
    known = holds(
        *(make, run, "KNOWN", "KNOWN = 'third' in sys.modules\nimport third"),
        module_path=str(third.parent),
        packages_changed=changed,
    )
    assert known is not changed


def test_what_the_standard_library_has_is_imported_for_all(make: Any, run: Any) -> None:
    assert holds(make, run, "KNOWN", "KNOWN = 'colorsys' in sys.modules\nimport colorsys")


def test_a_file_may_be_read_where_packages_are_and_nowhere_else(make: Any, run: Any, third: Path) -> None:
    (third.parent / "data").write_text("data")
    here = "open(third.__file__.replace('third.py', 'data')).read() == 'data'"
    assert holds(make, run, here, "import third", module_path=str(third.parent))
    assert holds(make, run, "'PermissionError' in str(FOUND)", UNREAD.format(third.parent / "data"))


EARLY = "before rules/a.py was imported"
UNREAD = "try:\n    FOUND = open('{}').read()\nexcept OSError as error:\n    FOUND = repr(error)"


@pytest.mark.parametrize(
    ("bodies", "zygotes"), [("pp", 1), ("p", 1), ("b", 1), ("bb", 1), ("bp", 2), ("pb", 2)]
)
def test_only_bodies_that_import_packages_need_a_zygote_with_them(
    make: Any, third: Path, bodies: str, zygotes: int
) -> None:
    texts = {"p": f"import third\n{GOOD}", "b": GOOD}
    before = set(children_of(os.getpid()))
    with Runner(WeakenedSettings(module_path=str(third.parent))) as runner:
        results = list(runner.run([make.job(texts[kind], name=f"{n}") for n, kind in enumerate(bodies)]))
        started = set(children_of(os.getpid())) - before
    assert {case.outcome for result in results for case in result.cases} == {Outcome.PASSED}
    assert len(started) == zygotes
    assert not any(runs(pid) for pid in started)


@pytest.mark.parametrize("others", [0, 2])
def test_a_package_that_ends_the_zygote_spoils_only_who_imports_it(
    make: Any, run: Any, third: Path, others: int
) -> None:
    third.write_text("import os\nos._exit(3)\n")
    good = [make.job(GOOD, name=f"good {n}") for n in range(others)]
    results = run(*good, make.job(f"import third\n{GOOD}"), module_path=str(third.parent))
    (case,) = results.pop("a").cases
    assert what_happened(case) == f"the process ended without a result (exit code 3) {EARLY}"
    assert {case.outcome for result in results.values() for case in result.cases} <= {Outcome.PASSED}


def test_a_zygote_is_started_again_twenty_times_and_no_more(make: Any) -> None:
    zygotes = Zygotes(RunSettings(sandbox="off"), Meter(on=False))
    try:
        zygotes.begin([make.job(GOOD)])
        for _ in range(20):
            zygotes.restart(ZygoteKind.BARE)
        zygotes.fork(ZygoteKind.BARE, shared=False, wary=False).close()
        with pytest.raises(RunnerError, match="died again and again"):
            zygotes.restart(ZygoteKind.BARE)
    finally:
        zygotes.close()


def test_the_weakest_confinement_of_all_zygotes_is_told(make: Any, third: Path) -> None:
    jobs = [make.job(text, name=str(n)) for n, text in enumerate((GOOD, f"import third\n{GOOD}"))]
    for without, tier in ((frozenset[str](), "A"), (frozenset(["landlock"]), "B")):
        settings = WeakenedSettings(module_path=str(third.parent), without=without, sandbox="reduced")
        with Runner(settings) as runner:
            assert (runner.tier, runner.warnings) == ("", ())
            list(runner.run(jobs))
            assert (runner.tier, bool(runner.warnings)) == (tier, tier != "A")


def test_a_python_that_is_not_whole_is_told_with_its_last_words(tmp_path: Path) -> None:
    package = Path(panther_ci.__file__).parent
    copytree(package, tmp_path / "panther_ci", ignore=ignore_patterns("worker.py", "__pycache__"))
    script = """
        from panther_ci.errors import RunnerError
        from panther_ci.kinds import AnalysisType
        from panther_ci.model import *
        from panther_ci.running.runner import Runner
        from panther_ci.running.settings import RunSettings
        place = Location("a.yml", 1)
        spec = Spec("a.yml", AnalysisType.RULE, "a", place, cases=(Case("c", True, {}, place),))
        try:
            with Runner(RunSettings()) as runner:
                list(runner.run([Job(spec, Source("a", "a.py", b""))]))
        except RunnerError as error:
            print(error, error.hint, sep="|")
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    told = "the process that runs bodies ended before it was ready|ImportError: cannot import name 'worker'"
    assert done.stdout.startswith(told), done.stdout + done.stderr
