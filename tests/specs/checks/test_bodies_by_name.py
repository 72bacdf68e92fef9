"""What is said of a body that is not where it should be, or that has the name of another one."""

import pytest

from tests.specs.found import BODY, find, find_one, rule


@pytest.mark.parametrize(
    ("others", "hint"),
    [
        ({"rules/lgoin.py": BODY}, "`lgoin.py`?"),
        ({"rules/login.txt": BODY, "other/lgoin.py": BODY}, "Add it"),
        ({"a/login.py": BODY, "b/login.py": BODY}, "`a/login.py`"),
        ({"a/login.py": BODY, "rules/logins.py": BODY}, "`logins.py`?"),
        ({"rules/quite_different.py": BODY}, "Add it"),
    ],
)
def test_a_missing_body_comes_with_the_one_that_may_be_meant(others, hint):
    found = find_one({"rules/login.yml": rule("Login")} | others, ["rules/login.yml"])
    assert (found.check, str(found.location)) == ("missing-body", "rules/login.yml:6:11")
    assert (hint in found.hint, found.detection) == (True, "Login")


@pytest.mark.parametrize(
    ("filename", "hint"),
    [("../../x.py", "beside the spec"), ("../b/c.py", "write `c.py`"), ("a.txt", "ends in `.py`")],
)
def test_a_path_of_a_body_comes_with_what_to_write(filename, hint):
    found = find_one({"rules/a.yml": rule("A", body=filename)})
    assert (found.check, hint in found.hint) == ("body-path", True)


@pytest.mark.parametrize(
    "text",
    [
        "AnalysisType: rule\nRuleID: A\nBaseDetection: B\nFilename: x/a.py\n",
        "AnalysisType: lookup_table\nLookupName: A\nEnabled: true\nFilename: ../a.csv\n",
        rule("A", body="5"),
        rule("A", body="''"),
    ],
    ids=["derived", "table", "number", "empty"],
)
def test_only_a_spec_that_names_a_body_of_its_own_has_a_wrong_path(text):
    assert [each for each in find({"a.yml": text}) if each.check in ("body-path", "missing-body")] == []


def collide(status: str, other: str = "", **settings: bool) -> tuple[str, bool]:
    """The level of the finding on the first of two rules, and whether its hint is about the status."""
    texts = [f"Status: {each}\n" if each else "" for each in (status, other)]
    files = {"x/a.yml": rule("A", texts[0], "z.py"), "y/b.yml": rule("B", texts[1], "z.py")}
    found = find_one(files | {"x/z.py": BODY, "y/z.py": BODY}, ["x/a.yml"], **settings)
    assert (found.check, str(found.location), found.detection) == ("body-name-collision", "x/a.yml:6:11", "A")
    assert ("`y/z.py`" in found.message, "Rename one" in found.hint) == (True, True)
    return found.level, "`Status`" in found.hint


def test_bodies_of_one_name_are_an_error_if_both_are_deployed():
    assert collide("stable") == ("error", False)
    assert collide("experimental") == collide("", "deprecated") == ("warning", True)
    assert collide("experimental", "deprecated") == ("warning", True)
    assert collide("experimental", deploy_all=True) == ("error", False)


def test_a_body_collides_with_the_first_of_many_and_never_with_itself():
    rules = {f"{name}/r.yml": rule(name.upper(), body="z.py") for name in "abc"}
    bodies = {f"{name}/z.py": BODY for name in "abc"}
    found = find(rules | bodies)
    assert [(each.detection, each.message.split("`")[1]) for each in found] == [
        ("A", "b/z.py"),
        ("B", "a/z.py"),
        ("C", "a/z.py"),
    ]
    shared = {f"a/{name}.yml": rule(name.upper(), body="z.py") for name in "xy"}
    assert find(shared | {"a/z.py": BODY}) == ()
    assert [each.check for each in find(shared | {"b/r.yml": rule("R", body="z.py")} | {"b/z.py": BODY})] == [
        "missing-body",
        "missing-body",
    ]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (rule("A").partition("Filename")[0], True),
        ("AnalysisType: lookup_table\nLookupName: A\n", True),
        ("AnalysisType: saved_query\nQueryName: A\nQuery: SELECT 1\n", False),
        ("AnalysisType: pack\nPackID: A\nPackDefinition: {IDs: []}\n", False),
    ],
)
def test_the_path_of_a_file_is_judged_only_where_a_deployment_gets_it(head: str, told: bool) -> None:
    found = find({"a.yml": f"{head}Filename: 'b\\c'\n", "b\\c": ""}, ["a.yml"])
    assert ("b\\c" in [each.location.path for each in found if each.check == "file-path"]) is told


@pytest.mark.parametrize(("before", "line"), [("", 1), ("\n", 2), ("# one\n# two\n", 3)])
def test_a_body_that_no_spec_names_is_told_with_the_line_of_its_function(before: str, line: int) -> None:
    found = find_one({"a.py": before + BODY, "README.md": BODY})
    assert (found.check, str(found.location)) == ("unused-body", f"a.py:{line}:1")


@pytest.mark.parametrize(
    ("beside", "told"), [(rule("A", body="b.py"), True), ("AnalysisType: rule\nRuleID: [", False)]
)
def test_a_body_that_no_spec_names_is_told_unless_the_spec_beside_it_can_not_be_read(
    beside: str, told: bool
) -> None:
    found = find({"a.yml": beside, "a.py": BODY, "b.py": BODY, "c.yml": rule("C", body="b.py")})
    assert ("a.py" in [each.location.path for each in found if each.check == "unused-body"]) is told
