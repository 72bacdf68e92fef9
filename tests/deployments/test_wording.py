"""Plans and summaries in plain words."""

import json

from panther_ci.deployments.base import ArchiveFacts, Plan, Summary, TypePlan
from panther_ci.deployments.wording import describe_plan, describe_summary, render_summary

FACTS = (ArchiveFacts("c0ffee", 12345, 3),)


def test_a_plan_lists_every_change_and_what_stays():
    types = (TypePlan("rule", ("N",), ("M",), ("U",), ("S",)), TypePlan("policy", unchanged=("P",)))
    assert describe_plan(Plan("local deployment x", FACTS, {"policy": 1, "rule": 3}, types)) == (
        "Plan for local deployment x\n"
        "  archive sha256:c0ffee, 12,345 bytes, 3 specs\n"
        "  1 policy\n"
        "  3 rule\n"
        "rule: 1 new, 1 modified, 1 unchanged, 1 no longer in the pack\n"
        "  + N\n"
        "  ~ M\n"
        "  = S stays: a deployment never deletes\n"
        "policy: 0 new, 0 modified, 1 unchanged\n"
    )


def test_a_plan_says_what_it_cannot_see():
    assert "can't be told: it is closed.\n" in describe_plan(Plan("x", FACTS, {}, unseen="it is closed"))


def test_a_plan_says_that_all_is_deployed():
    assert "would change nothing" in describe_plan(Plan("x", FACTS, {}, already_deployed=True))


def test_an_empty_plan_says_so():
    assert describe_plan(Plan("x", (), {})) == "Plan for x\n  nothing to upload\n"


def test_a_summary_counts():
    text = describe_summary(Summary("x", FACTS, ({"newRules": 1}, {"newRules": 2, "note": "n"}), ("c0ffee",)))
    assert text.endswith("specs\n  newRules: 3\n")


def test_a_summary_says_why_nothing_was_uploaded():
    assert "--force uploads it" in describe_summary(Summary("x", FACTS, already_deployed=True))


def test_a_summary_says_that_an_upload_changed_nothing():
    summary = Summary("x", FACTS, ({"newRules": 0},), ("c0ffee",), already_deployed=True)
    assert "uploaded and changed nothing" in describe_summary(summary)


def test_an_empty_summary_says_that_there_was_nothing():
    assert describe_summary(Summary("x", ())) == "Deployment to x\n  nothing to upload\n"


def test_the_summary_for_machines_is_one_line_of_json():
    text = render_summary(Summary("x", FACTS, ({"newRules": 1},), ("c0ffee",)))
    assert json.loads(text) == {
        "target": "x",
        "alreadyDeployed": False,
        "uploaded": 1,
        "archives": [{"sha256": "c0ffee", "bytes": 12345, "specs": 3}],
        "counts": {"newRules": 1},
    }
    assert "\n" not in text
