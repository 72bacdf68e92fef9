"""What every deployment does, and what it reports before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from panther_ci.kinds import AnalysisType
from panther_ci.model import Archive, Json


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


@dataclass(frozen=True, slots=True)
class TypePlan:
    """What an upload would do to the ids of one type.

    `remaining` are ids that are not in the pack: an upload never deletes.
    """

    type: str
    new: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()


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
    `counts` are the specs by type.
    """

    target: str
    archives: tuple[ArchiveFacts, ...]
    counts: Mapping[str, int]
    types: tuple[TypePlan, ...] = ()
    unseen: str = ""
    already_deployed: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a deployment answered, one answer an archive, in the deployment's own keys.

    `uploaded` are the digests of the archives that were sent. `already_deployed` says that the
    deployment had all of it before: either nothing was sent, or what was sent changed nothing.
    """

    target: str
    archives: tuple[ArchiveFacts, ...]
    answers: tuple[Mapping[str, Json], ...] = ()
    uploaded: tuple[str, ...] = ()
    already_deployed: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts of all answers together."""
        return add_counts(self.answers)


class Deployment(Protocol):
    """A place archives go to. Both calls raise `DeploymentError` with what to do next."""

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """The kinds of spec it accepts; it refuses a whole archive for one of another kind."""

    def plan(self, archives: Sequence[Archive]) -> Plan:
        """Say what `deploy` would do, changing nothing."""

    def deploy(self, archives: Sequence[Archive]) -> Summary:
        """Upload the archives in their order, even if the deployment has them already."""


def add_counts(answers: Sequence[Mapping[str, Json]]) -> dict[str, int]:
    """The counts of all answers, key by key; what isn't a whole number isn't a count."""
    total: dict[str, int] = {}
    for answer in answers:
        for key, value in answer.items():
            if isinstance(value, int) and not isinstance(value, bool):
                total[key] = total.get(key, 0) + value
    return total


def list_facts(archives: Sequence[Archive]) -> tuple[ArchiveFacts, ...]:
    """The figures of archives, in their order."""
    return tuple(ArchiveFacts(archive.sha256, len(archive.data), len(archive.items)) for archive in archives)


def count_types(archives: Sequence[Archive]) -> dict[str, int]:
    """The specs in archives by type, types sorted."""
    counts: dict[str, int] = {}
    for item in sorted((item for archive in archives for item in archive.items), key=lambda item: item.type):
        counts[item.type.value] = counts.get(item.type.value, 0) + 1
    return counts
