"""What pip is asked for, and what is made of its answers; a program in the place of Python plays it."""

import hashlib
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import InputError, RunnerError
from panther_ci.running.requirements.installing import Installation, pip_environment
from panther_ci.running.requirements.lines import read_requirements
from panther_ci.running.requirements.packages import importable_modules, installed, library_folders

# Writes down what it is asked for. Packages that begin with `gone` have no wheel until they were built.
PLAYED = """
import json, os, sys
folder = os.path.dirname(os.path.abspath(__file__))
options, (command, *arguments) = sys.argv[1:4], sys.argv[4:]
asked = {"options": options, "command": command, "arguments": arguments}
asked |= {"folder": os.getcwd(), "environment": sorted(os.environ)}
built = arguments.count("--find-links")
if command == "install":
    with open(arguments[-1]) as file:
        asked["lines"] = file.read().splitlines()
with open(folder + "/asked", "a") as file:
    file.write(json.dumps(asked) + "\\n")
if command == "download":
    print(open(folder + "/links").read())
if command == "install":
    wanted = [line.partition(" --")[0] for line in asked["lines"] if line.startswith("gone")][built:]
    if wanted:
        sys.exit(f"WARNING: first\\nERROR: No matching distribution found for {wanted[0]} (from x)\\nlast")
if os.path.exists(folder + "/said"):
    sys.exit(open(folder + "/said").read())
"""
SKIPPED = "  Skipping link: No sources permitted for gone: https://index.invalid/"


class Played:
    """The program in a folder, and what it was asked for."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.parent = folder, folder / "parent"
        self.parent.mkdir()
        self.say("")
        program = folder / "program"
        program.write_text(f"#!{sys.executable} -I\n{PLAYED}")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))

    def say(self, links: str, said: str = "") -> None:
        (self.folder / "links").write_text(links)
        if said:
            (self.folder / "said").write_text(said)

    def asked(self, command: str = "install") -> list[dict[str, Any]]:
        asked = map(json.loads, (self.folder / "asked").read_text().splitlines())
        return [each for each in asked if each["command"] == command]

    def install(self, text: str, path: str = "requirements.txt", builder: Any = None) -> Installation:
        environ = {"PIP_INDEX_URL": "x", "SECRET": "s", "HOME": "/h"}
        found = Installation(read_requirements(path, text.encode()), self.parent, environ, builder)
        found.run()
        return found


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(tmp_path, monkeypatch)


class Recording:
    """Builds nothing, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def build(self, link: str, hashes: tuple[str, ...], place: Path, run_pip: object) -> Path:
        place.mkdir()
        wheel = place / "a.whl"
        wheel.write_bytes(b"wheel")
        self.asked.append((link, hashes, place.name))
        return wheel


def lock(*names: str) -> str:
    entry = {"version": "==1", "hashes": ["sha256:00"]}
    return json.dumps({"default": dict.fromkeys(names, entry)})


OPTIONS = ["--no-input", "--only-binary", ":all:", "--disable-pip-version-check"]


@pytest.mark.parametrize(
    ("path", "text", "more", "lines"),
    [
        ("requirements.txt", "six\nidna >=2\n", [], ["six", "idna >=2"]),
        ("Pipfile.lock", lock("six"), ["--no-deps"], ["six==1 --hash=sha256:00"]),
    ],
)
def test_pip_takes_only_wheels_and_knows_only_its_own_environment(
    pip: Played, path: str, text: str, more: list[str], lines: list[str]
) -> None:
    installation = pip.install(text, path)
    target = ["--target", str(pip.parent / "packages"), "--requirement", str(pip.parent / "requirements.txt")]
    (asked,) = pip.asked()
    assert asked["options"] == ["-I", "-m", "pip"]
    assert asked["arguments"] == [*OPTIONS, "--quiet", *more, *target]
    assert (asked["lines"], asked["folder"]) == (lines, str(pip.parent))
    assert set(asked["environment"]) - {"LC_CTYPE"} == {"PIP_INDEX_URL", "HOME"}
    assert (installation.folder, installation.warnings) == (pip.parent / "packages", [])


def test_pip_gets_where_it_may_load_from_and_nothing_else() -> None:
    passed = {"PATH": "a", "HOME": "b", "LANG": "c", "SSL_CERT_FILE": "d", "SSL_CERT_DIR": "e"}
    passed |= {"HTTP_PROXY": "f", "HTTPS_PROXY": "g", "NO_PROXY": "h", "https_proxy": "i", "PIP_X": "j"}
    others = {"PIPX": "", "X_PIP_": "", "TOKEN": "", "PYTHONPATH": "", "LD_PRELOAD": ""}
    assert pip_environment(passed | others) == passed


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ("", False),
        (f"{SKIPPED}gone-1.0.tar.gz", True),
        (f"{SKIPPED}gone-1.0.zip#sha256=00", True),
        (
            f"{SKIPPED}gone-2.tar.gz\n{SKIPPED}other-1.tar.gz\n{SKIPPED}gone.tar.gz\n{SKIPPED}gone-x.y.tar.gz",
            False,
        ),
    ],
)
def test_only_a_source_of_the_version_that_is_wanted_counts(pip: Played, links: str, found: bool) -> None:
    pip.say(links)
    with pytest.raises(InputError) as raised:
        pip.install("gone <2\n")
    told = "gone<2 has no wheel for this Python" if found else "no index has gone<2"
    assert str(raised.value) == f"requirements can't be installed: {told.replace('<', ' <')}."
    assert raised.value.hint is not None
    assert ("requirements-build: true" in raised.value.hint) is found
    (asked,) = pip.asked("download")
    assert asked["arguments"] == [*OPTIONS, "-vv", "--no-deps", "--dest", str(pip.parent / "none"), "gone <2"]


