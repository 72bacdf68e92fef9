"""The rules that specs and bodies must keep, one a file."""

from ...model import Finding
from ..project import Project
from .settings import CheckSettings

__all__ = ["CheckSettings", "check_project"]


def check_project(project: Project, _settings: CheckSettings) -> tuple[Finding, ...]:
    """Every finding on the selected files: of reading them, and of each check, in the order of the files."""
    return project.findings
