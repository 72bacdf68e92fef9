"""Bodies that a spec names where a deployment, or this tool, doesn't find them."""

import posixpath
from collections.abc import Iterator

from ...model import Finding, Spec
from ..project import Project
from ..schemas.wording import find_likely
from .family import Check, CheckSettings


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        filename = spec.fields.get("Filename")
        if spec.type.supported and isinstance(filename, str) and filename and not spec.base:
            yield from _judge(project, spec, filename)


def _judge(project: Project, spec: Spec, filename: str) -> Iterator[Finding]:
    where = project.locate(spec.path, ("Filename",))
    if spec.body is None:
        message, hint = f"`{filename}` leads out of the repository.", "Put the body beside the spec."
        yield Finding("body-path", message, where, hint=hint, detection=spec.id)
    elif "/" in filename:
        message = f"`{filename}` names a folder: a deployment knows bodies by their base name only."
        hint = f"Put the body beside the spec, and write `{posixpath.basename(filename)}`."
        yield Finding("body-path", message, where, hint=hint, detection=spec.id)
    elif not filename.endswith(".py"):
        hint = "Name the Python file, with `.py` at its end."
        yield Finding("body-path", f"`{filename}` is no Python file.", where, hint=hint, detection=spec.id)
    elif spec.body not in project.files:
        message = f"The body `{spec.body}` does not exist or can't be read."
        yield Finding("missing-body", message, where, hint=_advise(project, spec), detection=spec.id)


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
