"""Bodies without the function that a deployment calls, or with one it can't call."""

from collections.abc import Iterator

from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.schemas.wording import find_likely


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        body = project.body(spec.body) if spec.type.judged and not spec.base else None
        if body is None or body.broken:
            continue
        name, argument = spec.type.kind.matcher.function, spec.type.kind.matcher.argument
        function = body.function(name)
        if function and function.is_async:
            message = f"`{name}` is asynchronous: it never returns true or false."
            hint = "Write `def`, not `async def`."
            yield Finding("matcher-arguments", message, function.location, hint=hint, detection=spec.id)
        elif function and not function.takes_one:
            message = f"`{cut(function.signature)}` can't be called with one value, the {argument}."
            hint = f"Write `def {name}({argument}):`."
            yield Finding("matcher-arguments", message, function.location, hint=hint, detection=spec.id)
        elif not function and name not in body.names and not body.open_ended:
            where = project.locate(spec.path, ("Filename",))
            message = f"The body `{body.path}` defines no function `{name}`."
            near = find_likely(name, [each.name for each in body.functions])
            hint = f"Rename `{near}` to `{name}`." if near else f"Add `def {name}({argument}):` to it."
            yield Finding("missing-matcher", message, where, hint=hint, detection=spec.id)


CHECK = Check(("matcher-arguments", "missing-matcher"), _find)
