"""Plans and answers in plain words."""

from panther_ci.deployments.base import ArchiveFacts, Plan, Receipt, Summary, TypePlan
from panther_ci.deployments.wording import (
    describe_answer,
    describe_left_out,
    describe_plan,
    describe_receipt,
)
from panther_ci.kinds import CURRENT, LEGACY, AnalysisType
from panther_ci.model import PackItem

FACTS = (ArchiveFacts("c0ffee", 12345, 4),)
ARCHIVE = ["archive 1 of 1: 4 specs, 12,345 bytes", "  sha256 c0ffee"]


def test_a_receipt_that_a_shell_would_read_otherwise_is_quoted():
    lines = list(describe_receipt(Receipt("a; b", 1, 2)))
    assert lines[0] == "[INFO]: Receipt of archive 1 of 2: a; b"
    assert "--resume 'a; b'`" in lines[1]


def test_a_plan_lists_every_change_and_what_stays():
    types = (TypePlan("rule", ("N",), ("M",), ("U",), ("S",)), TypePlan("policy", unchanged=("P",)))
    assert list(describe_plan(Plan("local deployment x", FACTS, {"policy": 1, "rule": 3}, types))) == [
        *ARCHIVE,
        "An upload to local deployment x would send 1 policy, 3 rule.",
        "rule: 1 new, 1 modified, 1 unchanged",
        "  + N",
        "  ~ M",
        "  ! S remains deployed: it is not in this upload, and uploads never delete",
        "policy: 0 new, 0 modified, 1 unchanged",
    ]


def test_a_long_plan_is_cut_aloud():
    ids = tuple(f"Id.{number}" for number in range(60))
    lines = list(describe_plan(Plan("x", FACTS, {}, (TypePlan("rule", new=ids),))))
    assert lines[-2:] == ["  + Id.49", "  + and 10 more"]


def test_an_id_with_braces_is_only_an_id():
    lines = list(describe_plan(Plan("x", FACTS, {}, (TypePlan("rule", new=("{0.__class__}",)),))))
    assert lines[-1] == "  + {0.__class__}"


def test_a_plan_says_what_it_cannot_see():
    lines = list(describe_plan(Plan("x", FACTS, {}, unseen="it is closed")))
    assert lines[-1] == "What it would change is unknown: it is closed."


def test_a_plan_says_that_all_is_deployed():
    assert "would change nothing" in list(describe_plan(Plan("x", FACTS, {}, already_deployed=True)))[-1]


def test_an_empty_pack_is_said():
    assert list(describe_plan(Plan("x", (), {}))) == ["An upload to x would send nothing."]
    assert list(describe_answer(Summary("x", ()))) == ["[INFO]: There is nothing to upload to x."]


def test_an_answer_is_the_session_of_2020():
    answers = {"newRules": 1, "totalRules": 2}, {"newRules": 2, "note": "n"}
    assert list(describe_answer(Summary("x", FACTS, answers, ("c0ffee",)))) == [
        "[INFO]: Upload success.",
        "[INFO]: API Response:",
        "{",
        '    "newRules": 3,',
        '    "totalRules": 2',
        "}",
    ]


def test_what_is_deployed_already_is_said():
    lines = list(describe_answer(Summary("x", FACTS, already_deployed=True)))
    assert lines == [
        "[INFO]: x has exactly this already; nothing was uploaded.",
        "[INFO]: `panther-ci deploy --force` uploads it again.",
    ]


def test_an_upload_that_changed_nothing_is_said():
    summary = Summary("x", FACTS, ({"newRules": 0},), ("c0ffee",), already_deployed=True)
    assert "[INFO]: It changed nothing: x had exactly this before." in list(describe_answer(summary))


def test_what_is_not_in_the_archives_is_counted_once_with_its_reason():
    rule = PackItem("r.yml", "R", AnalysisType.RULE, ())
    pack = PackItem("p.yml", "P", AnalysisType.PACK, ())
    waiting = [each._replace(deployed=False) for each in (rule, pack)]
    assert list(describe_left_out([rule, pack], CURRENT)) == []
    assert list(describe_left_out([rule, pack, *waiting], LEGACY)) == [
        "[INFO]: Not deployed (Status experimental or deprecated): 2 specs.",
        "[INFO]: Not deployed (type not accepted by the target): 1 pack.",
    ]
    assert list(describe_left_out(waiting[:1], CURRENT)) == [
        "[INFO]: Not deployed (Status experimental or deprecated): 1 spec."
    ]
