"""Bodies that a spec names in a place where a deployment, or this tool, doesn't find them."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.body_files import BodyFiles
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_wrong_paths(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each `Filename` that is not the name of a Python file beside the spec."""
    bodies = BodyFiles(project, Hints())
    for spec in project.selected:
        filename = spec.fields.get("Filename")
        if not (spec.type.kind.body.is_python and isinstance(filename, str) and filename) or spec.base:
            continue
        if problem := _judge(bodies, spec, filename):
            check, message, hint = problem
            yield Finding.of(check, message, project.locate(spec.path, ("Filename",)), hint, spec.id)


def _judge(bodies: BodyFiles, spec: Spec, filename: str) -> tuple[CheckId, str, str] | None:
    """The id, message and hint of what is wrong with the path of a body."""
    name, body_path = cut(filename), CheckId.BODY_PATH
    if spec.body is None:
        return body_path, f"`{name}` is outside of the repository.", "Put the body beside the spec."
    if "/" in filename:
        message = f"`{name}` contains a folder, and a deployment knows bodies only by their file name."
        return body_path, message, f"Put the body beside the spec, and write `{body_name(spec.body)}`."
    if not filename.endswith(".py"):
        return body_path, f"`{name}` is not a Python file.", "Name a file that ends in `.py`."
    if spec.body not in bodies.project.files:
        message = f"The body `{cut(spec.body)}` does not exist or can't be read."
        return CheckId.MISSING_BODY, message, _advise(bodies, spec.body)
    return None


def _advise(bodies: BodyFiles, path: str) -> str:
    if near := bodies.find_near(path):
        return f"Did you mean `{near}`?"
    elsewhere = bodies.first.get(body_name(path), "")
    return f"There is `{elsewhere}`; put it beside the spec." if elsewhere else "Add it beside the spec."
