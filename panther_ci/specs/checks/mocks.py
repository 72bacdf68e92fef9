"""Mocks of names that the body doesn't have, so that they replace nothing."""

import builtins
from collections.abc import Iterator
from typing import Final

from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.schemas.wording import find_likely

# In the body's module, a mock of one of these stands before it, as in a deployment.
_BUILTINS: Final = frozenset(dir(builtins))


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        body = project.body(project.body_path(spec)) if any(case.mocks for case in spec.cases) else None
        if body is None or body.broken or body.open_ended:
            continue
        for case in spec.cases:
            for mock in case.mocks:
                if mock.name in body.names or mock.name in _BUILTINS:
                    continue
                near = find_likely(mock.name, sorted(body.names))
                hint = f"Did you mean `{near}`?" if near else "Mock a name that the body defines or imports."
                message = f"The body `{body.path}` has no name `{cut(mock.name)}` that a mock could replace."
                yield Finding("unknown-mock", message, mock.location, hint=hint, detection=spec.id)


CHECK = Check(("unknown-mock",), _find)
