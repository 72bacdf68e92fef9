"""What an event compares, on real repositories: merges, shallow clones, force pushes, renames."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.model import Change, ChangeKind, ChangeSet, ComparisonRequest
from panther_ci.repository.comparison import compare, require_head

ZERO = "0" * 40
CloneOf = Callable[..., Any]


def paths(comparison: ChangeSet) -> list[str]:
    assert comparison.judge_all_reason == ""
    return [change.path for change in comparison.changes]


def merged(clone: Any) -> tuple[str, str, str, str]:
    """A pull request as GitHub merges it: stale base, its head, the base's tip, the merge commit."""
    stale = clone.git("rev-parse", "HEAD")
    clone.branch("feature")
    head = clone.commit(new="n: 1\n")
    clone.branch("main", "main")
    tip = clone.commit(strangers="s: 1\n")
    clone.git("merge", "--quiet", "--no-ff", "--message", "merge", "feature")
    return stale, head, tip, clone.git("rev-parse", "HEAD")


def test_merge_commit_is_compared_with_its_first_parent_and_not_with_a_stale_base(clone: Any) -> None:
    stale, head, tip, merge = merged(clone)
    found = compare(clone.repository, ComparisonRequest(base=stale, merge_of=head, merge_base=True))
    assert paths(found) == ["new.yml"]
    assert (found.base, found.head) == (tip, merge)


@pytest.mark.parametrize("everything", ["", "it was asked for"])
def test_checkout_that_does_not_hold_the_commit_to_judge_is_told(
    clone: Any, clone_of: CloneOf, everything: str
) -> None:
    stale, head, tip, merge = merged(clone)
    wanted = ComparisonRequest(
        base=stale, merge_of=head, merge_base=True, must_contain=head, judge_all_reason=everything
    )
    for commit, depth in ((head, 1), (merge, 1), (merge, 2)):
        compare(clone_of(clone, commit, depth).repository, wanted)
    clone.commit(later="l: 1\n")
    compare(clone.repository, wanted)
    for depth in (1, 2):
        with pytest.raises(RepositoryError, match=f"is {tip[:12]}, which does not contain {head[:12]},"):
            compare(clone_of(clone, tip, depth).repository, wanted)


def test_what_is_deployed_is_the_commit_of_the_event_or_of_its_tag(clone: Any) -> None:
    clone.git("tag", "--annotate", "--message", "one", "v1")
    for name in ("HEAD", "v1"):
        require_head(clone.repository, clone.git("rev-parse", name))
    before, after = clone.git("rev-parse", "HEAD"), clone.commit(c="c: 1\n")
    with pytest.raises(RepositoryError, match=f"{after[:12]} is checked out, .* is {before[:12]}\\."):
        require_head(clone.repository, before)
    with pytest.raises(RepositoryError, match="event is none"):
        require_head(clone.repository, "")


def test_nothing_is_deployed_where_no_commit_is_checked_out(clone: Any, clone_type: type[Any]) -> None:
    commit, empty = clone.git("rev-parse", "HEAD"), clone.root.parent / "empty"
    empty.mkdir()
    for _ in range(2):
        with pytest.raises(RepositoryError, match="no commit is checked out"):
            require_head(clone_type(empty).repository, commit)
        clone_type(empty).git("init", "--quiet")


@pytest.mark.parametrize("depth", [1, 2])
def test_merge_commit_of_a_shallow_clone_gets_its_parent_fetched(
    clone: Any, clone_of: CloneOf, depth: int
) -> None:
    stale, head, tip, merge = merged(clone)
    shallow = clone_of(clone, merge, depth)
    found = compare(shallow.repository, ComparisonRequest(base=stale, merge_of=head, merge_base=True))
    assert (paths(found), found.base) == (["new.yml"], tip)


def test_shallow_clone_without_a_remote_judges_everything_and_says_why(clone: Any, clone_of: CloneOf) -> None:
    stale, head, tip, merge = merged(clone)
    shallow = clone_of(clone, merge, 1)
    shallow.git("remote", "remove", "origin")
    found = compare(shallow.repository, ComparisonRequest(base=stale, merge_of=head, merge_base=True))
    assert tip in found.judge_all_reason
    assert "can't be fetched" in found.judge_all_reason
    assert found.changes == ()


