"""What an upload contains, as JSON beside the archives: the same text for the same pack."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from panther_ci.model import Archive, Json, PackItem


def render(
    archives: Sequence[Archive],
    commit: str,
    differing: Sequence[str],
    version: str,
    not_deployed: Sequence[PackItem] = (),
) -> str:
    """The manifest of a pack: who built it from which commit, and each archive's ids, paths and digests.

    `differing` are the files that have other bytes in the commit, or are not in it, and `not_deployed` the
    specs that are in no archive because of their `Status`.
    """
    manifest = {
        "tool": "panther-ci",
        "version": version,
        "commit": commit,
        "differs-from-commit": list(differing),
        "not-deployed": [
            {"id": item.id, "type": str(item.type), "spec": item.spec_path} for item in _sorted(not_deployed)
        ],
        "archives": [_describe_archive(archive) for archive in archives],
    }
    return json.dumps(manifest, indent=2, sort_keys=True) + "\n"


def _describe_archive(archive: Archive) -> Json:
    return {
        "sha256": archive.sha256,
        "bytes": len(archive.data),
        "items": [describe_item(item) for item in _sorted(archive.items)],
    }


def _sorted(items: Iterable[PackItem]) -> list[PackItem]:
    return sorted(items, key=lambda item: (item.spec_path, item.id))


def describe_item(item: PackItem) -> dict[str, Json]:
    """What a manifest says of a spec: its id and type, and the digests of its files."""
    files: list[Json] = [
        {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for path, data in sorted(item.files)
    ]
    return {"id": item.id, "type": str(item.type), "spec": item.spec_path, "files": files}
