"""Report files are written whole, and never through a link of the content."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.safe_files import write_file


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    assert write_file(tmp_path, "a/b.xml", b"text").read_bytes() == b"text"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_writes_belongs_to_the_owner_of_the_workspace(tmp_path: Path) -> None:
    os.chown(tmp_path, 1001, 1002)
    written = write_file(tmp_path, "deployed/today/pack.zip", b"text")
    owners = {(place.stat().st_uid, place.stat().st_gid) for place in (written, *written.parents[:2])}
    assert owners == {(1001, 1002)}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with another user and group, to which everybody gets."""
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 1001, 1002)
        yield Path(folder)


@pytest.fixture
def another_user(open_folder: Path) -> Iterator[None]:
    """This process is that user, who is in both groups."""
    group, groups = os.getegid(), os.getgroups()
    os.setgroups([1001, 1002])
    os.setegid(1001)
    os.seteuid(1001)
    yield
    os.seteuid(0)
    os.setegid(group)
    os.setgroups(groups)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
@pytest.mark.usefixtures("another_user")
def test_what_another_user_writes_has_the_group_of_that_user(open_folder: Path) -> None:
    assert write_file(open_folder, "new/a.xml", b"").stat().st_gid == 1001
    assert (open_folder / "new").stat().st_gid == 1001


def test_a_link_in_its_place_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"kept")
    (tmp_path / "report.xml").symlink_to(target)
    write_file(tmp_path, "report.xml", b"new")
    assert (target.read_bytes(), (tmp_path / "report.xml").read_bytes()) == (b"kept", b"new")


def test_a_folder_that_links_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "out").symlink_to(tmp_path)
    with pytest.raises(InputError, match="out of the workspace"):
        write_file(workspace, "out/report.xml", b"text")
    assert not (tmp_path / "report.xml").exists()


@pytest.mark.parametrize("place", ["", "rules"])
@pytest.mark.parametrize("target", [".git/hooks", "..", ".git"])
def test_no_link_leads_from_any_folder_of_a_repository_to_files_of_git_or_out(
    tmp_path: Path, place: str, target: str
) -> None:
    root = tmp_path / "repository"
    for folder in (".git/hooks", "rules"):
        (root / folder).mkdir(parents=True)
    (root / "link").symlink_to(target)
    with pytest.raises(InputError, match="by a link"):
        write_file(root / place, os.path.relpath("link/pre-commit", place or "."), b"text")
    assert [*tmp_path.rglob("pre-commit")] == []


def test_a_folder_that_is_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match="loop"):
        write_file(tmp_path, "loop/report.xml", b"text")


def test_a_link_among_missing_folders_is_refused_too(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "out").symlink_to(tmp_path)
    with pytest.raises(InputError, match="out of the workspace"):
        write_file(workspace, "out/new/report.xml", b"text")
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]


def test_a_folder_in_its_place_is_told_and_nothing_left(tmp_path: Path) -> None:
    (tmp_path / "report.xml").mkdir()
    with pytest.raises(InputError, match=r"report\.xml can't be written"):
        write_file(tmp_path, "report.xml", b"text")
    assert [each.name for each in tmp_path.iterdir()] == ["report.xml"]


def test_a_signal_in_the_midst_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from panther_ci.safe_files import write_file\n"
        "from panther_ci.errors import Interrupted\n"
        "def stop(*_):\n    raise Interrupted('SIGXFSZ')\n"
        "signal.signal(signal.SIGXFSZ, stop)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "write_file(Path(sys.argv[1]), 'pack.zip', b'x' * 100_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert "Interrupted: SIGXFSZ" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["fifo", "link"])
def test_elsewhere_only_plain_files_are_replaced(tmp_path: Path, kind: str) -> None:
    workspace, other = tmp_path / "workspace", tmp_path / "other"
    workspace.mkdir()
    os.mkfifo(other) if kind == "fifo" else other.symlink_to("/dev/null")
    with pytest.raises(InputError, match="is no plain file"):
        write_file(workspace, str(other), b"text")
    assert other.is_fifo() or other.is_symlink()


def test_elsewhere_plain_files_are_made_and_replaced(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    for text in (b"one", b"two"):
        assert write_file(tmp_path / "workspace", str(tmp_path / "other"), text).read_bytes() == text


def test_it_is_begun_beside_its_place_and_may_be_read_by_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert write_file(tmp_path, "a.xml", b"").stat().st_mode & 0o777 == 0o644


def test_a_user_may_name_a_folder_of_git(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert write_file(tmp_path, ".git/ours/a.xml", b"x").read_bytes() == b"x"


@pytest.mark.parametrize("name", [".GIT", ".git", "rules/.Git"])
def test_a_folder_of_git_in_any_case_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name / "hooks").mkdir(parents=True)
    (tmp_path / "link").symlink_to(f"{name}/hooks")
    with pytest.raises(InputError, match="to git's own files") as caught:
        write_file(tmp_path, "link/a.xml", b"x")
    assert caught.value.hint == "Name another folder."


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"^file/a\.xml can't be written: File exists\.$") as caught:
        write_file(tmp_path, "file/a.xml", b"x")
    assert caught.value.hint == "Name a folder that can be written."


def test_elsewhere_a_link_to_a_plain_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "other").symlink_to("file")
    with pytest.raises(InputError, match="is no plain file"):
        write_file(tmp_path / "workspace", str(tmp_path / "other"), b"text")
    assert (tmp_path / "other").is_symlink() and (tmp_path / "file").read_text() == "kept"


def test_no_link_leads_from_a_repository_to_the_one_around_it(tmp_path: Path) -> None:
    for folder in (".git", "rules", "inner/.git"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "inner/link").symlink_to("../rules")
    with pytest.raises(InputError, match="out of the workspace"):
        write_file(tmp_path / "inner", "link/a.xml", b"text")
