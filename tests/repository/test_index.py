"""What is staged is read as the work tree would be."""

from typing import Any

import pytest

from panther_ci.errors import InputError, RepositoryError
from panther_ci.repository.files import read_tree
from panther_ci.repository.index import read_index


def test_staged_bytes_are_read_and_later_ones_are_not(clone: Any) -> None:
    clone.write(a="a: staged\n", new="n: staged\n")
    clone.git("add", "a.yml", "new.yml")
    clone.write(a="a: later\n", b="b: later\n", untracked="u: 1\n")
    tree = read_index(clone.repository)
    assert tree.files == {"a.yml": b"a: staged\n", "b.yml": b"b: 1\n" * 9, "new.yml": b"n: staged\n"}


@pytest.mark.parametrize("within", [".", "rules", "rules/deep/", "rules/env"])
def test_what_is_staged_in_full_is_read_as_the_work_tree_is(clone: Any, within: str) -> None:
    for path in (
        "rules/a b.yml",
        "rules/deep/ü.py",
        "rules/.hidden/x.yml",
        "rules/node_modules/x.json",
        "rules/env/pyvenv.cfg",
        "rules/env/lib/inner/pyvenv.cfg",
        "rules/env/lib/x.py",
        "package.json",
        "dependabot.yml",
        "README.md",
    ):
        clone.put(path, path)
    clone.put("rules/deep/big.json", b"1" * (16 * 1024 * 1024 + 1))
    (clone.root / "rules/link.yml").symlink_to("/etc/hostname")
    clone.put(b"rules/\xff.yml".decode("utf-8", "surrogateescape"), "x")
    clone.git("add", "--all", "--force")
    tree = read_index(clone.repository, within)
    assert tree == read_tree(clone.root, within)
    assert list(tree.files.items()) == list(read_tree(clone.root, within).files.items())
    assert bool(tree.findings) == (within != "rules/env")
    assert len(tree.left_out) == (within != "rules/deep/")


def test_the_staged_commit_of_a_submodule_is_read_as_the_work_tree_is(clone: Any, clone_of: Any) -> None:
    inner, outer = clone_of(clone, "HEAD"), clone_of(clone, "HEAD")
    for folder, url in ((inner, clone.root), (outer, inner.root)):
        folder.git("submodule", "--quiet", "add", str(url), "rules/shared")
        folder.commit()
    outer.git("submodule", "--quiet", "update", "--init", "--recursive")
    tree = read_index(outer.repository, "rules")
    assert (tree, "rules/shared/a.yml" in tree.files) == (read_tree(outer.root, "rules"), True)
    (outer.root / "rules/shared/a.yml").write_text("a: not staged\n")
    assert read_index(outer.repository, "rules") == tree


def test_submodule_that_is_not_checked_out_is_left_out(clone: Any) -> None:
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor.yml")
    assert list(read_index(clone.repository).files) == ["a.yml", "b.yml"]


def test_conflict_is_told(clone: Any) -> None:
    clone.branch("other")
    clone.commit(a="a: other\n")
    clone.branch("main", "main")
    clone.commit(a="a: main\n")
    clone.git("merge", "--quiet", "other", code=1)
    with pytest.raises(RepositoryError, match=r"`a\.yml` has an unresolved merge conflict"):
        read_index(clone.repository)


def test_folder_outside_is_refused(clone: Any) -> None:
    with pytest.raises(InputError, match="is not inside the repository"):
        read_index(clone.repository, "../x")
