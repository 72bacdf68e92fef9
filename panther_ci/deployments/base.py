"""What every deployment does, and what it reports before and after."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.kinds import AnalysisType
from panther_ci.model import Archive, ArchiveLimit, Json

# How far two clocks may be apart: an answer has its date in whole seconds, and takes some.
CLOCK_TOLERANCE_SECONDS = 60
# panther_analysis_tool 1.11: the API deletes so many in one request.
LARGEST_DELETION = 100
# The kinds of spec that a deployment deletes by id, and those that it deletes by name. For the others it has
# no operation, or none that can be tried first.
DELETED_BY_ID = frozenset(
    {
        AnalysisType.RULE,
        AnalysisType.SCHEDULED_RULE,
        AnalysisType.POLICY,
        AnalysisType.CORRELATION_RULE,
    }
)
DELETED_BY_NAME = frozenset({AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY})


class Wire(StrEnum):
    """The format of an upload request: that of Panther 1.x, or the one since Panther 1.16."""

    UPLOAD = "upload"
    BULK_UPLOAD = "bulk-upload"


@dataclass(frozen=True, slots=True)
class DeploymentOptions:
    """What a user may say about a deployment, by the names of the inputs."""

    function_name: str
    wire: Wire
    user_id: str
    aws_region: str
    role_to_assume: str
    local_path: str
    api_host: str = ""
    api_token: str = field(default="", repr=False)
    deploy_timeout_minutes: float = 30.0


class Receipt(NamedTuple):
    """What a deployment gave for archive `number` of `total`, which it has received and works on."""

    id: str
    number: int = 1
    total: int = 1


class Issue(NamedTuple):
    """What a deployment finds wrong with one file of an archive; the path is empty if it names none."""

    path: str
    message: str


class RefusedArchiveError(DeploymentError):
    """A deployment refused an archive for what is in it, and names the files."""

    def __init__(self, message: str, hint: str, issues: tuple[Issue, ...]) -> None:
        super().__init__(message, hint)
        self.issues = issues


class Connection(NamedTuple):
    """What a deployment that can be used says of itself, in lines."""

    target: str
    lines: tuple[str, ...]


class Deletion(NamedTuple):
    """Detections by their ids, and saved queries by their names, which may be the ids of detections."""

    detections: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()

    def plus(self, other: "Deletion") -> "Deletion":
        """Both, each id once."""
        detections = dict.fromkeys((*self.detections, *other.detections))
        return Deletion(tuple(detections), tuple(dict.fromkeys((*self.queries, *other.queries))))

    def without(self, other: "Deletion") -> "Deletion":
        """What the other one has not."""
        detections, queries = set(other.detections), set(other.queries)
        return Deletion(
            tuple(id for id in self.detections if id not in detections),
            tuple(name for name in self.queries if name not in queries),
        )


class Deleted(NamedTuple):
    """What a request to delete found of what was asked for, and what is linked to that and stays."""

    found: Deletion = Deletion()
    linked: Deletion = Deletion()


class Progress(Protocol):
    """Who is told what happens while an upload lasts."""

    def received(self, receipt: Receipt) -> None:
        """The deployment has received an archive, and the answer is still to come; keep the receipt."""

    def waits(self, reason: str, seconds: float) -> None:
        """The upload goes on in so many seconds."""


@dataclass(frozen=True, slots=True)
class TypePlan:
    """What an upload would do to the ids of one type.

    `remaining` are ids that are not in the pack: an upload never deletes. `held` are those of them that the
    repository still has, and `deleted` those that are to be deleted after the upload.
    """

    type: str
    new: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """Figures of an archive: its digest, its size in bytes and its number of specs."""

    sha256: str
    size: int
    specs: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be uploaded to `target`, and what that would change there.

    `types` is empty with `unseen` set where the deployment's state can't be read: `unseen` says why.
    `counts` are the specs by type, and `notes` what else there is to know, in sentences.
    """

    target: str
    archives: tuple[ArchiveFacts, ...]
    counts: Mapping[str, int]
    types: tuple[TypePlan, ...] = ()
    unseen: str = ""
    already_deployed: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a deployment answered, one answer an archive, in the deployment's own keys.

    `uploaded` are the digests of the archives that were sent. `already_deployed` says that the
    deployment had all of it before: either nothing was sent, or what was sent changed nothing. `resumed` says
    that the answer is that to an earlier upload.
    """

    target: str
    archives: tuple[ArchiveFacts, ...]
    answers: tuple[Mapping[str, Json], ...] = ()
    uploaded: tuple[str, ...] = ()
    already_deployed: bool = False
    resumed: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts of all answers together."""
        return add_counts(self.answers)