def test_branch_whose_tip_is_a_merge_itself_is_compared_with_where_it_left(clone: Any) -> None:
    clone.branch("feature")
    clone.commit(new="n: 1\n")
    clone.branch("main", "main")
    base = clone.commit(strangers="s: 1\n")
    clone.branch("feature", "feature")
    clone.git("merge", "--quiet", "--no-ff", "--message", "take main in", "main")
    head = clone.git("rev-parse", "HEAD")
    # HEAD^1..HEAD would name only strangers.yml, and the pull request's own file would go unjudged.
    assert paths(compare(clone.repository, ComparisonRequest(base=base, merge_of=head, merge_base=True))) == [
        "new.yml"
    ]


def test_head_that_is_no_merge_is_compared_with_where_it_left_the_base(clone: Any) -> None:
    _, head, tip, _ = merged(clone)
    clone.branch("feature", "feature")
    assert paths(compare(clone.repository, ComparisonRequest(base=tip, merge_of=head, merge_base=True))) == [
        "new.yml"
    ]


def test_shallow_clone_of_a_head_is_deepened_until_the_common_ancestor_is_seen(
    clone: Any, clone_of: CloneOf
) -> None:
    stale, head, tip, _ = merged(clone)
    shallow = clone_of(clone, head, 1)
    found = compare(shallow.repository, ComparisonRequest(base=tip, merge_of=head, merge_base=True))
    assert (paths(found), found.base) == (["new.yml"], stale)


def test_octopus_merge_is_not_taken_for_a_pull_request(clone: Any) -> None:
    base = clone.git("rev-parse", "HEAD")
    for name in ("one", "two"):
        clone.branch(name, base)
        clone.commit(**{name: "x: 1\n"})
    clone.branch("main", base)
    clone.commit(three="x: 1\n")
    clone.git("merge", "--quiet", "--message", "octopus", "one", "two")
    wanted = ComparisonRequest(base=base, merge_of=clone.git("rev-parse", "one"), merge_base=True)
    assert paths(compare(clone.repository, wanted)) == ["one.yml", "three.yml", "two.yml"]


def test_push_is_compared_with_the_commit_before(clone: Any) -> None:
    before = clone.commit(c="c: 1\n")
    clone.commit(d="d: 1\n")
    clone.commit(a="a: 2\n")
    found = compare(clone.repository, ComparisonRequest(base=before))
    assert found.changes == (Change("a.yml", ChangeKind.MODIFIED), Change("d.yml", ChangeKind.ADDED))
    assert found.base_files == {"a.yml": b"a: 1\n" * 9}


def test_commit_before_is_fetched_into_a_shallow_clone(clone: Any, clone_of: CloneOf) -> None:
    before = clone.commit(c="c: 1\n")
    clone.commit(d="d: 1\n")
    after = clone.commit(e="e: 1\n")
    shallow = clone_of(clone, after, 1)
    assert paths(compare(shallow.repository, ComparisonRequest(base=before))) == ["d.yml", "e.yml"]


def test_force_push_compares_both_trees_and_not_their_common_ancestor(clone: Any) -> None:
    start = clone.git("rev-parse", "HEAD")
    before = clone.commit(a="a: 2\n", dropped="x: 1\n")
    clone.git("reset", "--quiet", "--hard", start)
    clone.commit(c="c: 1\n")
    found = compare(clone.repository, ComparisonRequest(base=before))
    assert paths(found) == ["a.yml", "c.yml", "dropped.yml"]


def test_force_push_fetches_the_commit_no_branch_holds_any_more(clone: Any, clone_of: CloneOf) -> None:
    start = clone.git("rev-parse", "HEAD")
    before = clone.commit(a="a: 2\n")
    clone.git("reset", "--quiet", "--hard", start)
    after = clone.commit(c="c: 1\n")
    full = clone_of(clone, after)
    assert paths(compare(full.repository, ComparisonRequest(base=before))) == ["a.yml", "c.yml"]
    # The clone was complete, and stays so.
    assert full.git("rev-parse", "--is-shallow-repository") == "false"
    assert full.git("rev-list", "--count", "HEAD") == "2"


