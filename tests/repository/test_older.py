"""An older commit in a folder of its own."""

from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import InputError, RepositoryError
from panther_ci.repository.older import find_within, older_place


def test_a_commit_is_there_until_the_end_and_the_checkout_stays(clone: Any) -> None:
    base = clone.commit(rules__a="a: 1\n")
    clone.commit(rules__a="a: 2\n")
    clone.write(rules__a="a: 3\n")
    with older_place(clone.repository, "rules", base) as place:
        assert (place.within, (place.root / "rules/a.yml").read_text()) == ("rules", "a: 1\n")
        assert place.root != clone.root
    assert not place.root.exists()
    assert (clone.root / "rules/a.yml").read_text() == "a: 3\n"
    assert clone.git("status", "--short") == "M rules/a.yml"


def test_a_name_of_no_commit_is_told(clone: Any) -> None:
    name = "x" * 100
    with (
        pytest.raises(RepositoryError, match=f"There is no commit '{'x' * 80}' here") as caught,
        older_place(clone.repository, ".", name),
    ):
        pass
    assert "git fetch --tags" in caught.value.hint


def test_a_folder_that_the_commit_does_not_have_is_told(clone: Any) -> None:
    base = clone.git("rev-parse", "HEAD")
    clone.commit(rules__a="a: 1\n")
    with pytest.raises(InputError, match="is not a folder"), older_place(clone.repository, "rules", base):
        pass


def test_a_folder_in_a_repository_is_not_older_by_itself(clone: Any) -> None:
    clone.commit(rules__a="a: 1\n")
    inner = type(clone)(clone.root / "rules")
    with pytest.raises(RepositoryError, match="is inside of"), older_place(inner.repository, ".", "HEAD"):
        pass


def test_what_only_a_filter_can_write_is_told(clone: Any) -> None:
    clone.put(".gitattributes", "*.yml filter=lfs\n")
    clone.commit()
    clone.git("config", "filter.lfs.smudge", "false")
    with (
        pytest.raises(RepositoryError, match=r"^a\.yml is written by a filter") as caught,
        older_place(clone.repository, ".", "HEAD"),
    ):
        pass
    assert caught.value.hint == "Check out HEAD in a clone of its own, and deploy from there."
    clone.git("branch", "b" * 90)
    with pytest.raises(RepositoryError) as caught, older_place(clone.repository, ".", "b" * 90):
        pass
    assert caught.value.hint.startswith(f"Check out {'b' * 80} in")


@pytest.mark.parametrize(
    ("start", "path", "within"), [(".", ".", "."), ("rules", ".", "rules"), ("rules", "../gone/x", "gone/x")]
)
def test_a_folder_is_a_path_from_the_root_whether_it_exists_or_not(
    clone: Any, start: str, path: str, within: str
) -> None:
    clone.write(rules__a="a: 1\n")
    assert find_within(clone.root / start, path) == (clone.root, within)


def test_a_folder_outside_is_refused(clone: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"path: \.\./x is outside of the repository"):
        find_within(clone.root, "../x")
    with pytest.raises(InputError, match="is not in a git repository") as caught:
        find_within(tmp_path, ".")
    assert caught.value.hint == "Leave `--ref` out."
