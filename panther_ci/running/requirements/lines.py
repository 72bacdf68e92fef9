"""Reads which packages bodies need: from pip's requirements, a `Pipfile.lock` or a `pyproject.toml`."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Location

# Of a line without its hashes: real ones are much shorter, and a hostile one should not keep the parser busy.
LONGEST = 1000
MOST_FINDINGS = 20
# A lock file of a large repository names about 300 packages.
MOST_LINES = 2000
# A name in TOML of more than 200 parts: its reader compares every part with all of its beginnings.
DOTTED = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){200}""")
SHOWN = 100
COMMENT = re.compile(r"(^|\s)#.*")
HASH = re.compile(r"--hash=sha(?:256|384|512):[0-9a-f]+")
# What an entry of a lock file may say; anything else is another source than an index, such as git.
LOCK_KEYS = frozenset({"extras", "hashes", "index", "markers", "version"})
POETRY_KEYS = frozenset({"extras", "version"})
PLACE = re.compile(r"at line (\d+)")
NUMBERS = re.compile(r"\d+(\.\d+)*")
# What panther-ci does itself; their names are in the lock files of most repositories of detections.
OURS = frozenset({"panther-analysis-tool", "panther-core"})


class Line(NamedTuple):
    """A requirement and where it is: at a line, or at the first line that matches a pattern.

    `wrong` says what it is if it is not a package name with versions.
    """

    place: int | str
    text: str
    wrong: str = ""


class Requirements(NamedTuple):
    """What to install, as lines for pip, and findings; with any finding, nothing is installed.

    `locked` says that the lines name all packages with their hashes, those that others need too.
    """

    lines: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    locked: bool = False


def read_requirements(path: str, data: bytes) -> Requirements:
    """The requirements in a file, checked; its name says what format it has.

    Findings are for what is more than a name, versions, a marker and hashes; only the first of many.
    Options, URLs, paths and editable installs would run code of the pull request, or load it from any
    place, outside the confinement. A variable could print what pip knows, such as the password of an index.
    """
    name, text = path.rpartition("/")[2], data.decode("utf-8", "replace")
    lines = tuple(islice(READERS.get(name, _read_plain)(text), MOST_LINES + 1))
    refused = [line for line in lines if line.wrong or not is_plain(line.text)]
    if len(lines) > MOST_LINES:
        refused.append(Line(lines[-1].place, "", f"More than {MOST_LINES:,} packages are named up to here."))
    findings = tuple(_report(path, line, _find_line(text, line.place)) for line in _shorten(refused))
    if findings:
        return Requirements((), findings)
    return Requirements(tuple(line.text for line in lines if not _is_ours(line.text)), (), name == LOCK)


def _shorten(refused: list[Line]) -> list[Line]:
    """The first of many lines, and one that says how many more there are."""
    shown, rest = refused[:MOST_FINDINGS], refused[MOST_FINDINGS:]
    more = f"… and {len(rest):,} more that are not a package name with versions."
    return [*shown, rest[0]._replace(wrong=more)] if len(rest) > 1 else refused


def _report(path: str, line: Line, number: int) -> Finding:
    shown = line.text if len(line.text) <= SHOWN else f"{line.text[:SHOWN]}…"
    message = line.wrong or f"{shown!r} is not a package name with versions."
    return Finding.of(
        CheckId.REQUIREMENTS_LINE, message, Location(path, number), CheckId.REQUIREMENTS_LINE.help
    )


def is_plain(line: str) -> bool:
    """Whether a requirement is a name, extras, versions, a marker and hashes (PEP 508, without a URL).

    pip takes a word that begins with `-` for an option wherever it is, and `${NAME}` for a variable of its
    environment.
    """
    words = [word for word in line.split() if not HASH.fullmatch(word)]
    bare = " ".join(words)
    if len(bare) > LONGEST or "$" in bare or any(word.startswith("-") for word in words):
        return False
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(bare).url is None
    except (InvalidRequirement, RecursionError):  # a marker may nest too deeply to be read
        return False


