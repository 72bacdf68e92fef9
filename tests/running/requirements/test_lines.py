"""Which requirements are taken, in each format, and where those are that are not."""

import json

import pytest

from panther_ci.model import Finding
from panther_ci.running.requirements.lines import hashes_of, name_of, read_requirements, without_hashes


def lock(**entries: object) -> str:
    content = {"_meta": {"pipfile-spec": 6}, "default": entries, "develop": {"other": {"git": "x"}}}
    return json.dumps(content, indent=4)


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


@pytest.mark.parametrize(
    ("name", "dotted"),
    [
        ("a-b." * 200, True),
        ('"x\'y".' * 200, True),
        ("'x\"y'." * 200, True),
        ("a \t. \t" * 200, True),
        ("a." * 199, False),
        ('"x\ny".' * 200, False),
        ("'x\ny'." * 200, False),
    ],
)
def test_a_name_of_more_than_200_parts_is_not_read(name: str, dotted: bool) -> None:
    (found,) = check_requirements("pyproject.toml", f"{name}z = 1\n".encode())
    assert ("has more than 200 parts" in found.message) is dotted


def test_a_long_line_is_shown_cut() -> None:
    for length, shown in ((100, "é" * 100), (101, "é" * 100 + "…")):
        (found,) = check_requirements("requirements.txt", ("é" * length).encode())
        assert found.message == f"'{shown}' is not a package name with versions."


def test_a_requirement_may_have_a_thousand_characters_without_its_hashes() -> None:
    for length, wrong in ((1000, 0), (1001, 1)):
        line = "a" * length + " --hash=sha256:00"
        assert len(check_requirements("requirements.txt", line.encode())) == wrong


@pytest.mark.parametrize(("number", "shown"), [(20, 20), (21, 21), (22, 21)])
def test_a_single_line_more_is_shown_and_no_count(number: int, shown: int) -> None:
    found = check_requirements("requirements.txt", b"-e .\n" * number)
    assert [each.location.line for each in found] == list(range(1, shown + 1))
    assert ("… and 2 more" in found[-1].message) is (number == 22)


def test_what_is_no_text_is_refused() -> None:
    assert len(check_requirements("requirements.txt", b"six\xff\n")) == 1


def test_what_panther_ci_does_itself_is_not_installed() -> None:
    text = b"six\npanther_core==1\nPanther-Analysis-Tool\npanther-core-x\n"
    assert read_requirements("a/requirements.txt", text) == (("six", "panther-core-x"), (), False)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"six \\\n  >=1 \\", ("six   >=1",)),
        (b"six==1 # a\n#b\n\n", ("six==1",)),
        (b"", ()),
        (b"\\\n\\\n six", ("six",)),
    ],
)
def test_lines_are_joined_as_pip_joins_them(text: bytes, lines: tuple[str, ...]) -> None:
    assert read_requirements("requirements.txt", text) == (lines, (), False)


def test_a_line_is_taken_apart() -> None:
    line = "Six_a[b] >=1 --hash=sha256:aa ; os_name == 'b' --hash=sha512:bb"
    assert name_of(line) == "six-a"
    assert without_hashes(line) == "Six_a[b] >=1 ; os_name == 'b'"
    assert hashes_of(line) == ("sha256:aa", "sha512:bb")
    assert (hashes_of("six"), without_hashes("six --hash=md5:aa")) == ((), "six --hash=md5:aa")


def test_an_entry_of_a_lock_file_has_all_that_pip_needs() -> None:
    entry = {"version": "==1.0", "hashes": ["sha256:00", "sha256:11"], "extras": ["a", "b"]}
    entry |= {"index": "pypi", "markers": "python_version  >= '3.8'"}
    read = read_requirements("Pipfile.lock", lock(six=entry).encode())
    line = "six[a,b]==1.0 ; python_version >= '3.8' --hash=sha256:00 --hash=sha256:11"
    assert read == ((line,), (), True)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{\n"default": ', 2, "The file is not JSON: Expecting value."),
        ("[]", 1, "The file has no section `default` with packages."),
        ('\n{"default": {"a": ' + "1" * 5000 + "}}", 1, "The file has no section `default` with packages."),
        ('{"default":\n{"a": 1}}', 2, "The entry 'a' has no version with hashes from an index."),
        ('{"default":\n{"' + "a" * 101 + '": 1}}', 2, f"The entry {'a' * 100!r} has no version with"),
    ],
)
def test_what_is_wrong_with_a_lock_file_is_told(text: str, line: int, message: str) -> None:
    (found,) = check_requirements("Pipfile.lock", text.encode())
    assert (found.location.line, found.message.startswith(message)) == (line, True), found.message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\na = [", 1, "The file is not TOML: "),
        ("[project]\nname = 'a'\n", 1, "The file has no list `project.dependencies`."),
        ("project = 1\ntool = 1\n", 1, "The file has no list `project.dependencies`."),
        ("[project]\ndependencies = [\n3]\n", 3, "'3' is not text."),
        ("\n[project]\ndependencies = [\n3]\n", 4, "'3' is not text."),
        ("\ntool = {poetry = {dependencies = {six = 3}}}\n", 1, "The entry 'six' does not come from"),
        ("[tool.poetry.dependencies]\nsix = 3\n", 2, "The entry 'six' does not come from an index."),
        ("[tool.poetry.dependencies]\n'si.x' = {version = '1', git = ''}\n", 2, "The entry 'si.x' does not"),
        ('[tool.poetry.dependencies]\n  \t"six"\t = 3\n', 2, "The entry 'six' does not"),
        ("a = 1\n" + "b.\n" * 2, 2, "The file is not TOML: "),
        ("a = 1\n" + "b." * 200 + "c = 1", 2, "The name of a value has more than 200 parts here"),
    ],
)
def test_what_is_wrong_with_a_project_is_told(text: str, line: int, message: str) -> None:
    (found,) = check_requirements("pyproject.toml", text.encode())
    assert (found.location.line, found.message.startswith(message)) == (line, True), found.message


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("'*'", "six"),
        ("'1'", "six ==1"),
        ("'1.2.3'", "six ==1.2.3"),
        ("'^1.2.3'", "six >=1.2.3,<2"),
        ("'^0.2.3'", "six >=0.2.3,<0.3"),
        ("'^0.0.3'", "six >=0.0.3,<0.0.4"),
        ("'^0.0'", "six >=0.0,<0.1"),
        ("'^0'", "six >=0,<1"),
        ("'~1.2.3'", "six >=1.2.3,<1.3"),
        ("'~1'", "six >=1,<2"),
        ("'~ 1.2'", "six >=1.2,<1.3"),
        ("'~=1.2'", "six ~=1.2"),
        ("'>=1, <2'", "six >=1, <2"),
        ("'^1234567890.1'", "six >=1234567890.1,<123456790"),
        ("{version = '^1', extras = ['a', 'b']}", "six[a,b] >=1,<2"),
        ("{version = '1', extras = []}", "six ==1"),
        ("{version = '*', extras = 'a'}", "six"),
    ],
)
def test_versions_of_poetry_are_read_as_it_reads_them(wanted: str, line: str) -> None:
    text = f"[tool.poetry.dependencies]\nsix = {wanted}\npython = '3'\n"
    assert read_requirements("pyproject.toml", text.encode()) == ((line,), (), False)
