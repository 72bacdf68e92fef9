"""Packages without wheels are built where that is allowed: by their own code, which can reach nothing."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from panther_ci.errors import InputError
from panther_ci.running.requirements import building
from panther_ci.running.requirements.building import Builder, check_hash, read_build_requirements
from panther_ci.running.requirements.installing import Installation
from panther_ci.running.requirements.lines import read_requirements
from tests.family import runs
from tests.sources import archive, make_wheel, write_source

LEAVES = "__import__('subprocess').Popen(['sleep', '600'], stdin=-3, stdout=-3, stderr=-3).pid"
LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
RUNS = "__import__('subprocess').run(['true']).returncode"
WRITES = "__import__('tempfile').NamedTemporaryFile().write(b'x')"


def build(
    place: Path, line: str = "demo-src", confined: bool = True, path: str = "requirements.txt"
) -> dict[str, str]:
    """Install from source, and return what the module was built with."""
    environ = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place)}
    environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_SECRET": "hidden", "GITHUB_TOKEN": "hidden"}
    requirements = read_requirements(path, line.encode())
    installation = Installation(requirements, place, environ, Builder(environ, confined))
    installation.run()
    module = (installation.folder / "demo_src.py").read_text()
    results: dict[str, str] = eval(module.partition("=")[2])
    return results


def build_wheel(source: Path, place: str = "place") -> Path:
    """Build the wheel of a source that needs no other package for it."""

    def run_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        raise AssertionError(arguments)

    return Builder({}).build(source.as_uri(), (), source.parent / place, run_pip)


def refused_deeds(secret: Path) -> dict[str, str]:
    """What a build may not do, and what becomes of it."""
    return {
        f"open({str(secret)!r}).read()": "PermissionError",
        f"open({str(secret)!r}, 'w').write('spoiled')": "PermissionError",
        f"open('/proc/{os.getpid()}/environ').read()": "PermissionError",
        "'hidden' in str(os.environ)": "False",
        "socket.socket(socket.AF_INET).close()": "PermissionError",
        "socket.socket(socket.AF_UNIX).close()": "PermissionError",
        f"os.kill({os.getpid()}, 0)": "PermissionError",
    }


def surroundings() -> dict[str, str]:
    """What a build asks of where it is, and what it finds."""
    owner = "0o40770 0 61000" if os.geteuid() == 0 else f"0o40755 {os.geteuid()} {os.getegid()}"
    stat = "os.stat(os.environ['HOME'])"
    return {
        f"' '.join((oct({stat}.st_mode), str({stat}.st_uid), str({stat}.st_gid)))": owner,
        "os.path.basename(os.environ['HOME'])": "work",
        "__import__('tempfile').gettempdir() == os.environ['HOME']": "True",
        f"os.environ['PATH'].endswith({f'{Path(sys.executable).parent}:{os.defpath}'!r})": "True",
        "os.environ['LANG']": "C.UTF-8",
        "os.environ['PIP_CONFIG_FILE']": os.devnull,
        "os.environ['PIP_NO_CACHE_DIR'] + os.environ['PIP_DISABLE_PIP_VERSION_CHECK']": "11",
        **{f"os.environ[{name!r}]": f"/nowhere/{name}" for name in LIBRARIES},
    }


def readings() -> dict[str, str]:
    """What a build reads of the machine, as far as it is there, and what it can't."""
    libraries = ("alternatives", "ld.so.cache", "localtime", "mime.types", "ssl/openssl.cnf")
    names = ("debian_version", "group", "lsb-release", "nsswitch.conf", "os-release", "passwd", *libraries)
    there = [f"/etc/{name}" for name in names if Path("/etc", name).exists()]
    reading = "os.close(os.open({!r}, os.O_RDONLY))"
    return {reading.format(name): "None" for name in [*there, "/dev/urandom"]} | {
        reading.format(name): "PermissionError" for name in ["/etc/shadow", "/etc", "/root", "/tmp"]
    }