def test_new_branch_judges_everything(clone: Any) -> None:
    found = compare(clone.repository, ComparisonRequest(base=ZERO))
    assert found.judge_all_reason == "the branch is new, so there is no commit before to compare with"
    assert found.head == clone.git("rev-parse", "HEAD")


def test_an_id_that_is_of_no_commit_judges_everything(clone: Any, clone_of: CloneOf) -> None:
    clone.git("config", "uploadpack.allowAnySHA1InWant", "true")
    full, tree = clone_of(clone, "HEAD"), clone.git("rev-parse", "HEAD^{tree}")
    found = compare(full.repository, ComparisonRequest(base=tree))
    assert found.judge_all_reason == f"{tree} isn't in this clone and can't be fetched (nothing came)"


def test_what_git_can_not_fetch_judges_everything(clone: Any, clone_of: CloneOf) -> None:
    full = clone_of(clone, "HEAD")
    found = compare(full.repository, ComparisonRequest(base="1" * 40))
    assert found.judge_all_reason.startswith("1" * 40 + " isn't in this clone and can't be fetched (fatal:")


def test_unrelated_histories_judge_everything(clone: Any) -> None:
    clone.git("checkout", "--quiet", "--orphan", "other")
    clone.commit(c="c: 1\n")
    found = compare(clone.repository, ComparisonRequest(base="main", merge_base=True))
    assert re.search(r"[0-9a-f]{12} and [0-9a-f]{12} have no commit in common", found.judge_all_reason)


@pytest.mark.parametrize("annotated", [True, False])
def test_tag_is_a_base_by_the_commit_it_names(clone: Any, annotated: bool) -> None:
    clone.git("tag", *(["--annotate", "--message", "one"] if annotated else []), "v1")
    base = clone.git("rev-parse", "HEAD")
    clone.commit(c="c: 1\n")
    found = compare(clone.repository, ComparisonRequest(base="v1", merge_base=True))
    assert (paths(found), found.base) == (["c.yml"], base)


@pytest.mark.parametrize("annotated", [True, False])
def test_checkout_of_a_tag_tells_the_commit(clone: Any, annotated: bool) -> None:
    clone.git("tag", *(["--annotate", "--message", "one"] if annotated else []), "v1")
    clone.git("checkout", "--quiet", "v1")
    found = compare(clone.repository, ComparisonRequest(judge_all_reason="a tag was pushed"))
    assert (found.judge_all_reason, found.head) == ("a tag was pushed", clone.git("rev-parse", "HEAD"))


def test_branch_name_of_the_remote_is_fetched(clone: Any, clone_of: CloneOf) -> None:
    clone.branch("feature")
    head = clone.commit(new="n: 1\n")
    shallow = clone_of(clone, head, 1)
    assert paths(compare(shallow.repository, ComparisonRequest(base="main", merge_base=True))) == ["new.yml"]


def test_a_tag_is_not_taken_for_the_branch_of_origin_that_is_meant(clone: Any, clone_of: CloneOf) -> None:
    clone.branch("feature")
    head = clone.commit(new="n: 1\n")
    shallow = clone_of(clone, head, 1)
    shallow.git("tag", "main", head)
    request = ComparisonRequest(base="main", merge_base=True, of_origin=True)
    with pytest.raises(RepositoryError, match="stands for different commits"):
        compare(shallow.repository, request)


@pytest.mark.parametrize(
    "name", ["main..x", "a b", "main:refs/heads/evil", "+main", "refs/heads/main", "HEAD~9", "no/such"]
)
def test_name_that_is_no_branch_judges_everything(clone: Any, clone_of: CloneOf, name: str) -> None:
    full = clone_of(clone, "HEAD")
    assert compare(full.repository, ComparisonRequest(base=name, merge_base=True)).judge_all_reason
    assert full.git("for-each-ref") == ""