def test_of_a_lock_file_the_version_that_it_names_is_built(pip: Played) -> None:
    pip.say("\n".join(f"{SKIPPED}gone%2Da-{version}.tar.gz" for version in ("9.0", "10.0", "1.0")))
    builder = Recording()
    installation = pip.install(lock("gone-a", "six"), "Pipfile.lock", builder)
    assert builder.asked == [("https://index.invalid/gone%2Da-1.0.tar.gz", ("sha256:00",), "build-0")]
    assert installation.warnings == []


@pytest.mark.parametrize("hashed", [True, False])
def test_a_wheel_that_was_built_has_the_hash_that_the_requirement_then_names(
    pip: Played, hashed: bool
) -> None:
    pip.say("\n".join(f"{SKIPPED}gone-{version}.tar.gz" for version in ("9.0", "10.0", "1.0")))
    builder = Recording()
    line = "gone >1" + (" --hash=sha256:00" if hashed else "")
    installation = pip.install(f"{line}\nsix\n", builder=builder)
    hashes = ("sha256:00",) if hashed else ()
    assert builder.asked == [("https://index.invalid/gone-10.0.tar.gz", hashes, "build-0")]
    first, second = pip.asked()
    digest = hashlib.sha256(b"wheel").hexdigest()
    assert first["lines"] == [line, "six"]
    assert second["lines"] == [f"gone >1 --hash=sha256:{digest}" if hashed else line, "six"]
    links = second["arguments"].index("--find-links")
    assert second["arguments"][links + 1] == str(pip.parent / "build-0")
    assert installation.warnings == []


def test_several_packages_are_built_in_folders_of_their_own(pip: Played) -> None:
    pip.say(f"{SKIPPED}gone-1.tar.gz\n{SKIPPED}gone-b-1.tar.gz".replace("for gone:", "for x:"))
    builder = Recording()
    pip.install("gone\ngone-b\n", builder=builder)
    assert [place for *_, place in builder.asked] == ["build-0", "build-1"]
    assert pip.asked()[-1]["arguments"].count("--find-links") == 2


@pytest.mark.parametrize(("number", "fine"), [(19, True), (20, False)])
def test_of_a_lock_file_only_some_packages_may_have_no_wheel(pip: Played, number: int, fine: bool) -> None:
    text = lock("six", *(f"gone-{n}" for n in range(number)))
    if fine:
        warnings = pip.install(text, "Pipfile.lock").warnings
        assert len(warnings) == 19
        words = "no index has gone-0==1, so it is not installed. Check its name and version."
        assert warnings[0] == words
        assert pip.asked()[-1]["lines"] == ["six==1 --hash=sha256:00"]
    else:
        with pytest.raises(InputError, match="more than 20 packages have no wheel"):
            pip.install(text, "Pipfile.lock")


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("first\n" + "l" * 501 + "\n", "l" * 500),
        ("ERROR: No matching distribution found", "ERROR: No matching distribution found"),
    ],
)
def test_why_pip_fails_is_told(pip: Played, said: str, last: str) -> None:
    pip.say("", said)
    with pytest.raises(InputError) as raised:
        pip.install("six\n")
    assert str(raised.value) == f"requirements can't be installed: {last}"


def test_that_pip_prints_nothing_is_told(pip: Played) -> None:
    (pip.folder / "program").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(InputError, match="requirements can't be installed: pip printed nothing"):
        pip.install("six\n")


def test_a_python_that_is_not_there_is_told(pip: Played) -> None:
    (pip.folder / "program").unlink()
    with pytest.raises(RunnerError, match=r"^pip can't be started: .*program") as raised:
        pip.install("six\n")
    assert raised.value.hint == "Install pip for this Python."


def test_packages_are_there_for_other_users_while_they_are_needed(pip: Played) -> None:
    with installed(read_requirements("requirements.txt", b"six\n"), {}) as packages:
        folder = Path(packages.folder)
        assert (folder.name, packages.warnings) == ("packages", ())
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o755
        assert pip.asked()[0]["folder"] == str(folder.parent)
    assert not folder.parent.exists()


def test_what_has_no_wheel_is_a_warning_of_the_packages(pip: Played) -> None:
    with installed(read_requirements("Pipfile.lock", lock("gone").encode()), {}) as packages:
        assert [warning.partition(",")[0] for warning in packages.warnings] == ["no index has gone==1"]


@pytest.mark.parametrize("text", ["", "# six\n", "six\n-e .\n"])
def test_without_requirements_or_with_wrong_ones_nothing_is_installed(pip: Played, text: str) -> None:
    with installed(read_requirements("requirements.txt", text.encode()), {}) as packages:
        assert packages == ("", ())
    assert not (pip.folder / "asked").exists()


def test_libraries_are_the_folders_of_packages_beside_this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = ["/a/site-packages", "/b/dist-packages", "/c/packages"]
    monkeypatch.setattr(sys, "path", ["", "/d/lib", *folders, "/a/site-packages/x"])
    assert library_folders() == folders


def test_what_is_in_a_folder_of_packages_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, own = tmp_path / "site-packages", tmp_path / "own"
    for folder, name in ((beside, "beside"), (own, "own")):
        (folder / f"{name}_a").mkdir(parents=True)
        for file in ("b.py", "c.abi3.so", "d.txt", "e.pth"):
            (folder / f"{name}_{file}").touch()
    monkeypatch.setattr(sys, "path", [str(beside), str(tmp_path / "gone" / "packages")])
    names = {f"{name}_{letter}" for name in ("beside", "own") for letter in "abc"}
    assert importable_modules(str(own)) - sys.stdlib_module_names == names
    assert importable_modules("") - sys.stdlib_module_names == {f"beside_{letter}" for letter in "abc"}
    assert "json" in importable_modules("")
