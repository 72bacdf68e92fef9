"""Packages for bodies come from wheels that are named plainly, and pip gets no secret."""

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.model import Finding
from panther_ci.running.requirements.installing import Installation, pip_environment
from panther_ci.running.requirements.lines import read_requirements
from panther_ci.running.requirements.packages import importable_modules
from tests.sources import make_wheel


def check_requirements(path: str, data: bytes) -> tuple[Finding, ...]:
    return read_requirements(path, data).findings


@pytest.mark.parametrize(
    "line",
    [
        "policyuniverse",
        "policyuniverse==1.5.1",
        "requests[socks] >=2.31,<3 ; python_version < '3.13'",
        "six==1.17.0 --hash=sha256:" + "0" * 64,
        "# only a comment",
        "six  # with a comment",
        "policyuniverse (>=1.5)",
        "six==1.17.0" + "".join(f" \\\n    --hash=sha256:{number:064x}" for number in range(200)),
    ],
)
def test_a_named_package_is_taken(line: str) -> None:
    assert check_requirements("requirements.txt", line.encode()) == ()


@pytest.mark.parametrize(
    "line",
    [
        "-e .",
        "--index-url https://example.invalid/simple",
        "./package",
        "six @ https://example.invalid/six.whl",
        "git+https://example.invalid/six",
        "-r other.txt",
        "six --global-option=x",
        "/tmp/six.whl",
        "six.whl --no-binary :all:",
        'six ; python_version > "${PIP_INDEX_URL}"',
        'six ; python_version > "3" and os_name != " --index-url=https://example.invalid/simple \'"',
        "six[a b]",
        "six==",
        "six ; nonsense",
        "six ; " + "(" * 480 + "nonsense" + ")" * 480,
        "six >=1 2",
        "sechs und sieben",
    ],
)
def test_anything_that_could_run_code_is_refused_with_its_line(line: str) -> None:
    found = check_requirements("requirements.txt", f"six\n{line}\n".encode())
    assert [(each.check, each.location.line) for each in found] == [("requirements-line", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "a" * 2**20,
        "six" + " " * 2**20 + "x",
        "six ; " + "(" * 2**19 + ")" * 2**19,
        "six[" + "a," * 2**19 + "a]",
        "six" + ",>=1" * 2**18,
        "-\\\n" * 2**18,
    ],
    ids=len,
)
def test_a_line_of_a_megabyte_is_refused_without_parsing_it(line: str) -> None:
    (finding,) = check_requirements("requirements.txt", line.encode())
    assert (finding.location.line, len(finding.message) < 200) == (1, True)


def test_only_the_first_of_many_wrong_lines_are_reported() -> None:
    found = check_requirements("requirements.txt", b"-e .\n" * 1000)
    assert [each.location.line for each in found] == list(range(1, 22))
    assert found[-1].message == "… and 980 more that are not a package name with versions."


@pytest.mark.parametrize(("number", "lines"), [(2000, []), (2001, [2001]), (500_000, [2001])])
def test_the_number_of_lines_has_a_limit(number: int, lines: list[int]) -> None:
    found = check_requirements("requirements.txt", b"a\n" * number)
    assert [each.location.line for each in found] == lines


def test_a_line_is_counted_with_its_continuations_and_comments() -> None:
    found = check_requirements(
        "requirements.txt", b"# first\nsix \\\n  >=1 # more\n\n-e .\\\n# end\n./here\\"
    )
    assert [(each.location.line, each.message.partition(" is")[0]) for each in found] == [
        (5, "'-e .'"),
        (7, "'./here'"),
    ]


def test_a_continued_line_is_judged_whole() -> None:
    found = check_requirements("requirements.txt", b"six \\\n  --index-url x\n")
    assert [each.location.line for each in found] == [1]


