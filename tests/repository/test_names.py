"""A name stands for one commit, whatever tags and branches a pull request has; or it is refused."""

from typing import Any

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.model import ComparisonRequest
from panther_ci.repository.comparison import compare
from panther_ci.repository.names import find_commit, is_commit_id, name_branch


@pytest.fixture
def base(clone: Any) -> str:
    """The commit of `main`, here and on `origin`; the checkout is a branch with one more commit."""
    commit: str = clone.git("rev-parse", "HEAD")
    clone.git("update-ref", "refs/remotes/origin/main", commit)
    clone.branch("change")
    clone.commit(c="c: 1\n")
    return commit


def shadow(clone: Any, ref: str) -> str:
    """A ref of the newest commit, which is the one to judge."""
    clone.git("update-ref", ref, "HEAD")
    return str(clone.git("rev-parse", "HEAD"))


@pytest.mark.parametrize(
    "ref",
    [
        "refs/tags/origin/main",
        "refs/heads/origin/main",
        "refs/origin/main",
        "refs/remotes/origin/origin/main",
    ],
)
@pytest.mark.parametrize(
    "name", ["origin/main", "refs/remotes/origin/main", "origin/main~0", "origin/main^{}"]
)
def test_a_branch_of_origin_can_not_be_shadowed(clone: Any, base: str, ref: str, name: str) -> None:
    shadow(clone, ref)
    assert find_commit(clone.repository, name) == base


@pytest.mark.parametrize(
    "ref",
    [
        "refs/tags/main",
        "refs/tags/origin/main",
        "refs/tags/refs/remotes/origin/main",
        "refs/heads/refs/remotes/origin/main",
        "refs/tags/origin/HEAD",
        "refs/remotes/origin/HEAD",
        "refs/tags/HEAD",
        "refs/heads/HEAD",
    ],
)
def test_no_ref_shadows_the_default_base(clone: Any, base: str, ref: str) -> None:
    shadow(clone, ref)
    found = compare(clone.repository, ComparisonRequest(merge_base=True))
    assert (found.base, [change.path for change in found.changes]) == (base, ["c.yml"])


def test_head_of_a_remote_is_the_default_base_where_it_points_to_a_branch(clone: Any, base: str) -> None:
    clone.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert compare(clone.repository, ComparisonRequest()).base == clone.git("rev-parse", "HEAD")
    assert find_commit(clone.repository, "origin/HEAD") == clone.git("rev-parse", "HEAD")
    assert find_commit(clone.repository, "origin") == clone.git("rev-parse", "HEAD")


@pytest.mark.parametrize("name", ["refs/heads/main", "refs/tags/v1", "refs/remotes/upstream/x"])
def test_a_whole_ref_is_only_itself(clone: Any, base: str, name: str) -> None:
    for place in ("tags", "heads", "remotes"):
        shadow(clone, f"refs/{place}/{name}")
    clone.git("update-ref", "-d", "refs/heads/main")
    assert find_commit(clone.repository, name) == ""
    clone.git("update-ref", name, base)
    assert find_commit(clone.repository, name) == base


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("0123456789abcdef" * 2 + "01234567", True),
        ("0123456789abcdef" * 4, True),
        ("a" * 39, False),
        ("a" * 41, False),
        ("A" * 40, False),
        ("g" * 40, False),
        ("a" * 40 + "g" * 24, False),
    ],
)
def test_a_whole_id_has_the_length_of_one(name: str, whole: bool) -> None:
    assert is_commit_id(name) is whole


@pytest.mark.parametrize("name", ["main", "origin/main", "a@b", "head", "HEADS", "a" * 39, "FETCH.HEAD"])
def test_a_name_may_be_that_of_a_branch_of_origin(name: str) -> None:
    assert name_branch(name) == f"refs/remotes/origin/{name.removeprefix('origin/')}"


@pytest.mark.parametrize(
    "name",
    ["", "@", "HEAD", "ORIG_HEAD", "a" * 40, "main~1", "main^", "a:b", "main@{1}", "refs/heads/main"],
)
def test_what_git_reads_in_another_way_is_no_branch_of_origin(name: str) -> None:
    assert name_branch(name) == ""


@pytest.mark.parametrize("ref", ["refs/tags/{}", "refs/heads/{}"])
def test_a_commit_id_can_not_be_shadowed(clone: Any, base: str, ref: str) -> None:
    shadow(clone, ref.format(base))
    assert find_commit(clone.repository, base) == base
    shadow(clone, ref.format("1" * 40))
    assert find_commit(clone.repository, "1" * 40) == ""


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        ("main", "refs/tags/main"),
        ("main~0", "refs/tags/main"),
        ("main", "refs/main"),
        ("main", "refs/remotes/main"),
        ("heads/main", "refs/tags/heads/main"),
        ("{short}", "refs/tags/{short}"),
        ("{short}", "refs/heads/{short}"),
        ("{short}^{{}}", "refs/heads/{short}"),
        ("v0-1-g{short}", "refs/tags/v0-1-g{short}"),
    ],
)
def test_a_name_of_two_commits_is_refused_with_both(clone: Any, base: str, name: str, ref: str) -> None:
    other = shadow(clone, ref.format(short=base[:9]))
    with pytest.raises(RepositoryError, match="stands for different commits") as caught:
        find_commit(clone.repository, name.format(short=base[:9]))
    assert base[:12] in caught.value.message
    assert f"`{ref.format(short=base[:9])}" in caught.value.message
    assert other[:12] in caught.value.message
    assert caught.value.hint == "Give one of these names, in full."


