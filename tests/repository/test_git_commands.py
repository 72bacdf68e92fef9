"""What git is told and asked, and what its answers become."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.repository.git import Repository, find_root

ODD_NAMES = ('q"uote.yml', "back\\slash.yml", "two\nlines.yml", "ü b.yml")


def pretend(folder: Path, script: str) -> dict[str, str]:
    """An environment whose `git` is this shell script."""
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def show_environment(clone: Any, folder: Path, **variables: str) -> dict[str, str]:
    """The variables that git would get."""
    environ = pretend(folder, f"env -0 > {folder}/seen")
    assert Repository(clone.root, {**environ, **variables}).is_ancestor("a", "b")
    return dict(each.split("=", 1) for each in (folder / "seen").read_text().split("\0") if each)


def test_what_git_ssh_and_tls_need_reaches_them(clone: Any, tmp_path: Path) -> None:
    names = ["HOME", "XDG_CONFIG_HOME", "TMPDIR", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR"]
    names += ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]
    needed = {name: f"/of/{name}" for name in (*names, "GIT_INDEX_FILE")}
    seen = show_environment(clone, tmp_path, **needed)
    assert {name: seen.get(name) for name in needed} == needed


def test_git_speaks_english_asks_nobody_and_starts_nothing(clone: Any, tmp_path: Path) -> None:
    seen = show_environment(clone, tmp_path)
    count = int(seen["GIT_CONFIG_COUNT"])
    config = {seen[f"GIT_CONFIG_KEY_{at}"]: seen[f"GIT_CONFIG_VALUE_{at}"] for at in range(count)}
    assert (seen["LC_ALL"], seen["GIT_TERMINAL_PROMPT"], seen["GIT_OPTIONAL_LOCKS"]) == ("C", "0", "0")
    assert {name for name, value in config.items() if value in ("0", "false")} == {
        "core.fsmonitor",
        "gc.auto",
        "maintenance.auto",
        "fetch.recurseSubmodules",
    }
    assert {name for name, value in config.items() if value == "/dev/null"} == {
        "core.hooksPath",
        "core.attributesFile",
    }


def test_no_transport_runs_a_program_of_the_configuration(clone: Any, tmp_path: Path) -> None:
    clone.git("remote", "add", "origin", f"ext::sh -c touch% {tmp_path}/trace")
    clone.git("config", "protocol.ext.allow", "always")
    assert "'ext' not allowed" in clone.repository.fetch("origin", "HEAD")
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    ("errors", "told", "hint"),
    [
        ("fatal: detected dubious ownership in repository", "", "safe.directory"),
        ("fatal: not a git repository: .git", "", "panther-ci test"),
        ("error: packed object 1 is corrupt", "", "git fsck"),
        ("fatal: bad object HEAD", "", "git fsck"),
        ("fatal: bad tree object 1", "", "git fsck"),
        ("fatal: unable to read tree 1", "", "git fsck"),
        ("error: garbage at end of loose object '1'", "", "git fsck"),
        ("error: bad signature\nfatal: index file corrupt", "error: bad signature", "git status"),
        ("warning: odd\n\n  fatal: the cause\nfatal: what follows", "fatal: the cause", ""),
        ("one\ntwo", "one", ""),
        (f"error: {'x' * 300}", f"error: {'x' * 293}", ""),
        ("", "exit code 3", ""),
    ],
)
def test_a_failure_is_told_with_its_cause_and_the_next_step(
    clone: Any, tmp_path: Path, errors: str, told: str, hint: str
) -> None:
    (tmp_path / "errors").write_text(errors)
    environ = pretend(tmp_path, f"cat {tmp_path}/errors >&2; exit 3")
    with pytest.raises(RepositoryError) as caught:
        Repository(clone.root, environ).untracked()
    assert caught.value.message == f"git ls-files failed: {told or errors}"
    assert hint in caught.value.hint and bool(hint) == bool(caught.value.hint)
    assert "{" not in caught.value.hint


def test_a_fetch_brings_what_is_asked_for_and_nothing_else(clone: Any, clone_of: Any) -> None:
    copy = clone_of(clone, "HEAD")
    commit = clone.commit(c="c: 1\n")
    clone.git("tag", "v1")
    (copy.root / ".git/FETCH_HEAD").unlink(missing_ok=True)
    assert copy.repository.fetch("origin", commit) == ""
    assert (copy.repository.resolve(commit), copy.repository.resolve("refs/tags/v1")) == (commit, "")
    assert not (copy.root / ".git/FETCH_HEAD").exists()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo fatal: no >&2; exit 1", "fatal: no"),
        ("exit 1", "git gave no reason"),
        ("echo warning: odd >&2", ""),
        ("sleep 0.5", ""),  # a fetch may take longer than git otherwise
    ],
)
def test_why_a_fetch_failed_is_told(clone: Any, tmp_path: Path, script: str, told: str) -> None:
    assert Repository(clone.root, pretend(tmp_path, script), seconds=0.1).fetch("HEAD") == told


def test_a_fetch_without_git_is_told_too(clone: Any, tmp_path: Path) -> None:
    assert Repository(clone.root, {"PATH": str(tmp_path / "no")}).fetch("x") == "git is not installed."


def test_histories_with_nothing_in_common_have_no_merge_base(clone: Any) -> None:
    first = clone.git("rev-parse", "HEAD")
    clone.git("checkout", "--quiet", "--orphan", "other")
    other = clone.commit()
    assert clone.repository.merge_base(first, other) == ""
    assert not clone.repository.is_ancestor(first, other)
    assert not clone.repository.is_ancestor("f" * 40, other)
    assert clone.repository.is_ancestor(other, other)
    with pytest.raises(RepositoryError, match="merge-base failed"):
        clone.repository.merge_base(first, "f" * 40)


def test_only_a_clone_without_all_of_the_history_is_shallow(clone: Any, clone_of: Any) -> None:
    clone.commit(c="c: 1\n")
    assert clone_of(clone, "HEAD", depth=1).repository.is_shallow()
    assert not clone.repository.is_shallow()


def test_only_the_root_of_a_work_tree_is_a_root(clone: Any) -> None:
    clone.write(rules__r="r: 1\n")
    clone.repository.require_root()
    with pytest.raises(RepositoryError, match="is inside of the git repository") as caught:
        Repository(clone.root / "rules", clone.repository.environ).require_root()
    assert caught.value.hint == "Name that folder."


def test_paths_begin_at_the_root_of_the_repository_wherever_git_is_run(clone: Any) -> None:
    commit = clone.commit(rules__r="r: 1\n", rules__left="l: 1\n")
    clone.git("update-index", "--skip-worktree", "rules/left.yml")
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},rules/shared")
    clone.write(z="z: 1\n", rules__new="n: 1\n")
    clone.git("init", "--quiet", "rules/inner")
    type(clone)(clone.root / "rules/inner").commit(i="i: 1\n")
    inner = Repository(clone.root / "rules", clone.repository.environ)
    assert inner.untracked() == ("rules/inner", "rules/new.yml", "z.yml")
    assert inner.left_out() == ("rules/left.yml",)
    assert inner.submodules() == ("rules/shared",)
    assert [entry.path for entry in inner.staged()] == ["rules/left.yml", "rules/r.yml", "rules/shared"]
    assert [*inner.tree(commit)] == ["a.yml", "b.yml", "rules/left.yml", "rules/r.yml"]
    assert [entry.path for entry in inner.top_entries(commit)] == ["a.yml", "b.yml", "rules"]


def test_files_that_are_ignored_are_not_untracked(clone: Any) -> None:
    clone.put(".git/info/exclude", "*.log\n")
    clone.put("x.log", "")
    clone.put("y.txt", "")
    assert clone.repository.untracked() == ("y.txt",)


def test_what_is_changed_in_a_submodule_and_not_committed_is_no_change(clone: Any) -> None:
    clone.git("init", "--quiet", "shared")
    inner = type(clone)(clone.root / "shared")
    inner.commit(i="i: 1\n")
    head = clone.commit()
    inner.write(i="i: 2\n", new="n: 1\n")
    assert clone.repository.diff(head) == ()
    inner.commit()
    assert [change.path for change in clone.repository.diff(head)] == ["shared"]


def test_a_submodule_in_conflict_is_one(clone: Any) -> None:
    stages = "".join(f"160000 {str(stage) * 40} {stage}\trules/shared\n" for stage in (1, 2, 3))
    command = ["git", "update-index", "--index-info"]
    subprocess.run(command, cwd=clone.root, input=stages, text=True, check=True)
    assert clone.repository.submodules() == ("rules/shared",)


def test_files_have_the_ids_that_a_commit_gives_them(clone: Any) -> None:
    for name in ODD_NAMES:
        clone.put(name, name)
    entries = clone.repository.tree(clone.commit())
    assert clone.repository.hash_files(ODD_NAMES) == tuple(entries[name] for name in ODD_NAMES)
    assert clone.repository.hash_files(()) == ()


def test_files_that_a_filter_writes_are_known_by_its_name(clone: Any) -> None:
    clone.put(".gitattributes", "*.yml filter=big.files\nb.yml -filter\n")
    assert clone.repository.filters() == frozenset()
    clone.git("config", "filter.big.files.smudge", "false")
    clone.git("config", "filter.other.required", "true")
    assert clone.repository.filters() == {"big.files", "other"}
    names = ("a.yml", "b.yml", "c.txt", *ODD_NAMES)
    assert clone.repository.filtered(names, clone.repository.filters()) == {"a.yml", *ODD_NAMES}
    assert clone.repository.filtered(names, frozenset({"none"})) == frozenset()


def test_a_commit_is_written_without_filters_and_whatever_is_sparse(clone: Any, tmp_path: Path) -> None:
    clone.put(".gitattributes", "*.yml filter=evil\n")
    commit = clone.commit()
    clone.git("sparse-checkout", "set", "--no-cone", "/b.yml")
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text(f'[filter "evil"]\nsmudge = touch {tmp_path}/trace\n')
    repository = Repository(clone.root, {**clone.repository.environ, "HOME": str(tmp_path / "home")})
    (tmp_path / "written").mkdir()
    index = (clone.root / ".git/index").read_bytes()
    repository.check_out(commit, lambda path: True, tmp_path / "written")
    copy = repository.clone_at(commit, tmp_path / "copy")
    for folder in (tmp_path / "written", copy.root):
        assert (folder / "a.yml").read_text() == "a: 1\n" * 9
    assert (copy.root / ".git/objects/info/alternates").exists()
    assert not (tmp_path / "trace").exists()
    assert (clone.root / ".git/index").read_bytes() == index


def test_only_blobs_have_contents(clone: Any) -> None:
    commit = clone.git("rev-parse", "HEAD")
    for name in (commit, "f" * 40):
        with pytest.raises(RepositoryError, match=f"git has no content for object {name}") as caught:
            clone.repository.read_blobs([name], 100)
        assert "git fsck" in caught.value.hint
    assert clone.repository.read_blobs([], 100) == {}


def test_a_blob_is_read_once_and_up_to_its_limit(clone: Any) -> None:
    blob = clone.git("rev-parse", "HEAD:a.yml")
    for limit, found in ((45, {blob: b"a: 1\n" * 9}), (44, {})):
        assert clone.repository.read_blobs([blob, blob], limit) == found


def test_the_root_is_the_nearest_folder_that_is_a_repository(clone: Any) -> None:
    (clone.root / "rules/aws/.git").mkdir(parents=True)
    (clone.root.parent / "link").symlink_to(clone.root / "rules")
    assert find_root(clone.root.parent / "link") == clone.root
    assert find_root(clone.root / "rules/aws") == clone.root / "rules/aws"
    assert find_root(clone.root.parent) is None
