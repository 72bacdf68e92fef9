"""What a deployment did or would do, in lines for a log.

Ids come from specs and texts from the deployment: defuse the lines before printing them.
"""

import json
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from panther_ci.deployments.base import ArchiveFacts, Plan, Receipt, Summary, TypePlan, name_command
from panther_ci.kinds import AnalysisType
from panther_ci.model import PackItem

IDS_SHOWN = 50


def describe_left_out(items: Sequence[PackItem], accepted: Container[AnalysisType]) -> Iterator[str]:
    """What is not in the archives, and why; no line for nothing."""
    waiting = sum(not item.deployed for item in items)
    if waiting:
        specs = "1 spec" if waiting == 1 else f"{waiting} specs"
        yield f"[INFO]: Not deployed (Status experimental or deprecated): {specs}."
    left = Counter(item.type for item in items if item.deployed and item.type not in accepted)
    if left:
        counts = ", ".join(f"{left[kind]} {kind}" for kind in sorted(left))
        yield f"[INFO]: Not deployed (type not accepted by the target): {counts}."


def describe_plan(plan: Plan) -> Iterator[str]:
    """What an upload would send and change."""
    yield from _list_archives(plan.archives)
    counts = ", ".join(f"{count} {kind}" for kind, count in plan.counts.items())
    yield f"An upload to {plan.target} would send {counts or 'nothing'}."
    if plan.already_deployed:
        yield "All of it is deployed already: an upload would change nothing."
    if plan.unseen:
        yield f"What it would change is unknown: {plan.unseen}."
    yield from plan.notes
    for kind in plan.types:
        yield from _describe_type(kind)


def describe_receipt(receipt: Receipt) -> Iterator[str]:
    """That a deployment has received an archive, and how to go on if this process ends."""
    which = f" of archive {receipt.number} of {receipt.total}" if receipt.total > 1 else ""
    yield f"[INFO]: Receipt{which}: {receipt.id}"
    yield f"[INFO]: `{name_command(receipt)}` asks what became of it."


def describe_answer(summary: Summary) -> Iterator[str]:
    """What panther-cli printed after an upload, or why nothing was sent."""
    if not summary.archives and not summary.resumed:
        yield f"[INFO]: There is nothing to upload to {summary.target}."
    elif not summary.uploaded and not summary.resumed:
        yield f"[INFO]: {summary.target} has exactly this already; nothing was uploaded."
        yield "[INFO]: `panther-ci deploy --force` uploads it again."
    else:
        yield "[INFO]: Upload success."
        if summary.already_deployed:
            yield f"[INFO]: It changed nothing: {summary.target} had exactly this before."
        yield "[INFO]: API Response:"
        yield from json.dumps(dict(summary.counts), indent=4).splitlines()


def _list_archives(archives: Sequence[ArchiveFacts]) -> Iterator[str]:
    for number, facts in enumerate(archives, 1):
        specs = "1 spec" if facts.specs == 1 else f"{facts.specs} specs"
        yield f"archive {number} of {len(archives)}: {specs}, {facts.size:,} bytes"
        yield f"  sha256 {facts.sha256}"


def _describe_type(plan: TypePlan) -> Iterator[str]:
    yield f"{plan.type}: {len(plan.new)} new, {len(plan.modified)} modified, {len(plan.unchanged)} unchanged"
    yield from _list_ids("+ {}", plan.new)
    yield from _list_ids("~ {}", plan.modified)
    yield from _list_ids("- {} would be deleted: the repository no longer has it", plan.deleted)
    yield from _list_ids(
        "! {} remains deployed: it is not in this upload, and uploads never delete", plan.remaining
    )
    yield from _list_ids("! {} remains deployed: the repository has it, this upload has not", plan.held)


def _list_ids(form: str, ids: Sequence[str]) -> Iterator[str]:
    yield from (f"  {form.format(each)}" for each in ids[:IDS_SHOWN])
    if len(ids) > IDS_SHOWN:
        yield f"  {form[0]} and {len(ids) - IDS_SHOWN} more"
