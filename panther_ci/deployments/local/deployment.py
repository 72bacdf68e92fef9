"""A deployment in one SQLite file: the acceptance rules and the counts of a real one, without AWS."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from panther_ci.deployments.base import (
    DELETED_BY_ID,
    DELETED_BY_NAME,
    Connection,
    Deleted,
    Deletion,
    Plan,
    Summary,
    TypePlan,
    count_types,
    list_facts,
)
from panther_ci.deployments.local.acceptance import (
    Entity,
    Key,
    RefusalError,
    accept,
    check_types,
    count_changes,
)
from panther_ci.errors import DeploymentError
from panther_ci.kinds import CURRENT, AnalysisType
from panther_ci.model import DEFAULT_LIMIT, Archive, ArchiveLimit

# "PaCI": distinguishes our files from those of other programs (sqlite.org/pragma.html#pragma_application_id).
_APPLICATION_ID = 0x50614349
_SCHEMA = (
    f"PRAGMA application_id = {_APPLICATION_ID}",
    "CREATE TABLE entity ("
    "id TEXT NOT NULL, type TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (id, type))",
    "CREATE TABLE archive (sha256 TEXT PRIMARY KEY)",
)
_FOREIGN_HINT = "Name another file with local-path, or remove this one to begin with an empty deployment."
_PLACE_HINT = "Name a file in a folder that exists and can be written, with local-path."


@dataclass(frozen=True, slots=True)
class LocalDeployment:
    """Keeps what was uploaded in the SQLite file `path`; an upload is written whole or not at all."""

    path: Path

    @property
    def target(self) -> str:
        """What to call this deployment."""
        return f"local deployment {self.path}"

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """What current deployments accept."""
        return CURRENT

    @property
    def limit(self) -> ArchiveLimit:
        """What real deployments take, so that it shows what they would."""
        return DEFAULT_LIMIT

    def plan(self, archives: Sequence[Archive]) -> Plan:
        """Compare the archives with what is stored; the file is not changed, and not created if missing."""
        batches = _accept_all(archives)
        with self._transaction(writing=False) as connection:
            stored = _read_entities(connection)
            known = _knows(connection, archives)
        _check_conflicts(batches, stored)
        types = _compare(chain.from_iterable(batches), stored)
        return Plan(
            self.target, list_facts(archives), count_types(archives), types, "", known and not _changes(types)
        )

    def deploy(self, archives: Sequence[Archive]) -> Summary:
        """Take all archives in one transaction, with the counts of each."""
        facts, batches = list_facts(archives), _accept_all(archives)
        with self._transaction(writing=True) as connection:
            stored = _read_entities(connection)
            _check_conflicts(batches, stored)
            changes = _changes(_compare(chain.from_iterable(batches), stored))
            deployed = not changes and _knows(connection, archives)
            answers = tuple(_store(connection, batch) for batch in batches)
            rows = [(archive.sha256,) for archive in archives]
            connection.executemany("INSERT OR IGNORE INTO archive VALUES (?)", rows)
        return Summary(self.target, facts, answers, tuple(fact.sha256 for fact in facts), deployed)

    @property
    def deletes(self) -> bool:
        """It can, as current deployments do."""
        return True

    def delete(self, wanted: Deletion, dry_run: bool) -> Deleted:
        """Delete in one transaction, or say what there is; nothing is known to be linked."""
        with self._transaction(writing=not dry_run) as connection:
            stored = _read_entities(connection).values()
            ids = {entity.id for entity in stored if entity.type in DELETED_BY_ID}
            names = {entity.id for entity in stored if entity.type in DELETED_BY_NAME}
            found = Deletion(
                tuple(id for id in wanted.detections if id in ids),
                tuple(name for name in wanted.queries if name in names),
            )
            if not dry_run:
                for kinds, gone in ((DELETED_BY_ID, found.detections), (DELETED_BY_NAME, found.queries)):
                    rows = [(id, kind.value) for id in gone for kind in kinds]
                    connection.executemany("DELETE FROM entity WHERE id = ? AND type = ?", rows)
        return Deleted(found)

    def check(self) -> Connection:
        """Open the file, or the folder it will be in; the file is not created."""
        with self._transaction(writing=False) as connection:
            stored = len(_read_entities(connection))
        if not os.access(self.path if self.path.exists() else self.path.absolute().parent, os.W_OK):
            raise DeploymentError(f"{self.path} can't be written.", _PLACE_HINT)
        return Connection(self.target, (f"specs: {stored}", "upload: the file can be written"))

    @contextmanager
    def _transaction(self, writing: bool) -> Iterator[sqlite3.Connection]:
        """A transaction on the file; one that isn't there is made for writing, and empty for reading."""
        try:
            uri = _find_uri(self.path, writing)
            with closing(sqlite3.connect(uri, timeout=0, isolation_level=None, uri=True)) as connection:
                connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                _prepare(connection, self.path)
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _explain(self.path, error) from error
        except OSError as error:
            raise DeploymentError(f"{self.path} can't be opened: {error.strerror}.", _PLACE_HINT) from error


