"""Bodies that a spec names where a deployment, or this tool, doesn't find them."""

import posixpath
from collections.abc import Iterator

from panther_ci.kinds import Body
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.schemas.wording import find_likely


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        filename = spec.fields.get("Filename")
        if spec.type.kind.body is Body.NONE or not isinstance(filename, str) or not filename or spec.base:
            continue
        problem = _judge(project, spec, filename)
        if problem:
            check, message, hint = problem
            where = project.locate(spec.path, ("Filename",))
            yield Finding(check, message, where, hint=hint, detection=spec.id)


def _judge(project: Project, spec: Spec, filename: str) -> tuple[str, str, str] | None:
    """The check id, message and hint of what is wrong with a body's path."""
    if spec.body is None:
        return "body-path", f"`{cut(filename)}` leads out of the repository.", "Put the body beside the spec."
    if "/" in filename:
        message = f"`{cut(filename)}` names a folder: a deployment knows bodies by their base name only."
        hint = f"Put the body beside the spec, and write `{posixpath.basename(spec.body)}`."
        return "body-path", message, hint
    if not filename.endswith(".py"):
        return "body-path", f"`{cut(filename)}` is no Python file.", "Name a file that ends in `.py`."
    if spec.body not in project.files:
        message = f"The body `{cut(spec.body)}` does not exist or can't be read."
        return "missing-body", message, _advise(project, spec)
    return None


def _advise(project: Project, spec: Spec) -> str:
    folder, name = posixpath.split(spec.body or "")
    bodies = [path for path in project.files if path.endswith(".py")]
    near = find_likely(
        name, [posixpath.basename(path) for path in bodies if posixpath.dirname(path) == folder]
    )
    if near:
        return f"Did you mean `{near}`?"
    elsewhere = next((path for path in bodies if posixpath.basename(path) == name), "")
    return f"There is `{elsewhere}`; put it beside the spec." if elsewhere else "Add it beside the spec."


CHECK = Check(("body-path", "missing-body"), _find)
