"""What merging a change does, told from the files alone."""

import pytest

from panther_ci.kinds import AnalysisType
from panther_ci.model import Change, ChangeKind, ChangeSet, Effect, EffectKind
from panther_ci.pipeline import Request, judge
from panther_ci.reporters.effects_in_words import describe_effects

Files = dict[str, bytes]


def rule(name: str, more: str = "") -> bytes:
    text = (
        f"AnalysisType: rule\nRuleID: {name}\nFilename: b.py\nEnabled: true\nLogTypes: [T]\nSeverity: Low\n"
    )
    return (text + more).encode()


BODY = {"b.py": b"def rule(event):\n    return True\n"}


def judge_change(before: Files, now: Files, *changes: Change) -> tuple[tuple[Effect, ...], list[str]]:
    old = {change.old_path or change.path for change in changes}
    base = {path: data for path, data in before.items() if path in old}
    comparison = ChangeSet("h", "b", changes, base)
    report = judge(Request(BODY | now, comparison), lambda jobs: iter(())).report
    return report.effects, list(describe_effects(report))


def modified(path: str = "a.yml") -> Change:
    return Change(path, ChangeKind.MODIFIED)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("", "", []),
        ("", "Description: x\n", []),
        (
            "",
            "Status: Experimental\n",
            [
                "the rule `A` had the `Status` none, and has experimental now: it is not deployed while its "
                "`Status` is experimental"
            ],
        ),
        ("Status: beta\n", "", ["the rule `A` had the `Status` beta, and has none now"]),
    ],
)
def test_a_status_that_changes_is_told(before: str, now: str, told: list[str]) -> None:
    assert judge_change({"a.yml": rule("A", before)}, {"a.yml": rule("A", now)}, modified())[1] == told


def test_a_severity_and_being_enabled_are_told_before_a_status() -> None:
    now = rule("A", "Status: beta\n").replace(b"Low", b"High").replace(b"true", b"false")
    assert judge_change({"a.yml": rule("A")}, {"a.yml": now}, modified())[1] == [
        "the rule `A` was enabled, and is disabled now",
        "the rule `A` had the severity Low, and has High now",
        "the rule `A` had the `Status` none, and has beta now",
    ]


def test_another_id_leaves_the_old_one_deployed() -> None:
    assert judge_change({"a.yml": rule("A")}, {"a.yml": rule("B")}, modified())[1] == [
        "the rule `B` is new; `A`, its id before, remains deployed until it is deleted"
    ]


def test_a_rule_that_moves_to_another_file_is_the_same() -> None:
    changes = (Change("a.yml", ChangeKind.DELETED), Change("c.yml", ChangeKind.ADDED))
    assert judge_change({"a.yml": rule("A")}, {"c.yml": rule("A")}, *changes)[1] == []
    renamed = Change("c.yml", ChangeKind.RENAMED, "a.yml")
    assert judge_change({"a.yml": rule("A")}, {"c.yml": rule("C")}, renamed)[1] == [
        "the rule `C` is new; `A`, its id before, remains deployed until it is deleted"
    ]


def test_a_deleted_rule_remains_deployed_unless_another_file_has_it() -> None:
    gone = Change("a.yml", ChangeKind.DELETED)
    assert judge_change({"a.yml": rule("A")}, {}, gone)[1] == [
        "the rule `A` is deleted here, but remains deployed until it is deleted: uploads never delete"
    ]
    assert judge_change({"a.yml": rule("A")}, {"z.yml": rule("A")}, gone)[1] == []


def test_a_new_rule_in_the_old_file_of_one_that_moves_is_new() -> None:
    changes = (modified(), Change("c.yml", ChangeKind.ADDED))
    now = {"a.yml": rule("B"), "c.yml": rule("A")}
    assert judge_change({"a.yml": rule("A")}, now, *changes)[1] == ["the rule `B` is new"]


def test_effects_stand_in_the_order_of_the_files_and_say_only_what_they_are() -> None:
    changes = (Change("a.yml", ChangeKind.DELETED), Change("c.yml", ChangeKind.ADDED))
    now = {"b.yml": rule("B", "Status: Stable\n"), "c.yml": rule("C")}
    effects = judge_change({"a.yml": rule("A"), "b.yml": rule("B")}, now, *changes, modified("b.yml"))[0]
    assert effects == (
        Effect(EffectKind.REMOVED, AnalysisType.RULE, "A", "a.yml", "", ""),
        Effect(EffectKind.STATUS, AnalysisType.RULE, "B", "b.yml", "", "stable"),
        Effect(EffectKind.ADDED, AnalysisType.RULE, "C", "c.yml", "", ""),
    )


def test_a_rule_that_can_not_be_read_is_not_told_to_be_deleted() -> None:
    for data in (b"AnalysisType: rule\nRuleID: [", b"\xff\xfe\x00", rule("A")[:20]):
        assert judge_change({"a.yml": rule("A")}, {"a.yml": data}, modified())[1] == []
    other = rule("A").replace(b"AnalysisType: rule", b"AnalysisType: scheduled_rule")
    effects = judge_change({"a.yml": rule("A")}, {"a.yml": other}, modified())[0]
    assert [effect.kind for effect in effects] == [EffectKind.ADDED, EffectKind.REMOVED]


def test_a_new_rule_is_told_and_whether_it_is_deployed() -> None:
    added = Change("a.yml", ChangeKind.ADDED)
    assert judge_change({}, {"a.yml": rule("A")}, added)[1] == ["the rule `A` is new"]
    assert judge_change({}, {"a.yml": rule("A", "Status: deprecated\n")}, added)[1] == [
        "the rule `A` is new: it is not deployed while its `Status` is deprecated"
    ]


def test_of_many_effects_the_first_fifty_are_told() -> None:
    now = {f"{number}.yml": rule(f"R{number}") for number in range(60)}
    effects, told = judge_change({}, now, *(Change(path, ChangeKind.ADDED) for path in now))
    assert (len(effects), len(told), told[-1]) == (60, 51, "and 10 more")


def test_where_everything_is_judged_nothing_is_known_of_a_change() -> None:
    files = BODY | {"a.yml": rule("A")}
    comparison = ChangeSet(judge_all_reason="it was asked for")
    assert judge(Request(files, comparison), lambda jobs: iter(())).report.effects == ()


def test_of_another_folder_nothing_is_told() -> None:
    comparison = ChangeSet("h", "b", (Change("x/a.yml", ChangeKind.DELETED),), {"x/a.yml": rule("A")})
    request = Request({"y/b.py": BODY["b.py"]}, comparison, within="y")
    assert judge(request, lambda jobs: iter(())).report.effects == ()