def _find_uri(path: Path, writing: bool) -> str:
    """Where to connect; a file that is missing or empty is read as an empty database in memory.

    A reader may write too, since SQLite has it undo what an upload that was killed left half done.
    """
    if not writing and not (path.exists() and path.stat().st_size):
        return ":memory:"
    return f"{path.absolute().as_uri()}?mode={'rwc' if writing else 'rw'}"


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check whose file this is; an empty one becomes ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == _APPLICATION_ID:
        return
    if application or tables:
        raise DeploymentError(f"{path} is the database of another program.", _FOREIGN_HINT)
    for statement in _SCHEMA:
        connection.execute(statement)


def _accept_all(archives: Sequence[Archive]) -> tuple[tuple[Entity, ...], ...]:
    try:
        return tuple(accept(archive.data) for archive in archives)
    except RefusalError as refusal:
        raise _refused(refusal) from refusal


def _check_conflicts(batches: Sequence[Sequence[Entity]], stored: Mapping[Key, Entity]) -> None:
    try:
        check_types(chain.from_iterable(batches), stored)
    except RefusalError as refusal:
        raise _refused(refusal) from refusal


def _refused(refusal: RefusalError) -> DeploymentError:
    return DeploymentError(
        f"The local deployment refused the archive with {refusal.status}: {refusal.message}",
        "Nothing was changed. Correct the spec it names, then deploy again.",
    )


def _read_entities(connection: sqlite3.Connection) -> dict[Key, Entity]:
    rows = connection.execute("SELECT id, type, digest FROM entity ORDER BY id").fetchall()
    try:
        entities = [Entity(identifier, AnalysisType(kind), digest) for identifier, kind, digest in rows]
    except ValueError as error:
        raise DeploymentError(f"The local deployment was altered by hand: {error}.", _FOREIGN_HINT) from error
    return {entity.key: entity for entity in entities}


def _knows(connection: sqlite3.Connection, archives: Sequence[Archive]) -> bool:
    known = {row[0] for row in connection.execute("SELECT sha256 FROM archive")}
    return bool(archives) and all(archive.sha256 in known for archive in archives)


def _store(connection: sqlite3.Connection, entities: Sequence[Entity]) -> dict[str, int]:
    """Write the entities of one archive and return the counts of the answer."""
    stored = _read_entities(connection)
    rows = [(entity.id, entity.type.value, entity.digest) for entity in entities]
    connection.executemany("INSERT OR REPLACE INTO entity VALUES (?, ?, ?)", rows)
    return count_changes(entities, stored)


def _compare(entities: Iterator[Entity], stored: Mapping[Key, Entity]) -> tuple[TypePlan, ...]:
    packed = {entity.key: entity for entity in entities}
    types = {entity.type for entity in chain(packed.values(), stored.values())}
    return tuple(_compare_type(kind, packed, stored) for kind in AnalysisType if kind in types)


def _compare_type(kind: AnalysisType, packed: Mapping[Key, Entity], stored: Mapping[Key, Entity]) -> TypePlan:
    ours = {key: entity.digest for (_, key), entity in sorted(packed.items()) if entity.type is kind}
    theirs = {key: entity.digest for (_, key), entity in sorted(stored.items()) if entity.type is kind}
    return TypePlan(
        type=kind.value,
        new=tuple(key for key in ours if key not in theirs),
        modified=tuple(key for key in ours if theirs.get(key, ours[key]) != ours[key]),
        unchanged=tuple(key for key in ours if theirs.get(key) == ours[key]),
        remaining=tuple(key for key in theirs if key not in ours),
    )


def _changes(types: Sequence[TypePlan]) -> bool:
    return any(kind.new or kind.modified for kind in types)


def _explain(path: Path, error: sqlite3.Error) -> DeploymentError:
    """SQLite's result code (sqlite.org/rescode.html; extended codes keep it in the low byte) as text."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DeploymentError(
            f"{path}: another upload in progress.", "Wait until it has ended, then deploy again."
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return DeploymentError(f"{path} is not a sound SQLite file: {error}.", _FOREIGN_HINT)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return DeploymentError(f"{path} can't be opened: {error}.", _PLACE_HINT)
    return DeploymentError(f"{path} can't be used: {error}.", _FOREIGN_HINT)
