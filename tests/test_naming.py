"""What names stand for, and what is said of those that stand for nothing."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError
from panther_ci.model import Finding, Location, Selection, Spec
from panther_ci.naming import Named, choose_cases, keep_cases, refuse_unread, restrict_to_named
from panther_ci.specs.named import find_named, find_near, place_name
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search
from tests.specs.found import BODY, rule

CASES = """Tests:
  - {Name: one, ExpectedResult: true, Log: {a: 1}}
  - {Name: two, ExpectedResult: true, Log: {}}
"""
FILES = {
    "rules/a.yml": rule("A", CASES),
    "rules/a.py": "import words\n" + BODY,
    "rules/deep/b.yml": rule("B/x", body="b.py"),
    "rules/deep/b.py": BODY,
    "rules2/c.yml": rule("C"),
    "rules2/c.py": BODY,
    "globals/words.yml": "AnalysisType: global\nGlobalID: words\nFilename: words.py\n",
    "globals/words.py": "WORD = 1\n",
    "queries/q.yml": "AnalysisType: saved_query\nQueryName: Daily\nQuery: SELECT 1\n",
    "notes.yml": "a: 1\n",
    "odd/t.yml": "AnalysisType: ruel\nRuleID: Odd\n",
    "lone.py": "",
}
SEARCH = Search({path: text.encode() for path, text in FILES.items()})


def specs(*paths: str) -> list[Spec]:
    project = load_project(SEARCH, frozenset(paths))
    return [project.specs[path] for path in paths]


@pytest.mark.parametrize(
    ("names", "folder", "found"),
    [
        (["A"], ".", ["rules/a.yml"]),
        (["B/x"], "rules2", ["rules/deep/b.yml"]),
        (["rules/a.yml", "rules/a.py", "A"], ".", ["rules/a.yml"]),
        (["deep"], "rules", ["rules/deep/b.yml"]),
        (["../rules2/c.py", "a.yml"], "rules", ["rules2/c.yml", "rules/a.yml"]),
        (["rules"], ".", ["rules/a.yml", "rules/deep/b.yml"]),
        (["rules/"], ".", ["rules/a.yml", "rules/deep/b.yml"]),
        (["."], "rules", ["rules/a.yml", "rules/deep/b.yml"]),
        (["globals/words.py"], ".", ["globals/words.yml"]),
        (["Daily", "words"], ".", ["queries/q.yml", "globals/words.yml"]),
        ([], ".", []),
    ],
)
def test_a_name_is_an_id_or_the_path_of_a_spec_a_body_or_a_folder(
    names: list[str], folder: str, found: list[str]
) -> None:
    assert [*find_named(SEARCH, names, folder)] == found


def test_the_root_stands_for_all_specs() -> None:
    every = {path for path in FILES if path.endswith(".yml")} - {"notes.yml"}
    assert set(find_named(SEARCH, ["."])) == every
    assert set(find_named(SEARCH, [".."], "rules")) == every


@pytest.mark.parametrize(
    ("name", "kind", "hint"),
    [
        ("a", "spec", "Did you mean `A`?"),
        ("b/X", "spec", "Did you mean `B/x`?"),
        ("Dayly", "spec", "Did you mean `Daily`?"),
        ("Odd", "detection", "Name its id, or the path of its spec or body."),
        ("Daily", "detection", "Name its id, or the path of its spec or body."),
        ("queries/q.yml", "detection", "It is none itself, and none names it in `Filename`."),
        ("lone.py", "spec", "It is none itself, and none names it in `Filename`."),
        ("notes.yml", "spec", "It is none itself, and none names it in `Filename`."),
        ("nothing", "spec", "Name its id, or the path of its spec or body."),
        ("", "spec", "Name its id, or the path of its spec or body."),
        ("/rules", "spec", "Name its id, or the path of its spec or body."),
        ("../up", "spec", "Name its id, or the path of its spec or body."),
    ],
)
def test_a_name_of_nothing_is_told_with_the_nearest(name: str, kind: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        find_named(SEARCH, ["A", name], only_judged=kind == "detection")
    assert (caught.value.message, caught.value.hint) == (f"There is no {kind} `{name}`.", hint)


@pytest.mark.parametrize(
    ("name", "near"), [("alerts", "Alerts"), ("alart", "Alerts"), ("abc", ""), ("quit", "quiet"), ("", "")]
)
def test_the_most_similar_name_is_the_nearest_whatever_its_case(name: str, near: str) -> None:
    assert find_near(name, ["quiet", "Alerts", "quite other"]) == near


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [(".", "a", "a"), ("x", "../a/./b", "a/b"), ("x/y", ".", "x/y"), ("x", "/a", "/a")],
)
def test_a_path_is_seen_from_a_folder(folder: str, name: str, path: str) -> None:
    assert place_name(folder, name) == path


def test_without_names_all_is_meant() -> None:
    assert Named() == ((), ".", ())


def test_what_is_named_and_could_not_be_read_is_refused() -> None:
    finding = Finding.of(CheckId.LINKED_FILE, "This is a link.", Location("rules/l.yml"), "Replace it.")
    refuse_unread(Named(("a.yml",), "rules"), [finding])
    with pytest.raises(InputError) as caught:
        refuse_unread(Named(("a.yml", "./l.yml"), "rules"), [finding])
    assert (caught.value.message, caught.value.hint) == ("./l.yml: This is a link.", "Replace it.")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("A", ["rules/a.yml"]),
        ("words", ["globals/words.yml", "rules/a.yml"]),
        ("Daily", ["queries/q.yml"]),
        ("Odd", ["odd/t.yml"]),
    ],
)
def test_what_is_shared_is_judged_with_what_depends_on_it(name: str, left: list[str]) -> None:
    everything = Selection(dict.fromkeys(sorted(FILES), ("asked for",)), "asked for")
    found = restrict_to_named(everything, SEARCH, Named((name,)))
    assert sorted(path for path in found.reasons if path.endswith(".yml")) == left
    assert (found.judge_all_reason, set(found.reasons.values())) == ("asked for", {("asked for",)})


def test_what_has_cases_is_judged_without_what_depends_on_it() -> None:
    derived = "AnalysisType: rule\nRuleID: D\nBaseDetection: A\nEnabled: true\n"
    search = Search({**SEARCH.files, "rules/d.yml": derived.encode()})
    everything = Selection(dict.fromkeys(sorted(search.files), ("asked for",)))
    assert "rules/d.yml" not in restrict_to_named(everything, search, Named(("A",))).reasons


def test_only_cases_of_the_names_are_kept() -> None:
    both = specs("rules/a.yml", "rules/deep/b.yml")
    assert keep_cases(both, ()) == both
    assert keep_cases([], ["two"]) == []
    kept = keep_cases(both, ["two"])
    assert [[case.name for case in spec.cases] for spec in kept] == [["two"], []]
    assert [case.name for case in choose_cases(both[0], ()).cases] == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "hint"), [("Tow", "Did you mean `two`?"), ("x", "Compare it with the names in `Tests`.")]
)
def test_a_name_of_no_case_is_told_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        keep_cases(specs("rules/a.yml"), ["one", name])
    assert (caught.value.message, caught.value.hint) == (f"No case has the name `{name}`.", hint)
