"""The manifest of the last deployment in its file, and what it says beside what is packed now."""

import os
import stat
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.errors import InputError
from panther_ci.kinds import UNRELEASED, AnalysisType
from panther_ci.model import Effect, EffectKind, Merging, PackItem, Report
from panther_ci.packaging.record import Entry, Key, Record, read_record, render_record
from panther_ci.repository.files import read_tree
from panther_ci.repository.git import Repository, find_root
from panther_ci.repository.refusals import MAX_BYTES
from panther_ci.safe_files import write_file
from panther_ci.specs.search import Search

if TYPE_CHECKING:
    from panther_ci.deployments.base import TypePlan

# That of 130,000 specs has 80 MB; the public library's has less than one.
LARGEST_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ledger:
    """The file `path`, from `folder`, with what it says; `exists` is false before the first deployment."""

    folder: Path
    path: str
    record: Record
    exists: bool = True

    @classmethod
    def open(cls, folder: Path, path: str) -> "Ledger":
        """Read the file; one that does not exist is that of no deployment yet. Raises `InputError`."""
        data = _read(folder / path, path)
        record = Record() if data is None else read_record(data, path)
        return cls(folder, path, record, data is not None)

    def require_target(self, target: str) -> None:
        """Raise `InputError` if the file is of another deployment: what is there is not known then."""
        if self.record.target not in ("", target):
            raise InputError(
                f"manifest: {self.path} is of a deployment to {self.record.target}, and this is {target}.",
                "Keep a manifest for each deployment, and name the one of this.",
            )

    def require_deployed(self) -> None:
        """Raise `InputError` for the manifest of an archive, which does not show that it was deployed."""
        if self.exists and not self.record.target:
            raise InputError(
                f"manifest: {self.path} is the manifest of an archive, and names no deployment.",
                "Name the one that a deployment left, or a file that does not exist yet.",
            )

    def save(self, record: Record) -> "Ledger":
        """Replace the file by this record, whole or not at all; raises `InputError`."""
        write_file(self.folder, self.path, render_record(record).encode())
        return replace(self, record=record, exists=True)


class Leftovers(NamedTuple):
    """What was deployed and is not in the upload.

    The repository no longer has what is `gone`, and still has what is `held`. Of what is `unsure` it is not
    even known whether it is there; the repository no longer has it.
    """

    gone: tuple[Entry, ...] = ()
    held: tuple[Entry, ...] = ()
    unsure: tuple[Entry, ...] = ()


def find_leftovers(
    record: Record, packed: Iterable[Entry], kept: Set[Key], repository: Repository
) -> Leftovers:
    """What of a record is not packed; `kept` are keys that the repository is known to have.

    For the others all files of the repository are searched, whatever is judged: what only a filter, a
    pattern or a sparse checkout leaves out is not gone.
    """
    keys = {entry.key for entry in packed}
    missing = [entry for entry in record.confirmed if entry.key not in keys]
    sure = keys | record.known.keys()
    unsure = [entry for entry in record.unsure if entry.key not in sure]
    unknown = {entry.key for entry in (*missing, *unsure)} - kept
    here = kept | (find_there(repository, unknown) if unknown else frozenset())
    return Leftovers(
        tuple(entry for entry in missing if entry.key not in here),
        tuple(entry for entry in missing if entry.key in here),
        tuple(entry for entry in unsure if entry.key not in here),
    )


def find_there(repository: Repository, keys: Iterable[Key]) -> frozenset[Key]:
    """Those of these keys that any spec has; one whose type is not known may have every key."""
    search = Search({**read_tree(repository.root).files, **_read_left_out(repository)})
    return frozenset(key for key in keys if _has(search, key))


def _read_left_out(repository: Repository) -> dict[str, bytes]:
    """The specs that a sparse checkout leaves out; none outside of git."""
    if find_root(repository.root) is None:
        return {}
    paths = [path for path in repository.left_out() if path.endswith(SPEC_SUFFIXES)]
    blobs = repository.tree("HEAD") if paths else {}
    contents = repository.read_blobs((blobs[path] for path in paths if path in blobs), MAX_BYTES)
    return {path: contents[blobs[path]] for path in paths if blobs.get(path) in contents}


