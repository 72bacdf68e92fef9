"""What is left out of a run, by patterns of its inputs and by the folders that are no detections."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError
from panther_ci.model import Finding, LeftOut, Location, Omission
from panther_ci.repository.exclusions import compile_pattern, leave_out, parse_patterns
from panther_ci.repository.files import Tree

ENVIRONMENT = LeftOut(Omission.ENVIRONMENT, "tools/env/")


def make_tree(*paths: str) -> Tree:
    return Tree(dict.fromkeys(paths, b""))


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("a.yml", "a.yml", True),
        ("a.yml", "rules/a.yml", True),
        ("a.yml", "rules/xa.yml", False),
        ("a.yml", "rules/a-yml", False),
        ("./a.yml", "a.yml", True),
        ("./a.yml", "rules/a.yml", False),
        ("/a.yml", "rules/a.yml", False),
        ("rules/a.yml", "rules/a.yml", True),
        ("rules//./a.yml", "rules/a.yml", True),
        ("rules/a.yml", "x/rules/a.yml", False),
        ("legacy", "x/legacy/a.yml", True),
        ("legacy/", "x/legacy/a.yml", True),
        ("legacy/", "x/legacy_rules/a.yml", False),
        ("/legacy/", "x/legacy/a.yml", False),
        ("/legacy/", "legacy/x/a.yml", True),
        ("rules/*", "rules/x/a.yml", True),
        ("rules/*", "other/x/a.yml", False),
        ("a*b?c.yml", "a1b2c.yml", True),
        ("a*b?c.yml", "a12c.yml", False),
        ("a*b?c.yml", "b2c.yml", False),
        ("a*b?c.yml", "a1b2.yml", False),
        ("rules/*.yml", "rules/x/a.yml", False),
        ("rules/**.yml", "rules/x/a.yml", True),
        ("rules/**/*.yml", "rules/a.yml", True),
        ("rules/**/*.yml", "rules/x/y/a.yml", True),
        ("**/fixtures/*.yml", "fixtures/a.yml", True),
        ("**/fixtures/*.yml", "x/y/fixtures/a.yml", True),
        ("rules/**", "rules/a.yml", True),
        ("?.yml", "rules/ab.yml", False),
        ("*.json", "x/a.json", True),
        ("[a].yml", "a.yml", False),
        ("x/ant", "y/x/ant/a.yml", False),
        ("x/ant//", "x/ant/a.yml", True),
    ],
)
def test_a_pattern_with_a_slash_begins_at_the_root_and_another_is_a_name(pattern, path, wanted):
    assert bool(compile_pattern(pattern)(path)) is wanted


def test_each_pattern_says_how_much_it_left_out():
    gone = ["legacy/a.yml", "legacy/b.yml", "rules/b.yml"]
    tree = make_tree("a.yml", *gone)
    rest = leave_out(tree, ("legacy/", "b.yml", "none"), ".")
    assert (list(rest.tree.files), list(rest.files)) == (
        ["a.yml"],
        ["legacy/a.yml", "legacy/b.yml", "rules/b.yml"],
    )
    assert [(each.by, each.files) for each in rest.left_out] == [("legacy/", 2), ("b.yml", 1), ("none", 0)]


def test_a_finding_on_what_is_left_out_is_gone():
    findings = [Finding.of(CheckId.LINKED_FILE, "", Location(path)) for path in ("a.yml", "b.yml")]
    rest = leave_out(Tree({}, tuple(findings)), ("a.yml",), ".")
    assert rest.tree.findings == (findings[1],)


@pytest.mark.parametrize(
    ("within", "left"),
    [
        (".", ["rules/templates/a.yml"]),
        ("rules", ["rules/templates/a.yml"]),
        ("templates", ["rules/templates/a.yml", "templates/a.yml"]),
        ("templates/aws", ["rules/templates/a.yml", "templates/a.yml"]),
    ],
)
def test_templates_at_the_root_are_left_out_unless_they_are_named(within, left):
    tree = make_tree("rules/templates/a.yml", "templates/a.yml")
    assert list(leave_out(tree, (), within).tree.files) == left


@pytest.mark.parametrize(
    ("within", "told"),
    [
        (".", [LeftOut(Omission.TEMPLATES, "templates/", 1), ENVIRONMENT]),
        ("tools", [ENVIRONMENT]),
        ("rules", []),
    ],
)
def test_folders_are_told_where_they_are_part_of_what_is_judged(within, told):
    tree = make_tree("templates/a.yml")._replace(left_out=(ENVIRONMENT,))
    assert list(leave_out(tree, (), within).left_out) == told


def test_patterns_are_words_or_texts_in_quotes():
    assert parse_patterns("a/\n 'b c.yml' a/") == ("a/", "b c.yml")


@pytest.mark.parametrize("text", ["'a", "!a", "../a", "a/../../b"])
def test_what_can_not_be_a_file_of_the_repository_is_refused(text):
    with pytest.raises(InputError, match=r"^exclude: "):
        parse_patterns(text)