def test_revision_git_refuses_is_told(clone: Any) -> None:
    with pytest.raises(RepositoryError, match="no upstream configured"):
        compare(clone.repository, ComparisonRequest(base="@{upstream}"))


@pytest.mark.parametrize("name", ["--upload-pack=touch /tmp/x", "-", "a\0b"])
def test_name_git_could_take_for_an_option_is_refused(clone: Any, name: str) -> None:
    with pytest.raises(RepositoryError, match="can't be the name of a commit"):
        compare(clone.repository, ComparisonRequest(base=name))


def test_main_branch_is_the_base_when_none_is_named(clone: Any) -> None:
    clone.branch("feature")
    clone.commit(c="c: 1\n")
    assert paths(compare(clone.repository, ComparisonRequest())) == ["c.yml"]


def test_no_main_branch_judges_everything(clone: Any) -> None:
    clone.git("branch", "--move", "main", "trunk")
    assert (
        compare(clone.repository, ComparisonRequest()).judge_all_reason
        == "no main branch is known to compare with"
    )


# Kinds of change -------------------------------------------------------------------------------


def test_rename_counts_on_both_sides(clone: Any) -> None:
    clone.git("mv", "a.yml", "renamed.yml")
    clone.commit()
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert found.changes == (Change("renamed.yml", ChangeKind.RENAMED, "a.yml"),)
    assert found.base_files == {"a.yml": b"a: 1\n" * 9}


def test_deletion_keeps_the_old_bytes(clone: Any) -> None:
    clone.git("rm", "--quiet", "b.yml")
    clone.commit()
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert found.changes == (Change("b.yml", ChangeKind.DELETED),)
    assert found.base_files == {"b.yml": b"b: 1\n" * 9}


@pytest.mark.parametrize(
    "name",
    [
        "with space.yml",
        "new\nline.yml",
        "tab\t.yml",
        'quote".yml',
        "ünïcödé/ß.yml",
        "-dash.yml",
        ":colon.yml",
    ],
)
def test_odd_file_names_arrive_as_they_are(clone: Any, name: str) -> None:
    clone.put(name, "x: 1\n")
    clone.commit()
    clone.put(name, "x: 2\n")
    clone.commit()
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert found.changes == (Change(name, ChangeKind.MODIFIED),)
    assert found.base_files == {name: b"x: 1\n"}


def test_file_that_becomes_a_link_is_modified_and_a_link_has_no_old_bytes(clone: Any) -> None:
    (clone.root / "a.yml").unlink()
    (clone.root / "a.yml").symlink_to("b.yml")
    clone.commit()
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert found.changes == (Change("a.yml", ChangeKind.MODIFIED),)
    assert found.base_files == {"a.yml": b"a: 1\n" * 9}
    (clone.root / "a.yml").unlink()
    clone.commit(a="a: 3\n")
    assert compare(clone.repository, ComparisonRequest(base="HEAD~1")).base_files == {}


def test_submodule_that_moves_is_a_change_of_its_folder(clone: Any) -> None:
    for commit in ("1" * 40, "2" * 40):
        clone.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/rules")
        clone.git("commit", "--quiet", "--message", "submodule")
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1", staged=True))
    assert found.changes == (Change("vendor/rules", ChangeKind.MODIFIED),)
    assert found.base_files == {}


@pytest.mark.parametrize(
    "after", [("--cacheinfo", f"160000,{'2' * 40},vendor"), ("--force-remove", "vendor")]
)
def test_a_submodule_that_moves_or_goes_judges_everything(clone: Any, after: tuple[str, ...]) -> None:
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor")
    clone.git("commit", "--quiet", "--message", "new")
    new = compare(clone.repository, ComparisonRequest(base="HEAD~1", staged=True))
    clone.git("update-index", *after)
    clone.git("commit", "--quiet", "--message", "after")
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1", staged=True))
    assert (new.judge_all_reason, found.judge_all_reason[:28]) == ("", "the submodule vendor changed")