def name_of(line: str) -> str:
    """The name of the package that a plain line asks for, as an index knows it."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    return canonicalize_name(Requirement(without_hashes(line)).name)


def without_hashes(line: str) -> str:
    """A requirement as PEP 508 has it."""
    return " ".join(word for word in line.split() if not HASH.fullmatch(word))


def hashes_of(line: str) -> tuple[str, ...]:
    """The hashes that a requirement names, as `sha256:…`."""
    return tuple(word.partition("=")[2] for word in line.split() if HASH.fullmatch(word))


def _is_ours(line: str) -> bool:
    return name_of(line) in OURS


# Formats -----------------------------------------------------------------------------------------


def _read_plain(text: str) -> Iterator[Line]:
    """The requirements of pip's format, continuations joined and without comments (pip's rules)."""
    start, parts = 1, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        part = COMMENT.sub("", line)
        parts.append(part.removesuffix("\\"))
        if part.endswith("\\"):
            continue
        if joined := "".join(parts).strip():
            yield Line(start, joined)
        start, parts = number + 1, []
    if joined := "".join(parts).strip():
        yield Line(start, joined)


def _read_lock(text: str) -> Iterator[Line]:
    """The packages of pipenv's section `default` (pipenv's own format, `pipfile-spec` 6)."""
    try:
        entries = json.loads(text)["default"].items()
    except json.JSONDecodeError as error:
        yield Line(error.lineno, "", f"The file is not JSON: {error.msg}.")
        return
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        yield Line(1, "", "The file has no section `default` with packages.")
        return
    for name, entry in entries:
        requirement = _of_lock(name, entry)
        wrong = "" if requirement else f"The entry {name[:SHOWN]!r} has no version with hashes from an index."
        yield Line(rf"{re.escape(json.dumps(name)[:LONGEST])}\s*+:", requirement, wrong)


def _of_lock(name: str, entry: Any) -> str:
    """An entry in pip's format; empty if its package does not come from an index."""
    match entry:
        case {"version": str(version), "hashes": [_, *_] as hashes, **others} if entry.keys() <= LOCK_KEYS:
            marker = others.get("markers")
            words = [name + _extras(others) + version, *([";", str(marker)] if marker else [])]
            return _one_line(*words, *(f"--hash={each}" for each in hashes))
    return ""


def _read_project(text: str) -> Iterator[Line]:
    """The packages of `project.dependencies`, and of poetry's table of dependencies."""
    import tomllib

    if dotted := DOTTED.search(text):
        number = text.count("\n", 0, dotted.start()) + 1
        yield Line(number, "", "The name of a value has more than 200 parts here, so the file is not read.")
        return
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = PLACE.search(str(error))
        yield Line(int(place[1]) if place else 1, "", f"The file is not TOML: {str(error)[:SHOWN]}.")
        return
    listed = _look_up(content, "project", "dependencies")
    poetry = _look_up(content, "tool", "poetry", "dependencies")
    if not isinstance(listed, list) and not isinstance(poetry, dict):
        yield Line(1, "", "The file has no list `project.dependencies`.")
    for each in listed if isinstance(listed, list) else ():
        wrong = "" if isinstance(each, str) else f"{str(each)[:SHOWN]!r} is not text."
        yield Line(re.escape(str(each)[:LONGEST]), _one_line(str(each)), wrong)
    for name, wanted in poetry.items() if isinstance(poetry, dict) else ():
        if name != "python":
            requirement = _of_poetry(name, wanted)
            wrong = "" if requirement else f"The entry {name[:SHOWN]!r} does not come from an index."
            yield Line(rf"^[ \t\"']*+{re.escape(name[:LONGEST])}[ \t\"']*+=", requirement, wrong)


def _look_up(content: Any, *keys: str) -> Any:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content


def _of_poetry(name: str, wanted: Any) -> str:
    """An entry in pip's format (https://python-poetry.org/docs/dependency-specification/), or nothing."""
    match wanted:
        case str(versions):
            return _one_line(name, _of_poetry_versions(versions))
        case {"version": str(versions), **others} if wanted.keys() <= POETRY_KEYS:
            return _one_line(name + _extras(others), _of_poetry_versions(versions))
    return ""


def _of_poetry_versions(versions: str) -> str:
    operator, version = versions[:1], versions[1:].strip()
    if versions == "*":
        return ""
    if NUMBERS.fullmatch(versions):
        return f"=={versions}"
    if operator not in ("^", "~") or not NUMBERS.fullmatch(version):
        return versions
    numbers = [int(number[:9]) for number in version.split(".")]
    first = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    at = first if operator == "^" else min(1, len(numbers) - 1)
    following = [*numbers[:at], numbers[at] + 1]
    return f">={version},<{'.'.join(map(str, following))}"


def _extras(entry: Mapping[Any, Any]) -> str:
    extras = entry.get("extras")
    return f"[{','.join(map(str, extras))}]" if isinstance(extras, list) and extras else ""


def _one_line(*words: str) -> str:
    return " ".join(" ".join(words).split())


def _find_line(text: str, place: int | str) -> int:
    """The number of a line, or of the first one that matches a pattern; 1 for none."""
    if isinstance(place, int):
        return place
    found = re.search(place, text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


LOCK = "Pipfile.lock"
READERS: Mapping[str, Callable[[str], Iterator[Line]]] = {LOCK: _read_lock, "pyproject.toml": _read_project}