def test_pip_gets_no_secret() -> None:
    environ = {"PATH": "/bin", "PIP_INDEX_URL": "x", "AWS_SECRET_ACCESS_KEY": "s", "GITHUB_TOKEN": "t"}
    assert pip_environment(environ) == {"PATH": "/bin", "PIP_INDEX_URL": "x"}


def make_source(folder: Path, name: str, code: str = "") -> str:
    """A source distribution of one module, whose setup.py runs `code`; how a requirement names its hash."""
    path = folder / f"{name}-1.0.tar.gz"
    files = {
        "setup.py": f"{code}\nfrom setuptools import setup\n"
        f"setup(name='{name}', version='1.0', py_modules=['{name}'])\n",
        f"{name}.py": "ANSWER = 42\n",
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for file, text in files.items():
            member = tarfile.TarInfo(f"{name}-1.0/{file}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def offline(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
    }


def install(place: Path, text: str, path: str = "requirements.txt") -> Installation:
    installation = Installation(read_requirements(path, text.encode()), place, offline(place))
    installation.run()
    return installation


def test_wheels_are_installed_into_the_folder(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    installation = install(tmp_path, "demo-pkg==1.0\n")
    assert "demo_pkg" in importable_modules(str(installation.folder))


def test_a_package_that_no_index_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no index has nothing-like-it\.") as raised:
        install(tmp_path, "nothing-like-it\n")
    assert raised.value.hint == "Check its name and version."


@pytest.mark.parametrize("line", ["demo-src", "demo-src==1.0", "demo_src >=0.9,<2"])
def test_a_package_without_a_wheel_is_named_and_its_code_does_not_run(tmp_path: Path, line: str) -> None:
    ran = tmp_path / "ran"
    make_source(tmp_path, "demo_src", f"open({str(ran)!r}, 'w')")
    with pytest.raises(InputError, match=r"demo.src.* has no wheel for this Python") as raised:
        install(tmp_path, f"{line}\n")
    assert (ran.exists(), "wheel" in raised.value.hint) == (False, True)


def test_a_version_that_no_index_has_is_not_one_without_a_wheel(tmp_path: Path) -> None:
    make_source(tmp_path, "demo_src")
    with pytest.raises(InputError, match=r"no index has demo-src==2\.0"):
        install(tmp_path, "demo-src==2.0\n")


def test_a_package_without_a_wheel_that_another_needs_is_named(tmp_path: Path) -> None:
    make_source(tmp_path, "demo_src")
    make_wheel(tmp_path, needs="demo-src")
    with pytest.raises(InputError, match=r"demo-src has no wheel for this Python"):
        install(tmp_path, "demo-pkg\n")


def lock(**entries: object) -> str:
    content = {"_meta": {"pipfile-spec": 6}, "default": entries, "develop": {"other": {"git": "x"}}}
    return json.dumps(content, indent=4)


def test_what_a_lock_file_names_is_installed_from_wheels_and_the_rest_is_a_warning(tmp_path: Path) -> None:
    pkg = {"version": "==1.0", "hashes": [make_wheel(tmp_path)], "markers": "python_version >= '3.8'"}
    source = {"version": "==1.0", "hashes": [make_source(tmp_path, "demo_src")], "index": "pypi"}
    gone = {"version": "==1.0", "hashes": ["sha256:" + "0" * 64]}
    core = {"version": "==0.16.2", "hashes": ["sha256:" + "0" * 64]}
    text = lock(**{"demo-pkg": pkg, "demo-src": source, "gone": gone, "panther-core": core})
    installation = install(tmp_path, text, "Pipfile.lock")
    assert "demo_pkg" in importable_modules(str(installation.folder))
    assert [warning.partition(",")[0] for warning in installation.warnings] == [
        "demo-src==1.0 has no wheel for this Python",
        "no index has gone==1.0",
    ]


def test_a_wheel_with_another_hash_than_in_the_lock_file_is_refused(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    entry = {"version": "==1.0", "hashes": ["sha256:" + "0" * 64]}
    with pytest.raises(InputError, match="requirements can't be installed"):
        install(tmp_path, lock(**{"demo-pkg": entry}), "Pipfile.lock")
    assert not (tmp_path / "packages").exists()


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ({"git": "https://a.example/x.git", "ref": "main"}, True),
        ({"path": ".", "editable": True}, True),
        ({"file": "https://a.example/x.whl", "hashes": ["sha256:00"]}, True),
        ({"version": "==1.0"}, True),
        ({"version": "==1.0", "hashes": []}, True),
        ({"version": "*", "hashes": ["sha256:00"]}, True),
        ({"version": "==1.0", "hashes": ["sha256:00 --index-url=x"]}, True),
        ({"version": "==1.0", "hashes": ["sha256:00"], "markers": "os_name == '$X'"}, True),
        ({"version": "==1.0\n--index-url x", "hashes": ["sha256:00"]}, True),
        ("==1.0", True),
        (None, True),
        ({"version": "==1.0", "hashes": ["sha256:00"], "extras": ["a"], "index": "pypi"}, False),
    ],
)
def test_an_entry_of_a_lock_file_has_to_come_from_an_index(entry: object, wrong: bool) -> None:
    good = {"version": "==1.0", "hashes": ["sha256:00"]}
    read = read_requirements("a/Pipfile.lock", lock(first=good, second=entry).encode())
    text = lock(first=good, second=entry).splitlines()
    lines = [each.location.line for each in read.findings]
    assert lines == ([next(n for n, line in enumerate(text, 1) if '"second"' in line)] if wrong else [])
    assert wrong or read.lines[1] == "second[a]==1.0 --hash=sha256:00"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"default": []}', "[" * 100_000, '"default"'])
