"""The alert that a deployment makes of an event."""

from typing import NamedTuple


class Alert(NamedTuple):
    """An alert as a deployment shows it.

    `destinations` are those that the detection names; none at all suppress the alert, and None leaves them to
    the deployment. `context` is JSON, and only its beginning where it is long. `description`, `reference` and
    `runbook` are what the functions of these names answer, and else empty. Texts may come from hostile
    bodies: they are bounded, but not made harmless.
    """

    title: str
    severity: str
    dedup: str
    destinations: tuple[str, ...] | None = None
    context: str = ""
    description: str = ""
    reference: str = ""
    runbook: str = ""
