"""What the checks find in a few files, without running a body."""

from collections.abc import Iterable, Mapping

from panther_ci.model import Finding
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

BODY = "def rule(event):\n    return True\n"


def rule(name: str, more: str = "", body: str = "") -> str:
    """A sound rule, whose body is beside it if nothing else is said."""
    head = f"AnalysisType: rule\nRuleID: {name}\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
    return f"{head}Filename: {body or f'{name.lower()}.py'}\n{more}"


def find(
    files: Mapping[str, str], selected: Iterable[str] | None = None, **settings: object
) -> tuple[Finding, ...]:
    """The findings on all files, or on those selected."""
    data = {path: text.encode() for path, text in files.items()}
    project = load_project(Search(data), frozenset(data if selected is None else selected))
    return check_project(project, CheckSettings(**settings))


def find_one(files: Mapping[str, str], selected: Iterable[str] | None = None, **settings: object) -> Finding:
    """The only finding."""
    (found,) = find(files, selected, **settings)
    return found
