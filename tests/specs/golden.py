"""Golden cases: folders of files that make a repository, and what is found in it.

`expected.txt` has a line `path:line:column: level: message [id]` for each problem. `settings.json` may have:
`selected`, the paths to judge (by default all); `minimum_tests`, `deploy_all`, `strict_references`,
`strict_skips`, `tables`, `packs` and `requirements`, as the checks and the inputs have them; `run`, true for
a run with real processes; `modules`, what else bodies may import in it; `made`, what git does not keep, as
lists of a key of `MAKERS`, a path and sometimes a value; and `changed`, the paths of a change, if submodules
matter.
"""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from panther_ci.model import Change, ChangeKind, ChangeSet, Finding, Report
from panther_ci.pipeline import Request, judge
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.repository.files import Tree, read_file, read_tree
from panther_ci.repository.git import Repository
from panther_ci.repository.submodules import find_missing
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.requirements.lines import read_requirements
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

CASES = Path(__file__).parents[1] / "cases"
MODULES = frozenset({"requests"})
CHECK_SETTINGS = ("minimum_tests", "deploy_all", "strict_references", "strict_skips", "tables", "packs")
NOT_FILES = ("expected.txt", "settings.json")


def find_problems(folder: Path, root: Path) -> str:
    """A line for each problem of a case, as `expected.txt` has them; its repository is made in `root`."""
    file = folder / "settings.json"
    settings = json.loads(file.read_text()) if file.exists() else {}
    make_repository(folder, root, settings.get("made", ()))
    tree = read_tree(root)
    if "changed" in settings:
        tree = tree._replace(findings=find_submodules(root, settings["changed"]))
    requirements = find_requirements(root, settings.get("requirements", ""))
    if settings.get("run"):
        return render(run(tree, requirements, MODULES.union(settings.get("modules", ()))))
    found = check(tree, settings.get("selected", tree.files), settings)
    return render(Report((), (*tree.findings, *requirements, *found)))


def make_repository(folder: Path, root: Path, made: Iterable[list[Any]]) -> None:
    """Copy the files of a case, and make what git does not keep."""
    shutil.copytree(folder, root, ignore=shutil.ignore_patterns(*NOT_FILES), dirs_exist_ok=True)
    for kind, path, *values in made:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        MAKERS[kind](root / path, *values)


def make_socket(path: Path) -> None:
    """A socket, which can't be opened like a file; its path is short, since the length is limited."""
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


def make_submodule(path: Path) -> None:
    """A submodule in a repository of git; its folder is empty, unless the case has files in it."""
    path.mkdir(exist_ok=True)
    root = next((each for each in path.parents if (each / ".git").exists()), path.parents[1])
    entry = f"160000,{'1' * 40},{path.relative_to(root)}"
    (root / ".gitmodules").touch()
    for command in (("init", "--quiet"), ("update-index", "--add", "--cacheinfo", entry)):
        subprocess.run(("git", *command), cwd=root, check=True)


MAKERS: Mapping[str, Callable[..., object]] = {
    "link": Path.symlink_to,
    "pipe": os.mkfifo,
    "size": lambda path, size: path.write_bytes(b" " * size),
    "socket": make_socket,
    "submodule": make_submodule,
    "text": Path.write_text,
}


def find_submodules(root: Path, changed: Iterable[str]) -> tuple[Finding, ...]:
    changes = tuple(Change(path, ChangeKind.MODIFIED) for path in changed)
    return find_missing(Repository(root, os.environ), ChangeSet("head", "base", changes), False)


def find_requirements(root: Path, path: str) -> tuple[Finding, ...]:
    return read_requirements(path, read_file(root, path)).findings if path else ()


def check(tree: Tree, selected: Iterable[str], settings: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What the checks find, without running a body."""
    project = load_project(Search(tree.files), frozenset(selected))
    asked = {name: settings[name] for name in CHECK_SETTINGS if name in settings}
    return check_project(project, CheckSettings(modules=MODULES, **asked))


def run(tree: Tree, requirements: tuple[Finding, ...], modules: frozenset[str]) -> Report:
    """The report of a real run."""
    everything = ChangeSet(judge_all_reason="it was asked for")
    request = Request(tree.files, everything, tree.findings, requirements, CheckSettings(modules=modules))
    with ConfinedJobs(lambda done, total: None) as jobs:
        return judge(request, jobs.run).report


def render(report: Report) -> str:
    problems = sorted(list_problems(report), key=by_place)
    return "".join(f"{each.location}: {each.level}: {each.summary} [{each.check}]\n" for each in problems)


def by_place(problem: Problem) -> tuple[str, int, int, str, str]:
    place = problem.location
    return place.path, place.line or 0, place.column or 0, problem.check, problem.summary
