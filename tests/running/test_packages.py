"""Packages for bodies come from wheels that are named plainly, and pip gets no secret."""

import os
import zipfile
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.running.packages import (
    check_requirements,
    importable_modules,
    install_packages,
    pip_environment,
)


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
    assert [each.location.line for each in found] == list(range(1, 21))


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


def make_wheel(folder: Path) -> None:
    with zipfile.ZipFile(folder / "demo_pkg-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo_pkg.py", "ANSWER = 42\n")
        wheel.writestr(
            "demo_pkg-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n"
        )
        wheel.writestr(
            "demo_pkg-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("demo_pkg-1.0.dist-info/RECORD", "")


def offline(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
    }


def test_wheels_are_installed_into_the_folder(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    install_packages(b"demo-pkg==1.0\n", tmp_path / "packages", offline(tmp_path))
    assert "demo_pkg" in importable_modules(str(tmp_path / "packages"))


def test_a_package_that_cannot_be_had_is_told_in_pips_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"requirements can't be installed: .*nothing-like-it"):
        install_packages(b"nothing-like-it\n", tmp_path / "packages", offline(tmp_path))
