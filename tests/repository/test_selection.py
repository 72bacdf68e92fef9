"""The closure of a change, why each file is in it, and that nothing a change can reach is left out."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from panther_ci.model import Change, ChangeKind, Node, Selection
from panther_ci.repository.selection import find_changed, select


def node(path: str, provides: Iterable[str] = (), requires: Iterable[str] = ()) -> Node:
    return Node(path, frozenset([f"file:{path}", *provides]), frozenset(requires))


class Linked(NamedTuple):
    """Nodes that are all known."""

    files: Mapping[str, Node]
    provided: Mapping[str, list[str]]
    required: Mapping[str, list[str]]

    def node(self, path: str) -> Node:
        return self.files[path]

    def providers(self, name: str) -> list[str]:
        return self.provided.get(name, [])

    def requirers(self, name: str) -> list[str]:
        return self.required.get(name, [])


def linked(nodes: Iterable[Node]) -> Linked:
    found = Linked({each.path: each for each in nodes}, defaultdict(list), defaultdict(list))
    for each in found.files.values():
        for name in each.provides:
            found.provided[name].append(each.path)
        for name in each.requires:
            found.required[name].append(each.path)
    return found


def modified(*paths: str) -> list[Change]:
    return [Change(path, ChangeKind.MODIFIED) for path in paths]


def deleted(*paths: str) -> list[Change]:
    return [Change(path, ChangeKind.DELETED) for path in paths]


def reasons(
    nodes: Iterable[Node], changes: Iterable[Change], base_names: Iterable[str] = ()
) -> Mapping[str, tuple[str, ...]]:
    return select(linked(nodes), changes, frozenset(base_names)).reasons


RULE = [node("r.yml", ["detection:R"], ["file:r.py", "log-type:Okta"]), node("r.py", (), ["module:a"])]
HELPERS = [
    node("a.yml", ["module:a"], ["file:a.py"]),
    node("a.py", (), ["module:b"]),
    node("b.yml", ["module:b"], ["file:b.py"]),
    node("b.py"),
]
MODEL = [node("okta.yml", ["log-type:Okta"], ["file:okta.py"]), node("okta.py")]
OTHER = [node("other.yml", ["detection:O"], ["file:other.py"]), node("other.py")]
PROJECT = [*RULE, *HELPERS, *MODEL, *OTHER]


def test_nothing_changed_selects_nothing() -> None:
    assert select(linked(PROJECT), [], frozenset()) == Selection({})


def test_spec_is_selected_by_its_own_change_and_by_its_body() -> None:
    assert reasons(PROJECT, modified("r.yml", "r.py"))["r.yml"] == ("`r.yml` changed", "`r.py` changed")


def test_body_is_not_selected_by_its_spec() -> None:
    assert list(reasons(PROJECT, modified("other.yml"))) == ["other.yml"]


def test_helper_of_a_helper_selects_through_all_steps() -> None:
    found = reasons(PROJECT, modified("b.py"))
    assert list(found) == ["a.py", "a.yml", "b.py", "b.yml", "r.py", "r.yml"]
    assert found["r.yml"] == ("imports helper `a` → `b`: `b.py` changed",)
    assert found["b.yml"] == ("`b.py` changed",)


def test_data_model_selects_the_rules_of_its_log_type() -> None:
    assert reasons(PROJECT, modified("okta.py"))["r.yml"] == (
        "reads the data model of `Okta`: `okta.py` changed",
    )


def test_shortest_chain_comes_first() -> None:
    extra = [
        node("s.yml", ["detection:S"], ["module:a", "module:b", "module:c", "query:q", "detection:R"]),
        node("q.yml", ["query:q"]),
        node("c.yml", ["module:c"], ["module:b"]),
    ]
    found = reasons([*PROJECT, *extra], modified("q.yml", "b.yml", "r.yml"))
    assert found["s.yml"] == (
        "imports helper `b`: `b.yml` changed",
        "refers to `R`: `r.yml` changed",
        "runs the query `q`: `q.yml` changed",
        "imports helper `c` → `b`: `b.yml` changed",
    )


def test_deleted_body_selects_the_spec_that_still_names_it() -> None:
    left = [item for item in PROJECT if item.path != "r.py"]
    assert reasons(left, deleted("r.py")) == {"r.yml": ("`r.py` was deleted",)}


def test_deleted_helper_selects_who_still_imports_it() -> None:
    left = [item for item in PROJECT if not item.path.startswith("b.")]
    found = reasons(left, deleted("b.yml", "b.py"), ["module:b", "file:b.yml", "file:b.py"])
    assert found["r.yml"] == ("imports helper `a` → `b`, which is gone",)


def test_name_another_file_still_provides_changed_all_the_same() -> None:
    twin = node("twin.yml", ["module:b"])
    left = [twin, *(item for item in PROJECT if not item.path.startswith("b."))]
    assert reasons(left, deleted("b.yml"), ["module:b"])["r.yml"] == (
        "imports helper `a` → `b`, which changed",
    )


def test_rename_counts_under_both_names() -> None:
    change = Change("moved/other.py", ChangeKind.RENAMED, "other.py")
    moved = [item for item in PROJECT if item.path != "other.py"] + [node("moved/other.py")]
    assert reasons(moved, [change]) == {
        "moved/other.py": ("`moved/other.py` was renamed from `other.py`",),
        "other.yml": ("`other.py` was renamed to `moved/other.py`",),
    }


def test_changed_name_of_a_provider_selects_users_of_old_and_new_name() -> None:
    user_of_old = node("old.yml", (), ["module:old"])
    user_of_new = node("new.yml", (), ["module:new"])
    helper = node("h.yml", ["module:new"])
    found = reasons([user_of_old, user_of_new, helper], modified("h.yml"), ["module:old"])
    assert found["old.yml"] == ("imports helper `old`, which is gone",)
    assert found["new.yml"] == ("imports helper `new`: `h.yml` changed",)


def test_new_file_that_a_spec_waited_for_selects_the_spec() -> None:
    found = reasons(PROJECT, [Change("other.py", ChangeKind.ADDED)])
    assert found["other.yml"] == ("`other.py` is new",)


def test_files_of_a_changed_folder_are_changed() -> None:
    nodes = [
        node("vendor/rules/a.yml"),
        node("vendor/rules/deep/b.yml"),
        node("vendor/rules2/c.yml"),
        node("d.yml"),
    ]
    found = reasons(nodes, modified("vendor/rules"))
    assert found == {
        "vendor/rules/a.yml": ("`vendor/rules` changed",),
        "vendor/rules/deep/b.yml": ("`vendor/rules` changed",),
    }
    found = reasons([node("a/b/c/d.yml"), node("e/f.yml")], modified("a"))
    assert found == {"a/b/c/d.yml": ("`a` changed",)}


def test_changed_files_are_told_with_those_of_changed_folders() -> None:
    changes = [*modified("vendor/rules", "a.yml", "no.longer"), Change("b.yml", ChangeKind.RENAMED, "c.yml")]
    paths = ["a.yml", "b.yml", "c.yml", "d.yml", "vendor/rules/x.yml", "vendor/rules.yml"]
    assert find_changed(paths, changes) == {"a.yml", "b.yml", "vendor/rules/x.yml"}


def test_helpers_that_import_each_other_are_told_once() -> None:
    ring = [node("a.yml", ["module:a"], ["module:b"]), node("b.yml", ["module:b"], ["module:a"])]
    assert reasons(ring, modified("a.yml")) == {
        "a.yml": ("`a.yml` changed",),
        "b.yml": ("imports helper `a`: `a.yml` changed",),
    }


def test_file_that_needs_itself_is_told_once() -> None:
    assert reasons([node("a.yml", ["module:a"], ["module:a"])], modified("a.yml")) == {
        "a.yml": ("`a.yml` changed",)
    }


def test_long_chain_is_told_with_its_middle_left_out() -> None:
    chain = [node(f"{n}.yml", [f"module:m{n}"], [f"module:m{n + 1}"]) for n in range(50)]
    found = reasons(chain, modified("49.yml"))
    assert found["0.yml"] == ("imports helper `m1` → `m2` → … → `m48` → `m49`: `49.yml` changed",)


def test_path_that_is_not_text_is_told_in_a_form_that_is() -> None:
    found = reasons([node("a.yml")], [Change("a.yml", ChangeKind.RENAMED, "\udcff.yml")])
    assert found["a.yml"] == ("`a.yml` was renamed from `\\xff.yml`",)


def test_order_of_nodes_and_changes_does_not_matter() -> None:
    changes = modified("b.py", "okta.yml", "a.yml")
    forward = select(linked(PROJECT), changes, frozenset())
    backward = select(linked(PROJECT[::-1]), changes[::-1], frozenset())
    assert list(forward.reasons.items()) == list(backward.reasons.items())


def chained(count: int) -> list[Node]:
    """Files that need each other, by many ways, and all of them one name."""
    return [
        node(
            f"rules/deep/folder/{n}.yml",
            [f"module:m{n}"],
            [f"module:m{n + 1}", f"module:m{n // 2}", "log-type:x"],
        )
        for n in range(count)
    ]


def work_of_selecting(count: int) -> float:
    """Seconds of processor time, the least of some, that all of so many files take."""
    nodes, taken = chained(count), []
    changes = modified(f"rules/deep/folder/{count - 1}.yml", "rules/deep/folder/7.yml")
    for _ in range(5):
        started = time.process_time()
        found = select(linked(nodes), changes, frozenset(["log-type:x"]))
        taken.append(time.process_time() - started)
        assert len(found.reasons) == count
    return min(taken)


def test_work_grows_with_the_files_and_not_with_their_square() -> None:
    assert work_of_selecting(10_000) < 40 * work_of_selecting(1000)


# Whatever the graph and whatever the edit -------------------------------------------------------

# A file as content: what it provides, what it requires, and the rest of its text.
Content = tuple[frozenset[str], frozenset[str], int]
NAMES = [f"module:{letter}" for letter in "abcde"]
PATHS = [f"f{number}" for number in range(8)]
contents = st.tuples(
    st.frozensets(st.sampled_from(NAMES), max_size=2),
    st.frozensets(st.sampled_from([*NAMES, *(f"file:{path}" for path in PATHS)]), max_size=3),
    st.integers(0, 1),
)
trees = st.dictionaries(st.sampled_from(PATHS), contents)


def verdict(path: str, tree: Mapping[str, Content]) -> str:
    """Stands for any verdict: a digest of all content that can be reached by names."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            provided = {
                name: [p for p in tree if name in tree[p][0] or name == f"file:{p}"]
                for name in tree[current][1]
            }
            waiting += [provider for providers in provided.values() for provider in providers]
    reached = [(item, sorted(tree[item][0]), sorted(tree[item][1]), tree[item][2]) for item in sorted(seen)]
    return hashlib.sha256(repr(reached).encode()).hexdigest()


