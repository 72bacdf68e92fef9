"""Plans and summaries as text for people and JSON for the next step of a workflow.

Ids come from specs and words from the deployment: whoever prints these texts defuses them first.
"""

import json
from collections.abc import Iterator, Sequence

from panther_ci.deployments.base import ArchiveFacts, Plan, Summary, TypePlan
from panther_ci.model import Json


def describe_plan(plan: Plan) -> str:
    """What an upload would bring and change, an id a line."""
    lines = [f"Plan for {plan.target}", *_list_archives(plan.archives)]
    lines += [f"  {count} {kind}" for kind, count in plan.counts.items()]
    if plan.already_deployed:
        lines.append("All of it is deployed already: an upload would change nothing.")
    elif plan.unseen:
        lines.append(f"What would change can't be told: {plan.unseen}.")
    for kind in plan.types:
        lines += _list_changes(kind)
    return "\n".join(lines) + "\n"


def describe_summary(summary: Summary) -> str:
    """What an upload did."""
    lines = [f"Deployment to {summary.target}", *_list_archives(summary.archives)]
    if summary.already_deployed and not summary.uploaded:
        lines.append("All of it is deployed already, nothing was uploaded. --force uploads it all the same.")
    elif summary.already_deployed:
        lines.append("It was uploaded and changed nothing: all of it was deployed already.")
    lines += [f"  {key}: {count}" for key, count in summary.counts.items()]
    return "\n".join(lines) + "\n"


def render_summary(summary: Summary) -> str:
    """The summary as one line of JSON: the output `deployment-summary` of the action."""
    archives: list[Json] = [
        {"sha256": fact.sha256, "bytes": fact.size, "specs": fact.specs} for fact in summary.archives
    ]
    answer: Json = {
        "target": summary.target,
        "alreadyDeployed": summary.already_deployed,
        "uploaded": len(summary.uploaded),
        "archives": archives,
        "counts": dict(summary.counts),
    }
    return json.dumps(answer)


def _list_archives(archives: Sequence[ArchiveFacts]) -> Iterator[str]:
    if not archives:
        yield "  nothing to upload"
    for fact in archives:
        yield f"  archive sha256:{fact.sha256}, {fact.size:,} bytes, {fact.specs} specs"


def _list_changes(kind: TypePlan) -> Iterator[str]:
    yield (
        f"{kind.type}: {len(kind.new)} new, {len(kind.modified)} modified, {len(kind.unchanged)} unchanged"
        + (f", {len(kind.stays)} no longer in the pack" if kind.stays else "")
    )
    yield from (f"  + {key}" for key in kind.new)
    yield from (f"  ~ {key}" for key in kind.modified)
    yield from (f"  = {key} stays: a deployment never deletes" for key in kind.stays)