def test_several_names_of_one_commit_are_no_matter(clone: Any, base: str) -> None:
    clone.git("tag", "--annotate", "--message", "one", "main", base)
    clone.git("tag", base[:9], base)
    assert find_commit(clone.repository, "main") == find_commit(clone.repository, base[:9]) == base


def test_a_branch_named_like_the_beginning_of_a_blob_is_that_branch(clone: Any, base: str) -> None:
    name = clone.git("rev-parse", "HEAD:a.yml")[:6]
    assert find_commit(clone.repository, name) == ""
    assert shadow(clone, f"refs/heads/{name}") == find_commit(clone.repository, name)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("HEAD", "HEAD"),
        ("@", "HEAD"),
        ("HEAD~1", "main"),
        ("HEAD^", "main"),
        ("change~1", "main"),
        ("main^{commit}", "main"),
        ("@{u}", "main"),
        ("change@{upstream}", "main"),
        ("change@{0}", "HEAD"),
        ("@{0}", "HEAD"),
        ("v1", "main"),
        ("v1^{}", "main"),
        ("tags/v1", "main"),
        ("heads/main", "main"),
        ("remotes/origin/main", "main"),
        ("upstream/next", "main"),
    ],
)
def test_expressions_of_git_are_understood(clone: Any, base: str, name: str, same: str) -> None:
    clone.git("tag", "--annotate", "--message", "one", "v1", base)
    clone.git("update-ref", "refs/remotes/upstream/next", base)
    clone.git("branch", "--quiet", "--set-upstream-to", "main")
    assert find_commit(clone.repository, name) == clone.git("rev-parse", same)


def test_the_beginning_of_an_id_is_understood(clone: Any, base: str) -> None:
    clone.git("tag", "--annotate", "--message", "one", "v1", base)
    head = clone.git("rev-parse", "HEAD")
    described = clone.git("describe", "--long", "HEAD")
    names = (head[:7], head[:7].upper(), head[:-1], described, f"{clone.git('rev-parse', 'v1')[:10]}")
    assert [find_commit(clone.repository, name) for name in names] == [head, head, head, head, base]
    assert find_commit(clone.repository, f"{head[:7]}~1") == base


@pytest.mark.parametrize(
    "name", ["nothing", "ma*", "main..x", "a b", "x\nrefs/heads/main", "refs/heads/", "é"]
)
def test_what_names_nothing_is_not_found(clone: Any, base: str, name: str) -> None:
    assert find_commit(clone.repository, name) == ""


@pytest.mark.parametrize("name", ["", "-x", "--all", "main\0"])
def test_what_can_be_no_name_is_refused(clone: Any, name: str) -> None:
    with pytest.raises(RepositoryError, match="can't be the name of a commit"):
        find_commit(clone.repository, name)


def test_on_the_command_line_a_local_branch_comes_before_that_of_origin(clone: Any, base: str) -> None:
    ahead = shadow(clone, "refs/remotes/origin/main")
    assert (find_commit(clone.repository, "main"), find_commit(clone.repository, "origin/main")) == (
        base,
        ahead,
    )
    clone.git("update-ref", "-d", "refs/heads/main")
    assert find_commit(clone.repository, "main") == ahead


# On GitHub -------------------------------------------------------------------------------------


def wanted(name: str, head: str = "") -> ComparisonRequest:
    return ComparisonRequest(base=name, merge_base=True, must_contain=head, of_origin=True)


@pytest.mark.parametrize("name", ["main", "origin/main"])
def test_a_local_branch_does_not_stand_for_that_of_origin(clone: Any, base: str, name: str) -> None:
    clone.branch("main", "change")
    assert compare(clone.repository, wanted(name)).base == base


def test_the_branch_is_fetched_where_only_a_local_one_is_here(clone: Any, clone_of: Any, base: str) -> None:
    copy = clone_of(clone, "change", depth=1)
    shadow(copy, "refs/heads/main")
    assert compare(copy.repository, wanted("main")).base == base


def test_the_branch_is_fetched_where_only_a_tag_is_here(clone: Any, clone_of: Any, base: str) -> None:
    copy = clone_of(clone, "change", depth=1)
    shadow(copy, "refs/tags/main")
    with pytest.raises(RepositoryError, match="stands for different commits"):
        compare(copy.repository, wanted("main"))


def test_a_tag_is_a_base_where_origin_has_no_such_branch(clone: Any, clone_of: Any, base: str) -> None:
    copy = clone_of(clone, "change")
    copy.git("tag", "v1", base)
    assert compare(copy.repository, wanted("v1")).base == base


def test_a_named_base_with_the_commit_to_judge_judges_everything(clone: Any, base: str) -> None:
    """A workflow that checks out a fork has the fork's branches under `origin`."""
    head = shadow(clone, "refs/remotes/origin/main")
    found = compare(clone.repository, wanted("main", head))
    assert found.judge_all_reason == f"main contains {head[:12]}, the commit to judge"