def test_old_bytes_are_kept_of_files_that_can_be_judged_only(clone: Any) -> None:
    clone.put("README.md", "old")
    clone.put("big.json", b"1" * (4 * 1024 * 1024 + 1))
    clone.commit()
    for name in ("README.md", "big.json", "a.yml"):
        clone.put(name, "new")
    clone.commit()
    found = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert paths(found) == ["README.md", "a.yml", "big.json"]
    assert list(found.base_files) == ["a.yml"]


# What is not committed -------------------------------------------------------------------------


def test_work_tree_counts_staged_unstaged_and_untracked_but_not_ignored_files(clone: Any) -> None:
    clone.put(".gitignore", "ignored.yml\n")
    clone.commit()
    clone.write(a="a: staged\n", b="b: unstaged\n", sub__untracked="u: 1\n", ignored="i: 1\n")
    clone.git("add", "a.yml")
    found = compare(clone.repository, ComparisonRequest(base="HEAD"))
    assert paths(found) == ["a.yml", "b.yml", "sub/untracked.yml"]
    assert found.base_files["b.yml"] == b"b: 1\n" * 9


def test_file_taken_out_of_the_index_but_still_there_is_modified(clone: Any) -> None:
    clone.git("rm", "--quiet", "--cached", "a.yml")
    found = compare(clone.repository, ComparisonRequest(base="HEAD"))
    assert found.changes == (Change("a.yml", ChangeKind.MODIFIED),)
    assert list(found.base_files) == ["a.yml"]


def test_staged_counts_what_is_in_the_index_only(clone: Any) -> None:
    clone.write(a="a: staged\n", b="b: unstaged\n", untracked="u: 1\n")
    clone.git("add", "a.yml")
    assert paths(compare(clone.repository, ComparisonRequest(base="HEAD", staged=True))) == ["a.yml"]


def test_clone_inside_the_clone_is_a_change_of_its_folder(clone: Any) -> None:
    clone.git("init", "--quiet", "inner")
    clone.write(inner__x="x: 1\n")
    inner = compare(clone.repository, ComparisonRequest(base="HEAD"))
    assert paths(inner) == ["inner"]


def test_touched_but_equal_file_is_no_change(clone: Any) -> None:
    (clone.root / "a.yml").write_text("a: 1\n" * 9)
    assert paths(compare(clone.repository, ComparisonRequest(base="HEAD"))) == []


def test_unresolved_conflict_is_told(clone: Any) -> None:
    clone.branch("other")
    clone.commit(a="a: other\n")
    clone.branch("main", "main")
    clone.commit(a="a: main\n")
    clone.git("merge", "--quiet", "other", code=1)
    assert paths(compare(clone.repository, ComparisonRequest(base="HEAD"))) == ["a.yml"]
    with pytest.raises(RepositoryError, match=r"`a\.yml` has an unresolved merge conflict"):
        compare(clone.repository, ComparisonRequest(base="HEAD", staged=True))


# No repository ---------------------------------------------------------------------------------


def test_everything_needs_no_repository(tmp_path: Any, clone: Any) -> None:
    found = compare(
        type(clone)(tmp_path / "nowhere").repository, ComparisonRequest(judge_all_reason="it was asked for")
    )
    assert found == ChangeSet(judge_all_reason="it was asked for")


@pytest.mark.parametrize("staged", [False, True])
def test_everything_is_judged_before_the_first_commit(tmp_path: Any, clone: Any, staged: bool) -> None:
    (tmp_path / "empty").mkdir()
    empty = type(clone)(tmp_path / "empty")
    empty.git("init", "--quiet")
    found = compare(empty.repository, ComparisonRequest(staged=staged))
    assert found == ChangeSet(judge_all_reason="there is no commit yet to compare with")


def test_folder_below_the_root_is_refused_since_paths_would_not_match(clone: Any) -> None:
    clone.commit(sub__c="c: 1\n")
    with pytest.raises(RepositoryError, match="is inside of the git repository"):
        compare(type(clone)(clone.root / "sub").repository, ComparisonRequest())