def test_a_lock_file_that_is_none_is_refused(text: str) -> None:
    assert len(check_requirements("Pipfile.lock", text.encode())) == 1


def test_a_project_names_what_it_depends_on() -> None:
    text = """[project]
dependencies = [
    "policyuniverse==1.5.1",
    "requests[socks] >=2.31 ; python_version >= '3.9'",
    "panther_analysis_tool",
]
[tool.poetry.dependencies]
python = "^3.11"
pycountry = "^24.6"
six = "~1.16.1"
toml = "^0.10.2"
idna = "*"
attrs = "25.4.0"
jinja2 = {version = ">=3,<4", extras = ["i18n"]}
"""
    read = read_requirements("pyproject.toml", text.encode())
    assert (read.findings, read.locked) == ((), False)
    assert read.lines == (
        "policyuniverse==1.5.1",
        "requests[socks] >=2.31 ; python_version >= '3.9'",
        "pycountry >=24.6,<25",
        "six >=1.16.1,<1.17",
        "toml >=0.10.2,<0.11",
        "idna",
        "attrs ==25.4.0",
        "jinja2[i18n] >=3,<4",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[project]\ndependencies = [\n'six',\n'x @ https://a.example/x.whl']\n", 4),
        ("[project]\ndependencies = [\n3,\n4]\n", 3),
        ("[tool.poetry.dependencies]\nsix = '*'\nx = {git = 'https://a.example/x.git'}\n", 3),
        ("[tool.poetry.dependencies]\nx = {path = '../x'}\n", 2),
        ("[tool.poetry.dependencies]\nsix = '|1'\n", 2),
        ("[project]\nname = 'x'\ndynamic = ['dependencies']\n", 1),
        ("[tool.black]\n", 1),
        ("a = 1\n[project\n", 2),
        ("a = " + "[" * 100_000, 1),
        ("b = 1\na" + ".a" * 400_000 + " = 1", 2),
        ("[project]\ndependencies = [\n'six',\n'x @ " + "y" * 900_000 + "']\n", 4),
    ],
)
def test_what_a_project_can_not_say_is_a_finding_with_its_line(text: str, line: int) -> None:
    assert check_requirements("pyproject.toml", text.encode())[0].location.line == line