class Built(NamedTuple):
    """A secret beside a source that was built with its hash, and what became of its deeds."""

    secret: Path
    results: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build of one source, which tries all that is asked about."""
    place = tmp_path_factory.mktemp("built")
    secret = place / "secret"
    secret.write_text("secret")
    deeds = ["6 * 7", RUNS, WRITES, LEAVES, *surroundings(), *readings(), *refused_deeds(secret)]
    digest = write_source(place, deeds, needs="Requires-Dist: nothing-like-it\n")
    with pytest.MonkeyPatch.context() as patch:
        for name in LIBRARIES:
            patch.setenv(name, f"/nowhere/{name}")
        lock = {"version": "==1.0", "hashes": [digest]}
        return Built(secret, build(place, json.dumps({"default": {"demo-src": lock}}), path="Pipfile.lock"))


def test_a_package_is_built_from_its_source_which_has_the_hash_of_the_requirement(built: Built) -> None:
    assert built.results["6 * 7"] == "42"


def test_a_build_may_run_programs_and_write_where_it_works(built: Built) -> None:
    assert (built.results[RUNS], built.results[WRITES]) == ("0", "1")


def test_a_build_reaches_no_secret_no_network_and_no_process(built: Built) -> None:
    deeds = refused_deeds(built.secret)
    assert {deed: built.results[deed] for deed in deeds} == deeds
    assert built.secret.read_text() == "secret"


def test_a_build_finds_its_own_surroundings(built: Built) -> None:
    deeds = surroundings()
    assert {deed: built.results[deed] for deed in deeds} == deeds


def test_a_build_reads_only_what_python_needs(built: Built) -> None:
    deeds = readings()
    assert {deed: built.results[deed] for deed in deeds} == deeds


def test_what_a_build_leaves_running_is_ended(built: Built) -> None:
    assert int(built.results[LEAVES]) > 0
    assert not runs(int(built.results[LEAVES]))


def test_the_same_deeds_succeed_unconfined(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    deeds = {
        f"open({str(secret)!r}).read()": "secret",
        "'hidden' in str(os.environ)": "False",
        "socket.socket(socket.AF_INET).close()": "None",
        "socket.socket(socket.AF_UNIX).close()": "None",
        f"os.kill({os.getpid()}, 0)": "None",
    }
    write_source(tmp_path, [*deeds])
    assert build(tmp_path, confined=False) == deeds


def test_a_source_with_another_hash_is_not_built(tmp_path: Path) -> None:
    write_source(tmp_path, ["1"])
    with pytest.raises(InputError, match="has none of the hashes"):
        build(tmp_path, "demo-src==1.0 --hash=sha256:" + "0" * 64)


BESIDE = "wheels = os.environ['HOME'] + '/wheels'; "


@pytest.mark.parametrize(
    "after",
    [
        "os.rename(wheels, wheels + '-aside'); os.symlink(wheels + '-aside', wheels)",
        "open(wheels + '/other.whl', 'w').close()",
        "os.mkfifo(wheels + '/other.whl')",
    ],
    ids=["link", "second", "pipe"],
)
def test_only_a_single_wheel_in_a_folder_is_taken(tmp_path: Path, after: str) -> None:
    write_source(tmp_path, ["1"], BESIDE + after)
    with pytest.raises(InputError, match=r"^demo_src-1\.0\.tar\.gz can't be built: it makes no wheel\.$"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


def test_the_wheel_is_copied_beside_other_files_and_nothing_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_source(tmp_path, ["1"], BESIDE + "open(wheels + '/other.txt', 'w').close()")
    wheel = build_wheel(tmp_path / "demo_src-1.0.tar.gz")
    assert wheel == tmp_path / "place" / "demo_src-1.0-py3-none-any.whl"
    assert zipfile.ZipFile(wheel).read("demo_src.py") == b"RESULTS = {'1': '1'}"
    assert capfd.readouterr() == ("", "")


def test_a_wheel_of_more_bytes_than_a_confined_build_may_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_source(tmp_path, ["1"])
    source = tmp_path / "demo_src-1.0.tar.gz"
    size = build_wheel(source).stat().st_size
    monkeypatch.setattr(building, "LARGEST_WHEEL", size)
    assert build_wheel(source, "again").stat().st_size == size
    monkeypatch.setattr(building, "LARGEST_WHEEL", size - 1)
    with pytest.raises(InputError, match=f"its wheel has more than {size - 1} bytes"):
        build_wheel(source, "at last")


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    write_source(tmp_path, ["1"], "raise ValueError('no compiler')")
    with pytest.raises(InputError, match=r"demo_src-1\.0\.tar\.gz can't be built: ValueError: no compiler"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


def test_what_a_build_needs_is_read_without_running_it() -> None:
    project = "[build-system]\nrequires = ['setuptools >= 61', 'cython']\n"
    assert read_build_requirements("a", archive({"pyproject.toml": project})) == (
        "setuptools >= 61",
        "cython",
        "wheel",
    )
    assert read_build_requirements("a", archive({"setup.py": ""})) == ("setuptools>=40.8.0", "wheel")


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", archive({"pyproject.toml": "["}), archive({"pyproject.toml": "build-system = 1"})],
    ids=["empty", "no archive", "no TOML", "no table"],
)
def test_a_broken_source_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a can't be read"):
        read_build_requirements("a", data)


def test_tools_that_are_not_packages_are_refused(tmp_path: Path) -> None:
    text = "[build-system]\nrequires = ['x @ https://a.example/x.whl']\n"
    (tmp_path / "demo_src-1.0.tar.gz").write_bytes(archive({"pyproject.toml": text}))
    with pytest.raises(InputError, match="needs more than packages"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


@pytest.mark.parametrize(
    ("said", "last"),
    [
        (b"", "it says nothing"),
        (b"first\n last \n\n", "last"),
        (b"ValueError: one\npkg.mod.SomeException: two\nlast\n", "pkg.mod.SomeException: two"),
        (b" | _a9.Error: deep\n  +--\n", "_a9.Error: deep"),
        (b"some Error: no name\nlast\xff", "last\ufffd"),
        (b"x" * 501, "x" * 500),
    ],
)
def test_the_last_error_of_pip_says_why_tools_can_not_be_had(tmp_path: Path, said: bytes, last: str) -> None:
    asked: list[str] = []

    def run_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        asked.extend(arguments)
        return subprocess.CompletedProcess(arguments, 1, b"", said)

    write_source(tmp_path, ["1"], tools=["cython", "six >=1"])
    source, place = tmp_path / "demo_src-1.0.tar.gz", tmp_path / "place"
    with pytest.raises(InputError) as raised:
        Builder({}).build(source.as_uri(), (), place, run_pip)
    assert str(raised.value) == f"demo_src-1.0.tar.gz can't be built: {last}"
    assert asked == ["download", "--quiet", "--dest", str(place / "tools"), "--", "cython", "six >=1"]
    assert (place / "tools").is_dir()


def test_a_build_uses_the_tools_that_were_downloaded_for_it(tmp_path: Path) -> None:
    def run_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        make_wheel(tmp_path / "place" / "tools")
        return subprocess.CompletedProcess(arguments, 0)

    deed = "__import__('demo_pkg').ANSWER"
    write_source(tmp_path, [deed], tools=["demo-pkg"])
    source = tmp_path / "demo_src-1.0.tar.gz"
    wheel = Builder({}).build(source.as_uri(), (), tmp_path / "place", run_pip)
    assert zipfile.ZipFile(wheel).read("demo_src.py") == f"RESULTS = { ({deed: '42'})!r}".encode()


def test_hashes_of_all_kinds_count() -> None:
    check_hash("a", b"x", ("sha256:00", "sha512:" + hashlib.sha512(b"x").hexdigest()))
    check_hash("a", b"x", ())
