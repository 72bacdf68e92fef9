"""Mocks of names that the body does not have, so that they replace nothing."""

import builtins
from collections.abc import Iterator
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

# A mock of one of these takes its place in the module of the body, as in a deployment.
_BUILTINS: Final = frozenset(dir(builtins))


def find_unknown_mocks(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each mock of a name that the body neither defines nor imports."""
    hints = Hints()
    for spec in project.selected:
        yield from _judge(spec, project, hints)


def _judge(spec: Spec, project: Project, hints: Hints) -> Iterator[Finding]:
    mocks = [mock for case in spec.cases for mock in case.mocks]
    body = project.body(project.body_path(spec)) if mocks else None
    if body is None or body.broken or body.open_ended:
        return
    for mock in mocks:
        if mock.name not in body.names and mock.name not in _BUILTINS:
            message = f"The body `{body.path}` has no name `{cut(mock.name)}` that a mock could replace."
            hint = _advise(hints.find(mock.name, body.names))
            yield Finding.of(CheckId.UNKNOWN_MOCK, message, mock.location, hint, spec.id)


def _advise(near: str) -> str:
    return f"Did you mean `{near}`?" if near else "Mock a name that the body defines or imports."
