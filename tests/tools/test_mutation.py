"""The mutation run notices what cases notice, and wants a reason for the rest."""

from dataclasses import replace

import pytest

from tools.library import read_detections
from tools.mutation import Survivor, Target, find_targets, report, run_target

SURVIVOR = Survivor("rules/a.py", 7, "rule", "a | b", "b")


def target_of(id_):
    return next(target for target in find_targets() if target.detections[0].id == id_ and not target.name)


def test_every_body_and_global_is_a_target():
    targets = list(find_targets())
    assert [target.path for target in targets if not target.name] == [d.body for d in read_detections()]
    assert {"aws_globals", "aws_cis_configuration"} <= {target.name for target in targets}


def test_a_global_is_judged_by_all_that_use_it_through_others():
    target = next(target for target in find_targets() if target.name == "aws_globals")
    assert len(target.detections) == len(read_detections())


def test_faults_in_a_body_are_noticed_by_its_cases():
    assert run_target(target_of("AWS.Root.Activity")) == (41, [])


def test_without_cases_every_fault_survives():
    target = target_of("AWS.Root.Activity")
    bare = replace(target.detections[0], spec=target.detections[0].spec | {"Tests": []})
    total, survivors = run_target(Target(target.path, target.name, (bare,)))
    assert (total, len(survivors)) == (41, 41)


def test_a_failing_case_ends_the_run():
    target = target_of("AWS.Root.Activity")
    wrong = [case | {"ExpectedResult": not case["ExpectedResult"]} for case in target.detections[0].cases]
    broken = replace(target.detections[0], spec=target.detections[0].spec | {"Tests": wrong})
    with pytest.raises(RuntimeError, match="its cases fail even without a fault"):
        run_target(Target(target.path, target.name, (broken,)))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("99 of 100 mutants noticed, 99.0%\n| rules/a.py | rule | `a \\| b` | `b` | because |", []),
        ("99 of 100 mutants noticed, 99.0%\n| rules/a.py | rule | all | | because |", []),
        (
            "99 of 100 mutants noticed, 99.0%\n| rules/b.py | rule | all | | because |",
            [
                "the page does not explain analysis/rules/a.py:7: | rules/a.py | rule | `a \\| b` | `b` |",
                "the page explains what is noticed: | rules/b.py | rule | all | | because |",
            ],
        ),
        ("| rules/a.py | rule | all | | because |", ["the page tells another figure"]),
    ],
)
def test_the_page_has_to_tell_the_figure_and_each_survivor(page, said):
    text, good = report(100, [SURVIVOR], page)
    assert text.splitlines() == ["99 of 100 mutants noticed, 99.0%", *said]
    assert good is (said == [])


def test_too_many_survivors_are_not_good_even_if_explained():
    page = "9 of 10 mutants noticed, 90.0%\n| rules/a.py | rule | all | | because |"
    assert report(10, [SURVIVOR], page) == ("9 of 10 mutants noticed, 90.0%\n", False)
