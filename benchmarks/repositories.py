"""The repositories that are measured: copies with a commit on top, which changes a rule that is searched."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

GIT = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
FIELD = re.compile(
    r"^(AnalysisType|Filename|RuleID|GlobalID|BaseDetection|Enabled): *[\"']?(.*?)[\"']? *$", re.M
)
HEAVY = "boto3"
# What makes a rule wrong: its cases that alert fail then.
BROKEN = b"\n\ndef rule(event):\n    return False\n"
REVIEWED = b"\n# Reviewed again.\n"


class NothingToChangeError(Exception):
    """A library has no rule of the kind that is to be changed."""


class Rule(NamedTuple):
    """An enabled rule whose body no other spec uses."""

    id: str
    body: str

    @property
    def folder(self) -> str:
        """Where its body is."""
        return str(PurePosixPath(self.body).parent)


class Library:
    """A folder of detections, read as text: enough to choose what to change in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.specs = {
            path.relative_to(folder).as_posix(): dict(FIELD.findall(path.read_text("utf-8", "replace")))
            for path in sorted(folder.rglob("*.yml"))
        }
        self.helpers = {
            fields.get("GlobalID", ""): _body(path, fields)
            for path, fields in self.specs.items()
            if fields.get("AnalysisType") == "global"
        }
        self.rules = tuple(self._find_rules())

    def choose(self, heavy: bool) -> Rule:
        """The first rule of the largest folder that imports a helper, and through it boto3 if it is `heavy`.

        Raises `NothingToChangeError` if there is none.
        """
        sizes = Counter(rule.folder for rule in self.rules)
        for rule in sorted(self.rules, key=lambda rule: -sizes[rule.folder]):
            modules = self.list_modules(rule.body)
            if modules & self.helpers.keys() and (HEAVY in modules) is heavy:
                return rule
        raise NothingToChangeError(f"{self.folder}: no such rule, heavy: {heavy}")

    def list_modules(self, body: str) -> set[str]:
        """Every module that a body imports, through any number of helpers."""
        found: set[str] = set()
        waiting = [body]
        while waiting:
            fresh = list_imports((self.folder / waiting.pop()).read_bytes()) - found
            found |= fresh
            waiting += [self.helpers[name] for name in fresh & self.helpers.keys()]
        return found

    def copy(self, target: Path, path: str = "", data: bytes = b"") -> Path:
        """A clone, with one commit more if a path is given: data at the end of that file."""
        clone(self.folder, target)
        if path:
            add(target, path, data)
        return target

    def _find_rules(self) -> Iterator[Rule]:
        users = Counter(_body(path, fields) for path, fields in self.specs.items() if "Filename" in fields)
        bases = {fields.get("BaseDetection", "") for fields in self.specs.values()}
        for path, fields in self.specs.items():
            body, identity = _body(path, fields), fields.get("RuleID", "")
            is_rule = fields.get("AnalysisType") == "rule" and fields.get("Enabled") == "true"
            if is_rule and users[body] == 1 and identity not in bases and (self.folder / body).is_file():
                yield Rule(identity, body)


def list_imports(source: bytes) -> set[str]:
    """The modules that a file imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def clone(source: Path, target: Path) -> Path:
    """A copy of what is committed."""
    subprocess.run(("git", "clone", "--quiet", str(source), str(target)), check=True)
    return target


def add(folder: Path, path: str, data: bytes) -> None:
    """Commit data at the end of a file."""
    with (folder / path).open("ab") as file:
        file.write(data)
    git(folder, "commit", "--quiet", "--all", "--message=After")


def commit_all(folder: Path) -> Library:
    """A written folder as a git repository with one commit."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Before")
    return Library(folder)


def git(folder: Path, *command: str) -> None:
    """Run git as nobody in particular."""
    subprocess.run((*GIT, *command), cwd=folder, check=True)


def _body(path: str, fields: Mapping[str, str]) -> str:
    return str(PurePosixPath(path).parent / fields.get("Filename", ""))
