"""Whatever is edited, the changes are exactly the paths whose bytes differ."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panther_ci.model import ChangeSet, ComparisonRequest
from panther_ci.repository.comparison import compare
from panther_ci.repository.files import read_tree
from panther_ci.repository.index import read_index

PATHS = ["a.yml", "b c.yml", "d/a.yml", "d/\u00fc.py", "d/e/f.json", 'q"\n.yml']
LONG = "".join(f"line {number}\n" for number in range(30))
# Nearly equal contents make git see renames, with changes in them.
trees = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["", "x", LONG, LONG + "end\n"]))
Tree = Mapping[str, str]


@pytest.fixture(scope="module")
def make_clone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """Makes fresh repositories with one empty commit."""
    kind = request.getfixturevalue("clone_type")

    def make() -> Any:
        root: Path = tmp_path_factory.mktemp("edits")
        made = kind(root)
        made.git("init", "--quiet")
        return made

    return make


def replace_files(clone: Any, tree: Tree) -> None:
    for place in clone.root.iterdir():
        if place.name != ".git":
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    for path, text in tree.items():
        clone.put(path, text)


def differing(base: Tree, head: Tree) -> set[str]:
    return {path for path in {*base, *head} if base.get(path) != head.get(path)}


def touched(comparison: ChangeSet) -> set[str]:
    assert comparison.judge_all_reason == ""
    return {path for change in comparison.changes for path in (change.path, change.old_path) if path}


@settings(max_examples=12, deadline=None)
@given(base=trees, head=trees, staged=trees, work=trees)
def test_changes_are_the_paths_whose_bytes_differ(
    make_clone: Callable[[], Any], base: Tree, head: Tree, staged: Tree, work: Tree
) -> None:
    clone = make_clone()
    replace_files(clone, base)
    wanted = ComparisonRequest(base=clone.commit())
    replace_files(clone, head)
    clone.commit()
    replace_files(clone, staged)
    clone.git("add", "--all")
    replace_files(clone, work)
    indexed = compare(clone.repository, replace(wanted, staged=True))
    assert touched(indexed) == differing(base, staged)
    assert indexed.base_files == {
        path: base[path].encode() for path in base if base[path] != staged.get(path)
    }
    # Taken out of the index, but still there: such a file counts, even where its bytes are the old ones.
    dropped = {path for path in base if path in work and path not in staged}
    assert touched(compare(clone.repository, wanted)) == differing(base, work) | dropped
    assert read_index(clone.repository).files == {path: text.encode() for path, text in staged.items()}
    assert read_tree(clone.root).files == {path: text.encode() for path, text in work.items()}
