"""What deployments have put in one place so far: the manifest that is kept from one deployment to the next.

An upload is noted before it begins, and confirmed when it has ended. So whenever a process ends, the record
names all that may be there, and says of what that is sure.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from panther_ci.errors import InputError
from panther_ci.kinds import AnalysisType
from panther_ci.model import Archive, Json, PackItem
from panther_ci.packaging.manifest import describe_item

# What a deployment knows a spec by: the table of its type, and its id.
Key: TypeAlias = tuple[str, str]
# The table of saved queries, whose names may be ids of detections too.
QUERIES: Final = "query"

_HINT = "Name the manifest that a deployment by panther-ci left, or a file that does not exist yet."


class Entry(NamedTuple):
    """A spec that was uploaded; `item` is what manifests say of it, and `digests` are those of its files."""

    id: str
    type: AnalysisType
    digests: tuple[str, ...]
    item: Mapping[str, Json]

    @property
    def key(self) -> Key:
        """The table and the id that it is stored under."""
        return self.type.kind.table, self.id

    @classmethod
    def of(cls, item: PackItem) -> "Entry":
        """The entry of a spec that is packed now."""
        return _read_entry(describe_item(item))


def key_of(item: PackItem) -> Key:
    """What a deployment knows a spec by."""
    return item.type.kind.table, item.id


@dataclass(frozen=True, slots=True)
class Record:
    """What is in a deployment because of panther-ci.

    `confirmed` is there, as the last upload that ended well left it; `unsure` are uploads of which it is not
    known whether they arrived. `target` is the deployment, `commit` what was last deployed whole, and
    `version` that of the program; all three are empty before the first deployment.
    """

    target: str = ""
    commit: str = ""
    version: str = ""
    confirmed: tuple[Entry, ...] = ()
    unsure: tuple[Entry, ...] = ()

    @property
    def known(self) -> Mapping[Key, Entry]:
        """What is confirmed, by its key."""
        return {entry.key: entry for entry in self.confirmed}

    def begin(self, target: str, packed: Iterable[Entry]) -> "Record":
        """The record while this is uploaded: what differs from before may be there or not."""
        known = self.known
        begun = [each for each in packed if each.key not in known or known[each.key].digests != each.digests]
        keys = {entry.key for entry in begun}
        kept = [entry for entry in self.unsure if entry.key not in keys]
        return replace(self, target=target, unsure=(*kept, *begun))

    def finish(self, packed: Iterable[Entry], commit: str, version: str) -> "Record":
        """The record after this was uploaded; what is not in the upload is where it was."""
        packed = tuple(packed)
        keys = {entry.key for entry in packed}
        return replace(
            self,
            commit=commit,
            version=version,
            confirmed=(*(entry for entry in self.confirmed if entry.key not in keys), *packed),
            unsure=tuple(entry for entry in self.unsure if entry.key not in keys),
        )

    def without(self, keys: Iterable[Key]) -> "Record":
        """The record after this was deleted."""
        gone = frozenset(keys)
        return replace(
            self,
            confirmed=tuple(entry for entry in self.confirmed if entry.key not in gone),
            unsure=tuple(entry for entry in self.unsure if entry.key not in gone),
        )


def list_entries(archives: Iterable[Archive]) -> tuple[Entry, ...]:
    """The entries of everything in archives."""
    return tuple(Entry.of(item) for archive in archives for item in archive.items)


def render_record(record: Record) -> str:
    """The record as JSON: the same text for the same record."""
    text = {
        "tool": "panther-ci",
        "version": record.version,
        "deployment": record.target,
        "commit": record.commit,
        "deployed": [dict(entry.item) for entry in _sorted(record.confirmed)],
        "unconfirmed": [dict(entry.item) for entry in _sorted(record.unsure)],
    }
    return json.dumps(text, indent=2, sort_keys=True) + "\n"


def read_record(data: bytes, path: str) -> Record:
    """The record in a file, or what the manifest beside an archive says; raises `InputError` for neither."""
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or content.get("tool") != "panther-ci":
            raise ValueError("it is not from panther-ci")
        archives = content.get("archives", [])
        items = [*content.get("deployed", []), *(item for each in archives for item in each["items"])]
        target, commit, version = (content.get(name, "") for name in ("deployment", "commit", "version"))
        confirmed = tuple(map(_read_entry, items))
        unsure = tuple(map(_read_entry, content.get("unconfirmed", [])))
        return Record(_text(target), _text(commit), _text(version), confirmed, unsure)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        words = f"{error}" if isinstance(error, ValueError) and not _is_of_json(error) else "it can't be read"
        raise InputError(f"manifest: {path} is no manifest: {words}.", _HINT) from None


def _is_of_json(error: ValueError) -> bool:
    return isinstance(error, (json.JSONDecodeError, UnicodeDecodeError))


def _read_entry(item: Json) -> Entry:
    """The entry of an item; raises an exception of Python's for what is none."""
    if not isinstance(item, dict) or not isinstance(item["files"], list):
        raise TypeError
    digests = sorted(_text(file["sha256"]) for file in item["files"] if isinstance(file, dict))
    return Entry(_text(item["id"]), AnalysisType(_text(item["type"])), tuple(digests), item)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _sorted(entries: Iterable[Entry]) -> Iterator[Entry]:
    yield from sorted(entries, key=lambda entry: entry.key)