def as_linked(tree: Mapping[str, Content]) -> Linked:
    return linked(node(path, provides, requires) for path, (provides, requires, _) in tree.items())


def edits(base: Mapping[str, Content], head: Mapping[str, Content], renames: bool) -> list[Change]:
    """What git would report; with `renames`, deletions are paired with additions wherever it might."""
    gone, new = sorted(base.keys() - head.keys()), sorted(head.keys() - base.keys())
    pairs = list(zip(gone, new, strict=False)) if renames else []
    changes = [Change(after, ChangeKind.RENAMED, before) for before, after in pairs]
    changes += deleted(*gone[len(pairs) :])
    changes += [Change(path, ChangeKind.ADDED) for path in new[len(pairs) :]]
    return changes + modified(*(path for path in base if path in head and base[path] != head[path]))


@settings(max_examples=400, deadline=None)
@given(base=trees, head=trees, renames=st.booleans())
def test_verdicts_over_the_selection_and_unchanged_ones_make_the_full_verdict(
    base: Mapping[str, Content], head: Mapping[str, Content], renames: bool
) -> None:
    changes = edits(base, head, renames)
    touched = {path for change in changes for path in (change.path, change.old_path) if path in base}
    base_names = frozenset(name for path in touched for name in base[path][0])
    selection = select(as_linked(head), changes, base_names)
    before = {path: verdict(path, base) for path in base}
    gated = {path: verdict(path, head) if path in selection.reasons else before[path] for path in head}
    assert gated == {path: verdict(path, head) for path in head}


@settings(max_examples=200, deadline=None)
@given(tree=trees, edited=st.lists(st.sampled_from(PATHS), unique=True))
def test_only_what_reaches_a_change_is_selected(tree: Mapping[str, Content], edited: list[str]) -> None:
    edited = [path for path in edited if path in tree]
    head = {
        path: (provides, requires, text + 2 * (path in edited))
        for path, (provides, requires, text) in tree.items()
    }
    names = frozenset(name for path in edited for name in tree[path][0])
    selection = select(as_linked(head), modified(*edited), names)
    assert set(selection.reasons) == {path for path in head if verdict(path, tree) != verdict(path, head)}
    assert all(selection.reasons.values())
