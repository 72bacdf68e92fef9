from panther_analysis_tool.enriched_event import PantherEvent as FormerEvent
from panther_core import PantherEvent
from panther_core.immutable import ImmutableList


def rule(event: PantherEvent) -> bool:
    return event.get("eventName") == "Boom" and not isinstance(event, ImmutableList)