def _has(search: Search, key: Key) -> bool:
    table, id = key
    outlines = (search.outline(path) for path in search.providers(f"detection:{id}"))
    return any(each and (each.type is None or each.type.kind.table == table) for each in outlines)


def compare(
    record: Record, packed: Iterable[Entry], leftovers: Leftovers, deleted: Set[Key]
) -> tuple["TypePlan", ...]:
    """What an upload changes, by type; `deleted` are the keys of what is deleted after it."""
    packed = tuple(packed)
    kinds = {entry.type for entry in (*packed, *leftovers.gone, *leftovers.held)}
    return tuple(
        _compare_type(kind, record, packed, leftovers, deleted) for kind in AnalysisType if kind in kinds
    )


def _compare_type(
    kind: AnalysisType,
    record: Record,
    packed: tuple[Entry, ...],
    leftovers: Leftovers,
    deleted: Set[Key],
) -> "TypePlan":
    from panther_ci.deployments.base import TypePlan

    known, unsure = record.known, {entry.key for entry in record.unsure}
    ours = [entry for entry in packed if entry.type is kind]
    same = {
        entry.key
        for entry in ours
        if entry.key in known and known[entry.key].digests == entry.digests and entry.key not in unsure
    }
    gone = [entry for entry in leftovers.gone if entry.type is kind]
    return TypePlan(
        kind.value,
        new=_ids(entry for entry in ours if entry.key not in known),
        modified=_ids(entry for entry in ours if entry.key in known and entry.key not in same),
        unchanged=_ids(entry for entry in ours if entry.key in same),
        remaining=_ids(entry for entry in gone if entry.key not in deleted),
        held=_ids(entry for entry in leftovers.held if entry.type is kind),
        deleted=_ids(entry for entry in gone if entry.key in deleted),
    )


def count_merging(record: Record, items: Iterable[PackItem], report: Report) -> Merging:
    """What merging the change of a report does to what was last deployed; `items` are what it touches."""
    known = record.known
    packed = [
        Entry.of(item)
        for item in items
        if item.deployed and any(path in report.changed for path, _ in item.files)
    ]
    lost = {key for key in map(_find_lost, report.effects) if key in known}
    return Merging(
        sum(entry.key not in known for entry in packed),
        sum(entry.key in known and known[entry.key].digests != entry.digests for entry in packed),
        len(lost - {entry.key for entry in packed}),
    )


def _find_lost(effect: Effect) -> Key | None:
    """The key of what is no longer deployed after an effect; None for one after which it is."""
    table, kind = AnalysisType(effect.type).kind.table, effect.kind
    if kind is EffectKind.REMOVED:
        return table, effect.id
    if kind is EffectKind.ID:
        return table, effect.before
    return (table, effect.id) if kind is EffectKind.STATUS and effect.now in UNRELEASED else None


def _ids(entries: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(sorted(entry.id for entry in entries))


def describe_unsure(record: Record) -> Iterator[str]:
    """That an earlier upload may have arrived; no line if all ended well."""
    if record.unsure:
        specs = "1 spec" if len(record.unsure) == 1 else f"{len(record.unsure)} specs"
        yield f"An earlier upload did not end well, so {specs} may be there in another form than shown."


def _read(place: Path, path: str) -> bytes | None:
    """The bytes of a plain file; None where there is nothing. Raises `InputError`."""
    try:
        stream = open(place, "rb", opener=_open_plain)  # noqa: SIM115 - it is closed below
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refuse(path, f"can't be read: {error.strerror}") from None
    with stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise _refuse(path, "is no plain file")
        if facts.st_size > LARGEST_BYTES:
            raise _refuse(path, f"is larger than {LARGEST_BYTES // 1024**2} MiB")
        return stream.read(LARGEST_BYTES)


def _open_plain(path: str, flags: int) -> int:
    """Neither follow a link nor wait for who writes to a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _refuse(path: str, why: str) -> InputError:
    return InputError(f"manifest: {path} {why}.", "Name the manifest that a deployment by panther-ci left.")
