"""Packs the judged bytes into zip files, the same ones on any machine and any Python.

Entries are stored; `deployment_rules/zips.py` says why. A deployment with a limit for what is deflated gets
about three times as much in one request (the public library: 6.7 MB stored, 2.0 MB deflated).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from panther_ci.deployment_rules.uploads import body_name, is_ignored
from panther_ci.deployment_rules.zips import END_BYTES, measure, write_zip
from panther_ci.errors import PackagingError
from panther_ci.kinds import PACK_ORDER
from panther_ci.model import DEFAULT_LIMIT, Archive, ArchiveLimit, PackItem

# Surrogates stand for bytes that aren't UTF-8, which zip can't name.
_INSIDE = re.compile(r"[^/\\\0\ud800-\udfff]+(/[^/\\\0\ud800-\udfff]+)*")


def build_archives(items: Sequence[PackItem], limit: ArchiveLimit = DEFAULT_LIMIT) -> tuple[Archive, ...]:
    """Archives within `limit` that contain all items, each item whole; none for no items.

    Raises `PackagingError` if two bodies have the same file name, if a path can't be deployed, and if
    one item alone is too large.
    """
    ordered = sorted(items, key=_rank)
    _check_paths(ordered)
    return tuple(_pack(batch) for batch in _batches(ordered, limit))


def _rank(item: PackItem) -> tuple[int, int, str, str]:
    return PACK_ORDER[item.type], item.bases, item.spec_path, item.id


def _batches(items: Sequence[PackItem], limit: ArchiveLimit) -> Iterator[list[PackItem]]:
    """Fill one archive after another; a body that two of them need is in both."""
    batch: list[PackItem] = []
    names: set[str] = set()
    size, sizes = END_BYTES, _measure(items, limit.deflated)
    for item in items:
        alone = END_BYTES + sum(sizes[path] for path, _ in item.files)
        if alone > limit.size:
            raise _too_large(item, alone, limit)
        extra = sum(sizes[path] for path, _ in item.files if path not in names)
        if size + extra > limit.size:
            yield batch
            batch, names, size, extra = [], set(), END_BYTES, alone - END_BYTES
        batch.append(item)
        names.update(path for path, _ in item.files)
        size += extra
    if batch:
        yield batch


def _measure(items: Iterable[PackItem], deflated: bool) -> dict[str, int]:
    """What each file takes in an archive."""
    files = dict(chain.from_iterable(item.files for item in items))
    return {path: measure(path, data, deflated) for path, data in files.items()}


def _pack(items: Sequence[PackItem]) -> Archive:
    data = write_zip(dict(chain.from_iterable(item.files for item in items)))
    return Archive(data, hashlib.sha256(data).hexdigest(), tuple(items))


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


def _too_large(item: PackItem, size: int, limit: ArchiveLimit) -> PackagingError:
    largest = max(item.files, key=lambda entry: len(entry[1]))
    return PackagingError(
        f"{item.spec_path}: {item.id} takes {size:,} bytes with its body, and a request to the deployment"
        f" can have {limit.size:,}.",
        f"Make {largest[0]} ({len(largest[1]):,} bytes) smaller.",
    )
