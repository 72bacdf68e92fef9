"""Finds the settings files that are in force: those of the work tree, or of what a change is merged into.

A pull request is judged by the settings of its base, so that none of it loosens its own gate.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from panther_ci.errors import InputError
from panther_ci.inputs import Environment
from panther_ci.model import ComparisonRequest
from panther_ci.repository.comparison import find_target
from panther_ci.repository.files import read_file
from panther_ci.repository.git import Repository, find_root
from panther_ci.repository.names import find_commit
from panther_ci.repository.records import REGULAR_FILE
from panther_ci.settings.own import OWN_FILE
from panther_ci.settings.pat import PAT_FILE

NAMES: Final = (OWN_FILE, PAT_FILE)
MAX_BYTES: Final = 64 * 1024
# What people may take for the name of the file, in lower case.
_LIKE_IT: Final = (OWN_FILE, ".panther-ci.yaml")


class Source(NamedTuple):
    """Whose settings count: those of the work tree, of a commit, or of what `base` compares with."""

    base: ComparisonRequest | None = None
    commit: str = ""


class SettingsFiles(NamedTuple):
    """The files at the root of the repository, and the commit they are of; empty for the work tree.

    `proposed` are those that a change has in another form, which is not in force yet. `is_unknown` says that
    those that count can't be had, if there are any.
    """

    root: Path
    contents: Mapping[str, bytes]
    commit: str = ""
    proposed: Mapping[str, bytes | None] = {}
    is_unknown: bool = False


def find_ci_source(environment: Environment) -> Source:
    """Whose settings count for a command in CI: those of the branch that it is for, else of the main one."""
    # Set by GitHub in runs on pull requests; a clone of one commit does not have the branch yet.
    branch = environment.environ.get("GITHUB_BASE_REF", "")
    return Source(ComparisonRequest(base=f"origin/{branch}" if branch else "", of_origin=True))


def find_files(folder: Path, environment: Environment, source: Source) -> SettingsFiles:
    """The settings files of the repository around a folder.

    Raises `InputError` for one that is no plain file, or too large, and where it is not known which count.
    """
    try:
        root = find_root(folder) or folder.resolve()
    except (OSError, RuntimeError):  # a link to itself is told where the folder is looked for
        return SettingsFiles(folder, {})
    repository = Repository(root, environment.environ, trusted=environment.on_github)
    if source.base is not None:
        return _read_base(repository, source.base)
    if source.commit and find_root(root):
        commit = find_commit(repository, source.commit)
        return SettingsFiles(root, _read_commit(repository, commit) if commit else {}, commit)
    return SettingsFiles(root, _read_work_tree(root))


def _read_base(repository: Repository, base: ComparisonRequest) -> SettingsFiles:
    """The files of the commit that a change is to be merged into; raises `InputError` if it can't be had."""
    root = repository.root
    present = _read_work_tree(root)
    commit = find_target(repository, base)
    if not commit:
        if present:
            raise InputError(
                f"`{next(iter(present))}` is not read: in CI the settings are those of a pull request's base "
                "or of the main branch, and that commit is not in this clone and can't be fetched.",
                "Check out more of the history: `fetch-depth: 2` for the action on pull requests, else `0`.",
            )
        return SettingsFiles(root, {}, is_unknown=find_root(root) is not None)
    contents = _read_commit(repository, commit)
    changed = [name for name in NAMES if _text(present.get(name)) != _text(contents.get(name))]
    return SettingsFiles(root, contents, commit, {name: present.get(name) for name in changed})


def _read_work_tree(root: Path) -> dict[str, bytes]:
    try:
        listed = [entry.name for entry in os.scandir(root)]
    except OSError:  # told where the folder is looked for
        return {}
    _refuse_others(listed)
    found: dict[str, bytes] = {name: read_file(root, name) for name in NAMES if name in listed}
    for name, data in found.items():
        if len(data) > MAX_BYTES:
            raise _too_large(name)
    return found


def _read_commit(repository: Repository, commit: str) -> dict[str, bytes]:
    entries = {entry.path: entry for entry in repository.top_entries(commit)}
    _refuse_others(entries)
    wanted = {name: entries[name] for name in NAMES if name in entries}
    for name, entry in wanted.items():
        if not entry.mode.startswith(REGULAR_FILE):
            raise InputError(f"`{name}` of {commit[:12]} is no plain file.", "Replace it by a plain file.")
    blobs = repository.read_blobs([entry.blob for entry in wanted.values()], MAX_BYTES)
    for name, entry in wanted.items():
        if entry.blob not in blobs:
            raise _too_large(name)
    return {name: blobs[entry.blob] for name, entry in wanted.items()}


def _refuse_others(names: "Mapping[str, object] | list[str]") -> None:
    """Raise `InputError` for a name that people take for that of the file: it would do nothing."""
    for name in names:
        if name != OWN_FILE and name.casefold() in _LIKE_IT:
            raise InputError(f"`{name}` is not read.", f"Rename it to `{OWN_FILE}`.")


def _too_large(name: str) -> InputError:
    return InputError(f"`{name}` has more than {MAX_BYTES} bytes.", "Shorten it; a few lines are usual.")


def _text(data: bytes | None) -> bytes | None:
    """The bytes without what a checkout may make of the ends of lines."""
    return data if data is None else data.replace(b"\r\n", b"\n")
