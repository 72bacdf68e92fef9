"""The rules by which a deployment accepts an archive or refuses it; pure: bytes in, entities out.

They follow what Panther's analysis API does with an upload, and refuse with its status codes.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES, body_name, is_ignored
from panther_ci.deployment_rules.yaml_scalars import find_tag
from panther_ci.kinds import CURRENT, DEFAULT_GLOBAL, AnalysisType, Body

# How much an archive may contain once unpacked; a guard against bombs, far above the size of any request.
UNPACKED_LIMIT_BYTES = 64 * 1024 * 1024

_KINDS_OF_COUNTS = ("new", "modified", "total")
# What the answer of every deployment counts, even if it is 0.
ALWAYS_COUNTED = tuple(f"{kind}{family}" for family in ("Policies", "Rules") for kind in _KINDS_OF_COUNTS)


_TAG = "tag:yaml.org,2002:"
_VALID_ID = re.compile(r'[^<>&"%]+')

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entity:
    """A spec as a deployment stores it; `digest` changes with the bytes of the spec or of its body."""

    id: str
    type: AnalysisType
    digest: str

    @property
    def key(self) -> "Key":
        """The table and the id it is stored under; a query may have the id of a rule."""
        return self.type.kind.table, self.id


@dataclass(frozen=True)
class RefusalError(Exception):
    """Why a deployment refuses an archive: an HTTP status and its words."""

    status: int
    message: str


def accept(data: bytes) -> tuple[Entity, ...]:
    """The entities in an archive, sorted by id.

    Raises `RefusalError` for the first reason to refuse the archive.
    """
    files = _unpack(data)
    bodies = {body_name(path): text for path, text in files.items() if path.endswith(".py")}
    entities: dict[Key, Entity] = {}
    for path, text in files.items():
        if path.endswith(SPEC_SUFFIXES):
            entity = _read_entity(path, text, bodies)
            if entity.key in entities:
                raise RefusalError(400, f"{path}: multiple analysis specs with ID {entity.id}")
            entities[entity.key] = entity
    if not entities:
        raise RefusalError(400, "the archive holds no analysis specs")
    return tuple(sorted(entities.values(), key=lambda entity: (entity.id, entity.key)))


def check_types(entities: Iterable[Entity], stored: Mapping[Key, Entity]) -> None:
    """Raise `RefusalError` for an id that is already stored with another type."""
    for entity in entities:
        there = stored.get(entity.key, entity)
        if there.type is not entity.type:
            raise RefusalError(409, f"{entity.id} exists as {there.type}, can't become {entity.type}")


def count_changes(entities: Iterable[Entity], stored: Mapping[Key, Entity]) -> dict[str, int]:
    """The counts of an answer, where `stored` is what was there before the upload.

    Policies and rules are always counted, as by Panther 1.x; the other families only where there are any.
    """
    counts = dict.fromkeys(ALWAYS_COUNTED, 0)
    for entity in entities:
        family = entity.type.kind.family
        for kind in _KINDS_OF_COUNTS:
            counts.setdefault(f"{kind}{family}", 0)
        counts[f"total{family}"] += 1
        counts[f"new{family}"] += entity.key not in stored
        counts[f"modified{family}"] += stored.get(entity.key, entity).digest != entity.digest
    return counts


def _unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip as a deployment reads them, without folders and ignored paths."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            entries = [entry for entry in entries if not is_ignored(entry.filename)]
            if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT_BYTES:
                raise RefusalError(400, "the archive is too large once unpacked")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise RefusalError(400, f"failed to read the zip archive: {error}") from error


def _read_entity(path: str, text: bytes, bodies: Mapping[str, bytes]) -> Entity:
    fields = _parse(path, text)
    kind = _read_type(path, fields)
    identifier = next((fields[name] for name in kind.kind.id_keys if name in fields), None)
    if identifier is None and kind is AnalysisType.GLOBAL:
        identifier = DEFAULT_GLOBAL
    if not isinstance(identifier, str) or not identifier:
        raise RefusalError(400, f"{path}: {kind.kind.id_keys[0]} is missing")
    if not _VALID_ID.fullmatch(identifier):
        raise RefusalError(400, f'{path}: ID {identifier} must hold none of < > & " %')
    body = _find_body(identifier, fields, kind, bodies)
    return Entity(identifier, kind, hashlib.sha256(hashlib.sha256(text).digest() + body).hexdigest())


def _read_type(path: str, fields: Mapping[str, Any]) -> AnalysisType:
    written = str(fields.get("AnalysisType", "")).lower()
    if written in CURRENT:
        return AnalysisType(written)
    raise RefusalError(400, f"{path}: unsupported AnalysisType {written!r}")


def _find_body(
    identifier: str, fields: Mapping[str, Any], kind: AnalysisType, bodies: Mapping[str, bytes]
) -> bytes:
    """The body a spec names, found by its file name as in a deployment; empty if it needs none."""
    name = fields.get("Filename")
    if not kind.kind.body.is_python or (name is None and kind.kind.body is Body.OPTIONAL):
        return b""
    if not isinstance(name, str) or name not in bodies:
        raise RefusalError(
            400, f"{kind} {identifier} is missing a body ({name!r} is not among the archive's .py names)"
        )
    return bodies[name]


def _parse(path: str, text: bytes) -> Mapping[str, Any]:
    import yaml

    try:
        fields = json.loads(text) if path.endswith(".json") else _read_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RefusalError(400, f"failed to parse {path}: {error}") from error
    if not isinstance(fields, dict):
        raise RefusalError(400, f"failed to parse {path}: it is not a mapping")
    return fields


def _read_yaml(text: bytes) -> Any:
    """YAML with the types that a deployment gives plain scalars."""
    import yaml

    class Loader(yaml.CSafeLoader):
        """Resolves plain scalars as a deployment does."""

        def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> Any:
            """The tag of a node."""
            if kind is yaml.ScalarNode and implicit[0]:
                return f"{_TAG}{find_tag(value)}"
            return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]

    return Loader(text).get_single_data()
