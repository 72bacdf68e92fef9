"""Reads git's NUL-separated output strictly: an unknown record is an error, never ignored."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from panther_ci.errors import RepositoryError

# How the modes of files, of links and of submodules begin.
REGULAR_FILE, LINK, SUBMODULE = "100", "120", "160"
# Added, deleted, modified, renamed, of another type; copies aren't asked for.
KNOWN_STATUSES = ("A", "D", "M", "R", "T")


class RawChange(NamedTuple):
    """A record of `git diff --raw`: modes and blob of both sides, status letter and paths."""

    status: str
    path: str
    old_path: str
    old_mode: str
    old_blob: str


class IndexEntry(NamedTuple):
    """A path of the index or of a commit with its mode and blob; of a submodule, with its commit."""

    path: str
    mode: str
    blob: str


def parse_raw_diff(text: str) -> tuple[RawChange, ...]:
    """Records of `git diff --raw -z`; raises `RepositoryError` for any that it doesn't know.

    Format: https://git-scm.com/docs/git-diff#_raw_output_format
    """
    *records, rest = text.split("\0")
    if rest:
        raise RepositoryError("git's list of changes is cut short.", "Try again.")
    tokens = iter(records)
    changes: list[RawChange] = []
    for token in tokens:
        parts = token.removeprefix(":").split(" ")
        if not token.startswith(":") or len(parts) != 5:
            raise RepositoryError(f"git's list of changes can't be understood at {token[:80]!r}.")
        old_path = path = next(tokens, "")
        status = parts[4][:1]
        if status == "R":
            path = next(tokens, "")
        if status == "U":
            raise _conflict(path)
        if status not in KNOWN_STATUSES or not path:
            raise RepositoryError(f"git reports the unknown change {parts[4][:8]!r} of {path!r}.")
        changes.append(RawChange(status, path, old_path, parts[0], parts[2]))
    return tuple(changes)


def parse_index(text: str) -> tuple[IndexEntry, ...]:
    """Entries of `git ls-files -z --stage`; raises `RepositoryError` for any that it doesn't know.

    A path in conflict is an error too. Format: https://git-scm.com/docs/git-ls-files#_output
    """
    entries: list[IndexEntry] = []
    for record in text.split("\0")[:-1]:
        meta, _, path = record.partition("\t")
        parts = meta.split(" ")
        if len(parts) != 3 or not path:
            raise RepositoryError(f"git's list of the index can't be understood at {record[:80]!r}.")
        if parts[2] != "0":
            raise _conflict(path)
        entries.append(IndexEntry(path, parts[0], parts[1]))
    return tuple(entries)


def parse_tree(text: str) -> tuple[IndexEntry, ...]:
    """Entries of `git ls-tree -r -z`; raises `RepositoryError` for any record it doesn't know.

    Format: https://git-scm.com/docs/git-ls-tree#_output_format
    """
    entries: list[IndexEntry] = []
    for record in text.split("\0")[:-1]:
        meta, _, path = record.partition("\t")
        parts = meta.split(" ")
        if len(parts) != 3 or not path:
            raise RepositoryError(f"git's list of a commit can't be understood at {record[:80]!r}.")
        entries.append(IndexEntry(path, parts[0], parts[2]))
    return tuple(entries)


def parse_batch(output: bytes) -> Mapping[str, bytes]:
    """Blobs by id from `git cat-file --batch`; raises `RepositoryError` for anything else.

    Format: https://git-scm.com/docs/git-cat-file#_batch_output
    """
    blobs: dict[str, bytes] = {}
    at = 0
    while at < len(output):
        head, _, _ = output[at : at + 200].partition(b"\n")
        parts = head.decode("ascii", "replace").split(" ")
        start = at + len(head) + 1
        end = start + int(parts[2]) if len(parts) == 3 and parts[1] == "blob" and parts[2].isdecimal() else -1
        if output[end : end + 1] != b"\n":
            raise RepositoryError(f"git's answer for object {parts[0]!r} can't be understood.")
        blobs[parts[0]] = output[start:end]
        at = end + 1
    return blobs


class Commit(NamedTuple):
    """A commit and the parents that it names; without an id where there is none."""

    id: str = ""
    parents: tuple[str, ...] = ()


def parse_commits(output: bytes) -> Iterator[Commit]:
    """What `git cat-file --batch` says of names of commits, in the order they were asked for.

    Raises `RepositoryError` for anything else. Format: https://git-scm.com/docs/git-cat-file#_batch_output
    """
    rest = output
    while rest:
        head, _, rest = rest.partition(b"\n")
        parts = head.decode("ascii", "replace").split(" ")
        if parts[-1] in ("missing", "ambiguous"):
            yield Commit()
            continue
        if len(parts) != 3 or parts[1] != "commit" or not parts[2].isdecimal():
            raise RepositoryError(f"git's answer {head[:80]!r} can't be understood.")
        content, rest = rest[: int(parts[2])], rest[int(parts[2]) + 1 :]
        lines = content.partition(b"\n\n")[0].decode("utf-8", "replace").split("\n")
        parents = (line.removeprefix("parent ") for line in lines if line.startswith("parent "))
        yield Commit(parts[0], tuple(parents))


def _conflict(path: str) -> RepositoryError:
    return RepositoryError(f"`{path}` has an unresolved merge conflict.", "Resolve it, then try again.")
