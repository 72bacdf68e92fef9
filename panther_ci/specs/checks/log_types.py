"""Cases with an event of a log type that their rule never gets, so that no data model applies to it."""

from collections.abc import Iterator

from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if not spec.type.kind.uses_data_models or not spec.log_types:
            continue
        for keys, log_type in _stated(spec):
            if log_type not in spec.log_types:
                where = project.locate(spec.path, keys)
                message = f"`{cut(log_type)}` is none of the rule's `LogTypes`: it never gets such an event."
                hint = "Correct `p_log_type`, or add it to `LogTypes`; until then no data model applies."
                yield Finding("foreign-log-type", message, where, Level.WARNING, hint, spec.id)


def _stated(spec: Spec) -> Iterator[tuple[Keys, str]]:
    """The log types that the events of cases state, each with the keys that lead to it."""
    tests = spec.fields.get("Tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        key = "Log" if isinstance(test, dict) and "Log" in test else "Resource"
        event = test.get(key) if isinstance(test, dict) else None
        log_type = event.get("p_log_type") if isinstance(event, dict) else None
        if isinstance(log_type, str):
            yield ("Tests", index, key, "p_log_type"), log_type


CHECK = Check(("foreign-log-type",), _find)
