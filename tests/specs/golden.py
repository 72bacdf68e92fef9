"""Golden cases: folders of files that make a repository, and what is found in it."""

import json
from pathlib import Path

from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project

CASES = Path(__file__).parents[1] / "cases"
MODULES = frozenset({"requests"})
NOT_FILES = ("expected.txt", "settings.json")


def judge(folder: Path) -> str:
    """A line for each finding, as `expected.txt` has them."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in NOT_FILES
    }
    settings = folder / "settings.json"
    told = json.loads(settings.read_text()) if settings.exists() else {}
    chosen = told.pop("selected", files)
    project = load_project(files, chosen)
    findings = check_project(project, CheckSettings(modules=MODULES, **told))
    return "".join(f"{each.location}: {each.message} [{each.check}]\n" for each in findings)
