"""The only module that runs git, so that nothing in a checkout can make git run a program.

A pull request brings file names, links, submodules and `.gitattributes`; the configuration and the
hooks of the clone come from whoever made the checkout.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from panther_ci.errors import RepositoryError
from panther_ci.repository.children import Answer, run_child
from panther_ci.repository.records import (
    SUBMODULE,
    Commit,
    IndexEntry,
    RawChange,
    parse_batch,
    parse_commits,
    parse_index,
    parse_raw_diff,
    parse_tree,
)

FETCH_SECONDS = 180

# What git itself, ssh and TLS need. Nothing else of the environment reaches a child process.
KEPT_VARIABLES = (
    *("HOME", "XDG_CONFIG_HOME", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    # Set by git for a pre-commit hook: the index of the commit being made.
    "GIT_INDEX_FILE",
)
SAFE_VARIABLES = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # A ref below refs/replace would show another commit in the place of the base.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "LC_ALL": "C",
}
SAFE_CONFIG = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    # A folder of the checkout may look like a bare repository with its own configuration.
    "safe.bareRepository": "explicit",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.recurseSubmodules": "false",
}
_REMOTE_HEAD = re.compile(r"refs/remotes/.+/HEAD")
RAW_DIFF = ("--raw", "-z", "--no-abbrev", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
HINTS = {
    "dubious ownership": "Run as the owner of `{root}`, or add it to git's safe.directory.",
    "not a git repository": "Run inside a git repository, or judge everything with `panther-ci test`.",
    "index file": "Run `git status` in the repository; it names what is wrong with the index.",
    "corrupt": "Run `git fsck` in the repository, and fetch what it names.",
    "bad object": "Run `git fsck` in the repository, and fetch what it names.",
    "bad tree": "Run `git fsck` in the repository, and fetch what it names.",
    "unable to read": "Run `git fsck` in the repository, and fetch what it names.",
    "loose object": "Run `git fsck` in the repository, and fetch what it names.",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository on disk, asked questions in child processes with a scrubbed environment.

    `environ` is where PATH, HOME, proxies and certificates are taken from. With `trusted`, the
    repository may belong to another user, as a workspace mounted into a container does; without,
    git refuses it. `seconds` is how long git may take, fetching aside; `variables` are added to the
    environment of git. Every method raises
    `RepositoryError` when git is missing or fails.
    """

    root: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False
    seconds: float = 60
    variables: Mapping[str, str] = field(default_factory=dict)
    _commits: dict[str, Commit] = field(default_factory=dict, init=False, repr=False, compare=False)

    def require_root(self) -> None:
        """Raise `RepositoryError` unless the work tree begins at `root`, where git's paths begin."""
        found = find_root(self.root)
        if found is None:
            raise RepositoryError(f"`{self.root}` is not a git repository.", HINTS["not a git repository"])
        if found != self.root.resolve():
            raise RepositoryError(
                f"`{self.root}` is inside of the git repository `{found}`.", "Name that folder."
            )

    def resolve(self, name: str) -> str:
        """The id of the commit that an id, `HEAD` or a whole ref stands for; empty when there is none here.

        For names that are shorter, see `names.find_commit`.
        """
        return self._commit(name).id

    def look_up(self, *names: str) -> tuple[Commit, ...]:
        """The commits that ids, `HEAD` and the like, or whole refs stand for, by one process."""
        request = "".join(f"{name}^{{commit}}\n" for name in names).encode("utf-8", "surrogateescape")
        found = tuple(parse_commits(self._run(("cat-file", "--batch"), request).output))
        if len(found) != len(names):
            raise RepositoryError(f"git gave {len(found)} answers for {len(names)} commits.")
        self._commits.update((commit.id, commit) for commit in found if commit.id)
        return found

    def refs(self, *names: str) -> tuple[str, ...]:
        """Which of these whole names of refs exist, in the order given.

        The `HEAD` of a remote only counts where it points to a branch: otherwise it is a branch of that name.
        """
        listed = self._text("for-each-ref", "--format=%(refname) %(symref)", *names).splitlines()
        targets = dict(line.split(" ", 1) for line in listed)
        branches = {name for name, target in targets.items() if _REMOTE_HEAD.fullmatch(name) and not target}
        return tuple(name for name in names if name in targets and name not in branches)

    def commits_beginning(self, digits: str) -> tuple[str, ...]:
        """The ids of all commits and annotated tags that begin with these digits, of which git wants four."""
        objects = self._text("rev-parse", f"--disambiguate={digits}")
        listed = self._run(("cat-file", "--batch-check"), objects.encode()).text.splitlines()
        typed = (line.split(" ") for line in listed)
        return tuple(parts[0] for parts in typed if parts[1] in ("commit", "tag"))

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents a commit names, even those a shallow clone doesn't have."""
        return self._commit(commit).parents

    def merge_base(self, one: str, other: str) -> str:
        """A newest common ancestor of two commits; empty when none is known here."""
        if one == other or one in self.parents(other):
            return one
        command = ("merge-base", one, other)
        found = self._run(command, accepted=(0, 1))
        return found.text.strip()

    def is_ancestor(self, commit: str, head: str) -> bool:
        """Whether the history of `head`, as far as it is known here, contains a commit."""
        return self._run(("merge-base", "--is-ancestor", commit, head), accepted=None).code == 0

    def is_shallow(self) -> bool:
        """Whether this clone lacks parts of the history."""
        return self._text("rev-parse", "--is-shallow-repository").strip() == "true"

    def fetch(self, *what: str) -> str:
        """Fetch commits or refspecs from `origin`; returns why that failed, empty when it didn't."""
        command = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", *what)
        try:
            done = self._run(command, accepted=None, seconds=FETCH_SECONDS)
        except RepositoryError as error:
            return error.message
        return _last_line(done.errors) or "git gave no reason" if done.code else ""

    def diff(self, base: str, staged: bool = False) -> tuple[RawChange, ...]:
        """What differs between a commit and the work tree, or the index where `staged` is set."""
        if staged:
            return parse_raw_diff(self._text("diff", "--cached", *RAW_DIFF, base, "--"))
        return parse_raw_diff(self._text("diff", *RAW_DIFF, base, "--", config=self._disarmed_filters()))

    def untracked(self) -> tuple[str, ...]:
        """Paths of files that are neither tracked nor ignored; a clone inside is one path."""
        listed = self._text("ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", ":/")
        return tuple(sorted(path.rstrip("/") for path in listed.split("\0") if path))

    def left_out(self) -> tuple[str, ...]:
        """The paths that a sparse checkout does not write."""
        listed = self._text("ls-files", "-z", "-t", "--full-name").split("\0")
        return tuple(record.removeprefix("S ") for record in listed if record.startswith("S "))

    def staged(self) -> tuple[IndexEntry, ...]:
        """The entries of the index, in order of their paths."""
        return parse_index(self._text("ls-files", "-z", "--stage", "--full-name"))

    def submodules(self) -> tuple[str, ...]:
        """The paths where the index has a commit of another repository; a conflict counts as one too."""
        listed = self._text("ls-files", "-z", "--stage", "--full-name").split("\0")
        found = (record.partition("\t")[2] for record in listed if record.startswith(SUBMODULE))
        return tuple(dict.fromkeys(found))

    def tree(self, commit: str) -> Mapping[str, str]:
        """The ids of the files in a commit by path, and of the commits of its submodules."""
        return {entry.path: entry.blob for entry in self.entries(commit)}

    def entries(self, commit: str) -> tuple[IndexEntry, ...]:
        """The files in a commit, and its submodules, in order of their paths."""
        return parse_tree(self._text("ls-tree", "-r", "-z", "--full-tree", commit))

    def top_entries(self, commit: str) -> tuple[IndexEntry, ...]:
        """What is at the root of a commit: files, folders, links and submodules."""
        return parse_tree(self._text("ls-tree", "-z", "--full-tree", commit))

    def differing(self, commit: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Paths of the files whose bytes differ from those in a commit."""
        blobs = self.tree(commit)
        name = blob_namer(blobs)
        return tuple(path for path in sorted(files) if blobs.get(path) != name(files[path]))

    def hash_files(self, paths: Sequence[str]) -> tuple[str, ...]:
        """The ids that files of the work tree would have in a commit, but for the work of filters."""
        if not paths:
            return ()
        request = "".join(f"{_quote(path)}\n" for path in paths)
        config = self._disarmed_filters()
        answer = self._run(("hash-object", "--stdin-paths"), request.encode(), config=config)
        return tuple(answer.text.split())

    def filters(self) -> frozenset[str]:
        """The names of the filters in the configuration, such as `lfs`."""
        return frozenset(name.removeprefix("filter.").rpartition(".")[0] for name in self._disarmed_filters())

    def filtered(self, paths: Iterable[str], drivers: frozenset[str]) -> frozenset[str]:
        """Those of these files that one of these filters writes to disk."""
        if not drivers:
            return frozenset()
        request = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        fields = self._run(("check-attr", "-z", "--stdin", "filter"), request).text.split("\0")[:-1]
        return frozenset(
            path for path, value in zip(fields[::3], fields[2::3], strict=True) if value in drivers
        )

    def check_out(self, commit: str, wanted: Callable[[str], bool], folder: Path) -> None:
        """Write the files of a commit whose paths are wanted to an empty folder, as a checkout would."""
        paths = "".join(f"{path}\0" for path in self.tree(commit) if wanted(path))
        place = {
            "GIT_DIR": self._text("rev-parse", "--absolute-git-dir").strip(),
            "GIT_WORK_TREE": str(folder),
            "GIT_INDEX_FILE": str(folder / ".git-index"),
        }
        away = replace(self, root=folder, variables=place)
        config = self._disarmed_filters()
        away._run(("read-tree", commit), config=config)
        request = paths.encode("utf-8", "surrogateescape")
        away._run(("checkout-index", "-z", "--stdin"), request, config=config)

    def clone_at(self, commit: str, folder: Path) -> "Repository":
        """A new clone with a commit checked out; it shares the objects of this one, which stays as it is."""
        config = self._disarmed_filters()
        self._run(("clone", "--quiet", "--shared", "--no-checkout", "--", str(self.root), str(folder)))
        clone = replace(self, root=folder)
        clone._run(("checkout", "--quiet", "--detach", commit), config=config)
        return clone

    def read_blobs(self, blobs: Iterable[str], max_bytes: int) -> Mapping[str, bytes]:
        """The contents of blobs by id, in one process; blobs of more than `max_bytes` are skipped."""
        wanted = sorted(set(blobs))
        if not wanted:
            return {}
        request = "".join(f"{blob}\n" for blob in wanted).encode()
        sizes = self._run(("cat-file", "--batch-check"), request).text.splitlines()
        small = [
            blob for blob, line in zip(wanted, sizes, strict=True) if _blob_size(blob, line) <= max_bytes
        ]
        request = "".join(f"{blob}\n" for blob in small).encode()
        return parse_batch(self._run(("cat-file", "--batch"), request).output) if small else {}

    def _commit(self, name: str) -> Commit:
        """A commit; only what a whole id stands for never changes."""
        if "\n" in name:
            return Commit()
        return self._commits.get(name) or self.look_up(name)[0]

    def _disarmed_filters(self) -> Mapping[str, str]:
        """Configuration that keeps git from running the filters `.gitattributes` may name."""
        command = (
            "config",
            "-z",
            "--name-only",
            "--get-regexp",
            r"^filter\..*\.(clean|smudge|process|required)$",
        )
        names = self._run(command, accepted=(0, 1)).text.split("\0")
        return {name: "false" if name.endswith(".required") else "" for name in names if name}

    def _text(self, *command: str, config: Mapping[str, str] | None = None) -> str:
        return self._run(command, config=config).text

    def _run(
        self,
        command: Sequence[str],
        request: bytes = b"",
        accepted: tuple[int, ...] | None = (0,),
        seconds: float = 0,
        config: Mapping[str, str] | None = None,
    ) -> Answer:
        environ = self._environment({**SAFE_CONFIG, **(config or {})})
        answer = _run_git(("git", *command), self.root, environ, request, seconds or self.seconds)
        if accepted is not None and answer.code not in accepted:
            raise self._failure(command, answer)
        return answer

    def _environment(self, config: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a child process.

        GIT_CONFIG_COUNT reaches git's own children too and counts as the command line's scope,
        the only one beside the user's files in which git reads `safe.directory`.
        """
        entries = list(config.items())
        if self.trusted:
            entries.append(("safe.directory", str(self.root.resolve())))
        environ = {name: self.environ[name] for name in KEPT_VARIABLES if self.environ.get(name)}
        # A relative entry, or an empty PATH, would find a `git` that the checkout brings along.
        places = self.environ.get("PATH", os.defpath).split(os.pathsep)
        environ["PATH"] = os.pathsep.join(filter(os.path.isabs, places)) or os.defpath
        environ["GIT_CONFIG_COUNT"] = str(len(entries))
        for number, (name, value) in enumerate(entries):
            environ[f"GIT_CONFIG_KEY_{number}"] = name
            environ[f"GIT_CONFIG_VALUE_{number}"] = value
        return {**environ, **SAFE_VARIABLES, **self.variables}

    def _failure(self, command: Sequence[str], answer: Answer) -> RepositoryError:
        reason = _last_line(answer.errors) or f"exit code {answer.code}"
        hint = next((hint for words, hint in HINTS.items() if words in answer.errors), "")
        return RepositoryError(f"git {command[0]} failed: {reason}", hint.format(root=self.root))


def find_root(folder: Path) -> Path | None:
    """The nearest folder at or above `folder` that contains a `.git`; `None` outside of a repository."""
    start = folder.resolve()
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), None)


