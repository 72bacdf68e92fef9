"""The repository around the folder to judge, and the folder in it; no link of the content leads there."""

from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.repository.place import Place, find_place


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two folders and a file, beside a plain folder."""
    for folder in ("repository/.git", "repository/rules/aws", "plain/rules"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "repository/README").write_text("")
    return tmp_path / "repository"


@pytest.mark.parametrize(
    ("start", "path", "within"),
    [(".", ".", "."), (".", "rules/aws", "rules/aws"), ("rules", "aws", "rules/aws"), ("rules", "..", ".")],
)
def test_a_folder_of_a_repository_is_a_path_from_its_root(
    root: Path, start: str, path: str, within: str
) -> None:
    assert find_place(root / start, path) == (root, within)


@pytest.mark.parametrize(("path", "place"), [("rules", ("plain", "rules")), ("../other", ("other", "."))])
def test_outside_of_git_the_root_is_where_we_started_or_the_folder(
    root: Path, path: str, place: tuple[str, str]
) -> None:
    (root.parent / "other").mkdir()
    assert find_place(root.parent / "plain", path) == (root.parent / place[0], place[1])


@pytest.mark.parametrize("path", ["missing", "README", "README/x", "loop"])
def test_what_is_no_folder_is_refused(root: Path, path: str) -> None:
    (root / "loop").symlink_to("loop")
    with pytest.raises(InputError, match=f"path: {path} is not a folder") as caught:
        find_place(root, path)
    assert caught.value.hint == "Name the folder that contains the detections."


@pytest.mark.parametrize("path", ["link", "link/aws", "rules/../link"])
def test_no_link_of_the_content_leads_to_the_folder(root: Path, path: str) -> None:
    (root / "link").symlink_to("rules")
    with pytest.raises(InputError, match="leads through a link"):
        find_place(root, path)


def test_links_outside_of_where_we_started_are_the_users_own(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert find_place(root.parent / "plain", str(link / "rules")) == (root, "rules")
    assert find_place(link, "rules") == (root, "rules")


def test_a_folder_seen_from_the_root_may_be_outside(root: Path) -> None:
    place = Place(root, "rules")
    assert (place.seen_from_root(root / "rules"), place.seen_from_root(root.parent)) == ("rules", "..")
