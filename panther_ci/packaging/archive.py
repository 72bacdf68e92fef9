"""Packs the judged bytes into zip files, the same ones on any machine and any Python.

Entries are stored, not compressed. zlib, zlib-ng and the vendors' builds of either deflate the same
bytes to different ones, and a deployment (Go's archive/zip) reads no third method. Stored archives are
five times as large (the built-in library: 1.0 MB instead of 0.2 MB), so about 400 detections fit into
one request, and a larger repository needs several.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from panther_ci.deployment_rules.uploads import body_name, is_ignored
from panther_ci.errors import PackagingError
from panther_ci.kinds import PACK_ORDER
from panther_ci.model import Archive, PackItem

# A Lambda request takes 6 MB (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and
# base64 makes four bytes out of three.
LIMIT_BYTES = 4_400_000

# Surrogates stand for bytes that aren't UTF-8, which zip can't name.
_INSIDE = re.compile(r"[^/\\\0\ud800-\udfff]+(/[^/\\\0\ud800-\udfff]+)*")

# Sizes of the parts of a zip file without names and contents (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
_ENTRY_BYTES = 30 + 46
_END_BYTES = 22


def build_archives(items: Sequence[PackItem], limit_bytes: int = LIMIT_BYTES) -> tuple[Archive, ...]:
    """Archives of at most `limit_bytes` each that contain all items, each item whole; none for no items.

    Raises `PackagingError` if two bodies have the same file name, if a path can't be deployed, and if
    one item alone is too large.
    """
    ordered = sorted(items, key=_rank)
    _check_paths(ordered)
    return tuple(_pack(batch) for batch in _batches(ordered, limit_bytes))


def _rank(item: PackItem) -> tuple[int, int, str, str]:
    return PACK_ORDER[item.type], item.bases, item.spec_path, item.id


def _batches(items: Iterable[PackItem], limit_bytes: int) -> Iterator[list[PackItem]]:
    """Fill one archive after another; a body that two of them need is in both."""
    batch: list[PackItem] = []
    names: set[str] = set()
    size = _END_BYTES
    for item in items:
        alone = _END_BYTES + _size(dict(item.files))
        if alone > limit_bytes:
            raise _too_large(item, alone, limit_bytes)
        extra = _size({path: data for path, data in item.files if path not in names})
        if size + extra > limit_bytes:
            yield batch
            batch, names, size, extra = [], set(), _END_BYTES, alone - _END_BYTES
        batch.append(item)
        names.update(path for path, _ in item.files)
        size += extra
    if batch:
        yield batch


def _size(files: Mapping[str, bytes]) -> int:
    return sum(_ENTRY_BYTES + 2 * len(path.encode()) + len(data) for path, data in files.items())


def _pack(items: Sequence[PackItem]) -> Archive:
    files = dict(chain.from_iterable(item.files for item in items))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            archive.writestr(_entry(path), files[path])
    data = buffer.getvalue()
    return Archive(data, hashlib.sha256(data).hexdigest(), tuple(items))


def _entry(path: str) -> zipfile.ZipInfo:
    """An entry that is the same on any machine: the oldest time of the zip format, a plain Unix file."""
    entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def _check_paths(items: Iterable[PackItem]) -> None:
    contents: dict[str, bytes] = {}
    bodies: dict[str, str] = {}
    for path, data in chain.from_iterable(item.files for item in items):
        _check_path(path)
        if contents.setdefault(path, data) != data:
            raise PackagingError(f"{path}: two specs have different bytes for this file.")
        name = body_name(path)
        if path.endswith(".py") and bodies.setdefault(name, path) != path:
            raise PackagingError(
                f"{path}: {bodies[name]} has the same file name, and a deployment keeps only one of the two.",
                "Give one of the bodies another file name; their folders make no difference.",
            )


def _check_path(path: str) -> None:
    if not _INSIDE.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise PackagingError(f"{path!r} is not a path inside the repository.", "Rename the file.")
    if is_ignored(path):
        raise PackagingError(
            f"{path}: a deployment skips paths that contain __pycache__.", "Move the file to another folder."
        )


def _too_large(item: PackItem, size: int, limit_bytes: int) -> PackagingError:
    largest = max(item.files, key=lambda entry: len(entry[1]))
    return PackagingError(
        f"{item.spec_path}: {item.id} takes {size:,} bytes with its body, and a request to the deployment"
        f" can have {limit_bytes:,}.",
        f"Make {largest[0]} ({len(largest[1]):,} bytes) smaller.",
    )