def _run_git(
    command: Sequence[str], root: Path, environ: Mapping[str, str], request: bytes, seconds: float
) -> Answer:
    import subprocess

    try:
        return run_child(command, root, environ, request, seconds)
    except FileNotFoundError:
        raise _missing(root) from None
    except subprocess.TimeoutExpired:
        raise RepositoryError(f"git {command[1]} took longer than {seconds} s.", "Try again.") from None
    except OSError as error:
        raise RepositoryError(f"git can't be run in `{root}`: {error.strerror}.") from None


def _missing(root: Path) -> RepositoryError:
    if root.is_dir():
        return RepositoryError(
            "git is not installed.", "Install git, or judge everything with `panther-ci test`."
        )
    return RepositoryError(f"`{root}` is not a folder.", "Check out the repository first.")


def blob_namer(known: Mapping[str, str]) -> Callable[[bytes], str]:
    """What gives the id that git has for a file's bytes, by the hash of the ids that are known."""
    import hashlib

    is_long = any(len(each) == 64 for each in islice(known.values(), 1))
    start = hashlib.sha256 if is_long else hashlib.sha1
    return lambda data: start(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _quote(path: str) -> str:
    """A path as git reads it from a line. Format: https://git-scm.com/docs/git-config, core.quotePath"""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _blob_size(blob: str, line: str) -> int:
    parts = line.split(" ")
    if len(parts) != 3 or parts[1] != "blob":
        raise RepositoryError(f"git has no content for object {blob}.", HINTS["bad object"])
    return int(parts[2])


def _last_line(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or [""])[0][:300]
