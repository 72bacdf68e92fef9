"""Cases with an event of a log type that their rule never receives."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut


def find_foreign_events(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each event whose `p_log_type` is not in the `LogTypes` of the rule."""
    if not spec.type.kind.uses_data_models or not spec.log_types:
        return
    received = frozenset(spec.log_types)
    for keys, log_type in _stated(spec):
        if log_type not in received:
            where = project.locate(spec.path, keys)
            words = "is not in the rule's `LogTypes`, so the rule never receives this event."
            hint = "Fix `p_log_type`, or add it to `LogTypes`."
            yield Finding.of(CheckId.FOREIGN_LOG_TYPE, f"`{cut(log_type)}` {words}", where, hint)


def _stated(spec: Spec) -> Iterator[tuple[Keys, str]]:
    """The log types that the events of cases state, each with the keys that lead to it."""
    tests = spec.fields.get("Tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        key = "Log" if isinstance(test, dict) and "Log" in test else "Resource"
        event = test.get(key) if isinstance(test, dict) else None
        log_type = event.get("p_log_type") if isinstance(event, dict) else None
        if isinstance(log_type, str):
            yield ("Tests", index, key, "p_log_type"), log_type