class Deployment(Protocol):
    """A place archives go to. Both calls raise `DeploymentError` with what to do next."""

    @property
    def target(self) -> str:
        """What to call it, and what tells it from others."""

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """The kinds of spec it accepts; it refuses a whole archive for one of another kind."""

    @property
    def limit(self) -> ArchiveLimit:
        """How large an archive may be."""

    def plan(self, archives: Sequence[Archive]) -> Plan:
        """Say what `deploy` would do, changing nothing."""

    def deploy(self, archives: Sequence[Archive]) -> Summary:
        """Upload the archives in their order, even if the deployment has them already.

        Raises `RefusedArchiveError` if it names the files that it refuses them for.
        """

    @property
    def deletes(self) -> bool:
        """Whether it can delete detections and saved queries."""

    def delete(self, wanted: Deletion, dry_run: bool) -> Deleted:
        """Delete what is wanted, all of one kind and at most `LARGEST_DELETION`, or say what there is of it.

        Nothing that is linked is deleted. It may be repeated: what is deleted is not found again.
        """

    def check(self) -> Connection:
        """Ask the deployment whether it can be used, changing nothing."""


def add_counts(answers: Sequence[Mapping[str, Json]]) -> dict[str, int]:
    """The counts of all answers, key by key; what isn't a whole number isn't a count."""
    total: dict[str, int] = {}
    for answer in answers:
        for key, value in answer.items():
            if isinstance(value, int) and not isinstance(value, bool):
                total[key] = total.get(key, 0) + value
    return total


def changed_nothing(answers: Sequence[Mapping[str, Json]]) -> bool:
    """Whether the counts say that nothing was new or modified."""
    counts = add_counts(answers)
    return bool(counts) and not any(counts[key] for key in counts if key.startswith(("new", "modified")))


def name_archive(error: DeploymentError, taken: int, total: int) -> DeploymentError:
    """The error of one archive among several, with how many were taken before it."""
    if total == 1:
        return error
    message = f"Archive {taken + 1} of {total} failed, {taken} before it were taken. {error.message}"
    if isinstance(error, RefusedArchiveError):
        return RefusedArchiveError(message, error.hint, error.issues)
    return DeploymentError(message, error.hint)


def explain_stop(stop: Interrupted) -> DeploymentError:
    """What is known of an upload during which a signal came."""
    return DeploymentError(
        f"Stopped by {stop} during the upload; whether the deployment took it is unknown.",
        "Look at the deployment, and upload again: uploading the same archive twice does no harm.",
    )


def name_command(receipt: Receipt) -> str:
    """The command that goes on with a receipt, which a shell may be given as it is."""
    return f"panther-ci deploy --deployment api --resume {shlex.quote(receipt.id)}"


def describe_clock(date: str, now: float) -> Iterator[str]:
    """What a server's header `Date` says of our clock, as a line; no line without a date."""
    try:
        there = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return
    off = round(now - there)
    if abs(off) <= CLOCK_TOLERANCE_SECONDS:
        yield "clock: right"
    else:
        side = "ahead of" if off > 0 else "behind"
        yield f"clock: {abs(off)} s {side} the server's; set this machine's clock, or TLS and signatures fail"


def list_facts(archives: Sequence[Archive]) -> tuple[ArchiveFacts, ...]:
    """The figures of archives, in their order."""
    return tuple(ArchiveFacts(archive.sha256, len(archive.data), len(archive.items)) for archive in archives)


def count_types(archives: Sequence[Archive]) -> dict[str, int]:
    """The specs in archives by type, types sorted."""
    counts: dict[str, int] = {}
    for item in sorted((item for archive in archives for item in archive.items), key=lambda item: item.type):
        counts[item.type.value] = counts.get(item.type.value, 0) + 1
    return counts
