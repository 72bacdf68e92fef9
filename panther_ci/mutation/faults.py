"""The faults that are tried in a detection: each is the source that runs instead of its own."""

import ast
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from panther_ci.deployment_rules.expressions import Dialect, ExpressionError, read_expressions
from panther_ci.kinds import Evaluator
from panther_ci.model import Job, Location, Source
from panther_ci.mutation.bodies import make_mutants, owner_of
from panther_ci.mutation.declarations import vary_declaration
from panther_ci.specs.project import Project
from panther_ci.specs.schemas import read_schema
from panther_ci.specs.schemas.table import compile_schema


class Fault(NamedTuple):
    """One change: its place, and the code or the value before and after; an empty `after` means dropped."""

    location: Location
    before: str
    after: str


def make_faults(project: Project, job: Job) -> Iterator[tuple[Fault, Source]]:
    """Every fault in what decides whether a detection alerts, in the order of its file."""
    if job.spec.evaluator is Evaluator.PYTHON:
        yield from _change_body(job)
    else:
        yield from _change_declaration(project, job.body)


def _change_body(job: Job) -> Iterator[tuple[Fault, Source]]:
    """Faults in what the matcher uses: no case can state what the other functions return."""
    body = job.body
    used = find_used(ast.parse(body.text), job.spec.type.kind.matcher.function)
    for mutant in make_mutants(body.text):
        if mutant.owner in used or not mutant.owner.isidentifier():
            fault = Fault(Location(body.path, mutant.line), mutant.before, mutant.after)
            yield fault, body._replace(text=ast.unparse(mutant.tree).encode())


def find_used(tree: ast.Module, function: str) -> frozenset[str]:
    """The top-level names of a body that a function uses, through any number of steps, and its own.

    Statements that define no one name, such as a condition, count as used.
    """
    uses: dict[str, set[str]] = {}
    for statement in tree.body:
        names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        owner = owner_of(statement)
        uses.setdefault(owner if owner.isidentifier() else "", set()).update(names)
    found: set[str] = set()
    waiting = [function, ""]
    while waiting:
        name = waiting.pop()
        if name in uses and name not in found:
            found.add(name)
            waiting += uses[name]
    return frozenset(found)


def _change_declaration(project: Project, declared: Source) -> Iterator[tuple[Fault, Source]]:
    """Faults with which a spec is still one: without cases, checks would find the others."""
    spec = project.specs[declared.path]
    conforms = compile_schema(read_schema(spec.type))
    is_sound = conforms(spec.fields)
    for variant in vary_declaration(declared.text):
        detection = json.loads(variant.text)["Detection"]
        if is_sound and not conforms({**spec.fields, "Detection": detection}):
            continue
        if spec.evaluator is Evaluator.CORRELATION or _can_be_read(detection):
            place = project.locate(declared.path, ("Detection", *variant.keys))
            yield Fault(place, variant.before, variant.after), declared._replace(text=variant.text)


def _can_be_read(detection: Any) -> bool:
    try:
        read_expressions(detection, ("Detection",), Dialect.DETECTION)
    except ExpressionError:
        return False
    return True
