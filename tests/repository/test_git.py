"""git is run so that a hostile checkout can't make it run anything, and its failures are told."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.model import ComparisonRequest
from panther_ci.repository.comparison import compare
from panther_ci.repository.git import Repository, find_root


def script(folder: Path, name: str) -> tuple[Path, Path]:
    """A program that leaves a trace when it is run, and the trace."""
    trace = folder / "trace"
    program = folder / name
    program.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    program.chmod(0o755)
    return program, trace


def test_nothing_that_attributes_or_configuration_name_is_run(clone: Any, tmp_path: Path) -> None:
    program, trace = script(tmp_path, "evil")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(program, hooks / hook)
    for name in ("diff.evil.command", "diff.evil.textconv", "diff.external", "core.fsmonitor", "core.pager"):
        clone.git("config", name, str(program))
    for name in ("filter.evil.clean", "filter.evil.smudge", "filter.evil.process"):
        clone.git("config", name, str(program))
    clone.git("config", "filter.evil.required", "true")
    clone.git("config", "core.hooksPath", str(hooks))
    base = clone.git("rev-parse", "HEAD")
    clone.put(".gitattributes", "* diff=evil filter=evil\n")
    clone.put("a.yml", "a: 2\n" * 9)
    clone.put("new.yml", "n: 1\n")
    trace.unlink(missing_ok=True)
    found = compare(clone.repository, ComparisonRequest(base=base))
    assert [change.path for change in found.changes] == [".gitattributes", "a.yml", "new.yml"]
    assert not trace.exists()


def test_repository_inside_the_checkout_is_not_taken_for_the_checkout(clone: Any, tmp_path: Path) -> None:
    program, trace = script(tmp_path, "evil")
    inner = clone.root / "rules"
    inner.mkdir()
    clone.git("init", "--quiet", "--bare", "rules")
    clone.git("--git-dir=rules", "config", "core.fsmonitor", str(program))
    assert find_root(inner) == clone.root
    with pytest.raises(RepositoryError, match="bare"):
        Repository(inner, clone.repository.environ).resolve("HEAD")
    assert not trace.exists()


def test_planted_git_is_not_found_through_a_relative_path(clone: Any) -> None:
    program, trace = script(clone.root, "git")
    planted = Repository(clone.root, {"PATH": f".::{program.parent.name}:/usr/bin:/bin"})
    assert planted.resolve("HEAD")
    assert not trace.exists()


def test_no_variable_but_the_needed_ones_reaches_git(clone: Any, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    program.chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "HOME": "/root",
        "AWS_SECRET_ACCESS_KEY": "secret-1",
        "INPUT_GITHUB-TOKEN": "secret-2",
        "GIT_SSH_COMMAND": "secret-3",
        "GIT_EXTERNAL_DIFF": "secret-4",
        "GIT_DIR": "secret-5",
    }
    with pytest.raises(RepositoryError, match="gave 0 answers for 1"):
        Repository(clone.root, environ).resolve("HEAD")
    seen = (tmp_path / "seen").read_text()
    assert "HOME=/root" in seen
    assert "secret-" not in seen


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_repository_of_another_user_is_read_only_when_it_is_trusted(clone: Any) -> None:
    head = clone.git("rev-parse", "HEAD")
    for place in (clone.root, clone.root / ".git"):
        os.chown(place, 65534, 65534)
    with pytest.raises(RepositoryError, match="dubious ownership") as caught:
        clone.repository.resolve("HEAD")
    assert "safe.directory" in caught.value.hint
    trusted = Repository(clone.root, clone.repository.environ, trusted=True)
    assert trusted.resolve("HEAD") == head
    assert compare(trusted, ComparisonRequest(base="HEAD")).changes == ()


def test_an_older_commit_can_be_cloned_and_written_out(clone: Any, tmp_path: Path) -> None:
    base = clone.commit(a="a: 1\n", b="b: 1\n")
    clone.commit(a="a: 2\n")
    copy = clone.repository.clone_at(base, tmp_path / "copy")
    assert (copy.root / "a.yml").read_text() == "a: 1\n"
    (tmp_path / "written").mkdir()
    clone.repository.check_out(base, "a.yml".__eq__, tmp_path / "written")
    assert {path.name for path in (tmp_path / "written").iterdir()} == {"a.yml", ".git-index"}


def test_no_ref_shows_another_commit_in_the_place_of_the_base(clone: Any) -> None:
    base = clone.commit(a="a: 1\n")
    head = clone.commit(a="a: 2\n")
    clone.git("replace", base, head)
    found = compare(clone.repository, ComparisonRequest(base=base))
    assert [change.path for change in found.changes] == ["a.yml"]
    assert found.base_files == {"a.yml": b"a: 1\n"}


def test_missing_git_is_told(clone: Any, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="git is not installed") as caught:
        Repository(clone.root, {"PATH": str(tmp_path / "nothing")}).resolve("HEAD")
    assert caught.value.hint == "Install git, or judge everything with `panther-ci test`."


def test_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="is not a git repository"):
        compare(Repository(tmp_path), ComparisonRequest())


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="is not a folder"):
        Repository(tmp_path / "missing").resolve("HEAD")


def test_corrupt_objects_are_told(clone: Any) -> None:
    blob = clone.git("rev-parse", "HEAD:a.yml")
    stored = clone.root / ".git/objects" / blob[:2] / blob[2:]
    clone.commit(a="a: 2\n")
    stored.chmod(0o644)
    stored.write_bytes(b"not zlib")
    with pytest.raises(RepositoryError) as caught:
        compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert "git fsck" in caught.value.hint


def test_missing_objects_are_told(clone: Any) -> None:
    blob = clone.git("rev-parse", "HEAD:a.yml")
    clone.commit(a="a: 2\n")
    (clone.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(RepositoryError) as caught:
        compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert "git fsck" in caught.value.hint


def test_corrupt_index_is_told(clone: Any) -> None:
    (clone.root / ".git/index").write_bytes(b"nonsense")
    with pytest.raises(RepositoryError) as caught:
        compare(clone.repository, ComparisonRequest(base="HEAD"))
    assert "git status" in caught.value.hint


def test_slow_git_is_ended_with_its_children(clone: Any, tmp_path: Path) -> None:
    program = tmp_path / "git"
    held = tmp_path / "held"
    os.mkfifo(held)
    program.write_text(f"#!/bin/sh\nexec 3> {held}\nsleep 60\n")
    program.chmod(0o755)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    slow = Repository(clone.root, {"PATH": f"{tmp_path}:/usr/bin:/bin"}, seconds=0.2)
    with pytest.raises(RepositoryError, match=r"git cat-file took longer than 0\.2 s"):
        slow.resolve("HEAD")
    os.set_blocking(reader, True)
    begun = time.monotonic()
    assert os.read(reader, 1) == b""  # once no process holds the other end
    assert time.monotonic() - begun < 30
    os.close(reader)


def test_worktree_of_a_clone_is_a_repository(clone: Any, tmp_path: Path) -> None:
    clone.git("worktree", "add", "--quiet", str(tmp_path / "other"))
    other = type(clone)(tmp_path / "other")
    other.commit(c="c: 1\n")
    assert [change.path for change in compare(other.repository, ComparisonRequest()).changes] == ["c.yml"]


def test_large_blobs_are_left_out(clone: Any) -> None:
    blob = clone.git("rev-parse", "HEAD:a.yml")
    assert clone.repository.read_blobs([blob], 54) == {blob: b"a: 1\n" * 9}
    assert clone.repository.read_blobs([blob], 44) == {}


def test_many_blobs_do_not_block_the_pipes(clone: Any) -> None:
    for number in range(600):
        clone.put(f"many/{number}.yml", f"n: {number}\n" * 2000)
    clone.commit()
    blobs = [entry.blob for entry in clone.repository.staged()]
    assert len(clone.repository.read_blobs(blobs, 10**6)) == len(blobs) == 602


def test_sides_are_told_apart(clone: Any) -> None:
    clone.write(a="a: 2\n")
    head = clone.git("rev-parse", "HEAD")
    assert clone.repository.diff(head, head) == ()
    assert clone.repository.diff(head, staged=True) == ()
    assert [change.path for change in clone.repository.diff(head)] == ["a.yml"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_files_that_a_commit_does_not_hold_as_they_are_now_are_named(
    algorithm: str, clone_type: Any, tmp_path: Path
) -> None:
    clone = clone_type(tmp_path)
    clone.git("init", "--quiet", f"--object-format={algorithm}")
    commit = clone.commit(same="é\n", other="a: 1\n")
    files = {"same.yml": "é\n".encode(), "other.yml": b"a: 2\n", "new/ü.yml": b""}
    assert clone.repository.differing(commit, files) == ("new/ü.yml", "other.yml")


def test_commits_are_looked_up_together_with_their_parents(clone: Any) -> None:
    first, second = clone.git("rev-parse", "HEAD"), clone.commit(c="c: 1\n")
    clone.git("tag", "--annotate", "--message", "one", "v1")
    names = ("HEAD", "refs/tags/v1", "HEAD^1", first, "refs/heads/missing", "HEAD:a.yml", "f" * 40, "a b")
    found = clone.repository.look_up(*names)
    assert [commit.id for commit in found] == [second, second, first, first, "", "", "", ""]
    assert found[0].parents == (first,)
    assert clone.repository.resolve("HEAD\nHEAD") == ""


def test_what_a_name_stands_for_is_asked_again(clone: Any) -> None:
    before = clone.repository.resolve("HEAD")
    after = clone.commit(c="c: 1\n")
    assert (clone.repository.resolve("HEAD"), clone.repository.parents("HEAD")) == (after, (before,))


def test_the_parent_of_a_commit_is_where_they_part(clone: Any) -> None:
    before, after = clone.git("rev-parse", "HEAD"), clone.commit(c="c: 1\n")
    program = Repository(clone.root, clone.repository.environ)
    assert program.merge_base(before, after) == program.merge_base(after, before) == before
    assert program.merge_base(after, after) == after
