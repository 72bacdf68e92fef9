"""Bodies without the function that a deployment calls, or with one that it can't call."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.bodies import Function
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_wrong_matchers(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if a body does not define the function, or defines it with other arguments."""
    hints = Hints()
    for spec in project.selected:
        yield from (finding._replace(detection=spec.id) for finding in _judge(spec, project, hints))


def _judge(spec: Spec, project: Project, hints: Hints) -> Iterator[Finding]:
    body = project.body(spec.body) if spec.type.judged and not spec.base else None
    if body is None or body.broken:
        return
    name, argument = spec.type.kind.matcher.function, spec.type.kind.matcher.argument
    function = body.function(name)
    if function:
        yield from _judge_function(function, argument)
    elif name not in body.names and not body.open_ended:
        where = project.locate(spec.path, ("Filename",))
        message = f"The body `{body.path}` does not define the function `{name}`."
        near = hints.find(name, (each.name for each in body.functions))
        hint = f"Rename `{near}` to `{name}`." if near else f"Add `def {name}({argument}):` to it."
        yield Finding.of(CheckId.MISSING_MATCHER, message, where, hint)


def _judge_function(function: Function, argument: str) -> Iterator[Finding]:
    if function.is_async:
        message = f"`{function.name}` is asynchronous: it never returns true or false."
        hint = "Write `def`, not `async def`."
        yield Finding.of(CheckId.MATCHER_ARGUMENTS, message, function.location, hint)
    elif not function.takes_one:
        message = f"`{cut(function.signature)}` can't be called with one argument, the {argument}."
        hint = f"Write `def {function.name}({argument}):`."
        yield Finding.of(CheckId.MATCHER_ARGUMENTS, message, function.location, hint)
