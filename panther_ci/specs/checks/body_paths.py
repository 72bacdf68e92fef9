"""Bodies that a spec names in a place where a deployment, or this tool, doesn't find them."""

import posixpath
from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.kinds import Body
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.schemas.wording import find_likely


def find_wrong_paths(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if `Filename` is not the name of a Python file beside the spec."""
    filename = spec.fields.get("Filename")
    if spec.type.kind.body is Body.NONE or not isinstance(filename, str) or not filename or spec.base:
        return
    if problem := _judge(project, spec, filename):
        check, message, hint = problem
        yield Finding.of(check, message, project.locate(spec.path, ("Filename",)), hint)


def _judge(project: Project, spec: Spec, filename: str) -> tuple[CheckId, str, str] | None:
    """The id, message and hint of what is wrong with the path of a body."""
    name, body_path = cut(filename), CheckId.BODY_PATH
    if spec.body is None:
        return body_path, f"`{name}` is outside of the repository.", "Put the body beside the spec."
    if "/" in filename:
        message = f"`{name}` contains a folder, and a deployment knows bodies only by their file name."
        return body_path, message, f"Put the body beside the spec, and write `{body_name(spec.body)}`."
    if not filename.endswith(".py"):
        return body_path, f"`{name}` is not a Python file.", "Name a file that ends in `.py`."
    if spec.body not in project.files:
        message = f"The body `{cut(spec.body)}` does not exist or can't be read."
        return CheckId.MISSING_BODY, message, _advise(project, spec)
    return None


def _advise(project: Project, spec: Spec) -> str:
    folder, name = posixpath.split(spec.body or "")
    bodies = [path for path in project.files if path.endswith(".py")]
    near = find_likely(name, [body_name(path) for path in bodies if posixpath.dirname(path) == folder])
    if near:
        return f"Did you mean `{near}`?"
    elsewhere = next((path for path in bodies if body_name(path) == name), "")
    return f"There is `{elsewhere}`; put it beside the spec." if elsewhere else "Add it beside the spec."
