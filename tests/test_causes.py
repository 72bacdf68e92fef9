"""What of a change each spec is told to depend on: the files that it loads, and the names that are gone."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from panther_ci.model import Change, ChangeKind, ChangeSet, Job, JobResult, Loss, Report
from panther_ci.pipeline import Request, judge

Files = Mapping[str, bytes]
BODY = b"def rule(event):\n    return True\n"
IMPORTING = b"import h\n\n\ndef rule(event):\n    return h.f(event)\n"


def spec(kind: str, **keys: str) -> bytes:
    return "".join(f"{key}: {value}\n" for key, value in ({"AnalysisType": kind} | keys).items()).encode()


def rule(name: str, **keys: str) -> bytes:
    usual = {"Enabled": "true", "LogTypes": "[T]", "Severity": "Low", "Filename": f"{name}.py"}
    return spec("rule", RuleID=name, **(usual | keys))


def module(name: str, code: bytes = b"def f(event):\n    return True\n") -> dict[str, bytes]:
    return {f"{name}.yml": spec("global", GlobalID=name, Filename=f"{name}.py"), f"{name}.py": code}


def run_all(jobs: Sequence[Job]) -> Iterator[JobResult]:
    return (JobResult(job.spec.path, ()) for job in jobs)


def report_on(before: Files, now: Files, **moved: str) -> Report:
    """The report on a change; `moved` are new paths without their suffix, with the old ones."""
    olds = {f"{path}.yml": f"{old}.yml" for path, old in moved.items()}
    changed = sorted(path for path in {*before, *now} - {*olds.values()} if before.get(path) != now.get(path))
    kinds = {(True, True): ChangeKind.MODIFIED, (True, False): ChangeKind.DELETED}
    changes = [
        Change(path, ChangeKind.RENAMED, olds[path])
        if path in olds
        else Change(path, kinds.get((path in before, path in now), ChangeKind.ADDED))
        for path in changed
    ]
    base = {old: before[old] for each in changes if (old := each.old_path or each.path) in before}
    return judge(Request(now, ChangeSet("h", "b", tuple(changes), base)), run_all).report


FILES = {"r.yml": rule("r"), "r.py": IMPORTING, **module("h")}
FILES |= {"d.yml": spec("rule", RuleID="d", BaseDetection="r")}


@pytest.mark.parametrize(
    ("paths", "touched", "changed"),
    [
        (["r.yml"], {"r"}, {"r": (), "d": ("r.yml",)}),
        (["r.py"], {"r"}, {"r": (), "d": ("r.py",)}),
        (["r.py", "r.yml"], {"r"}, {"r": (), "d": ("r.py", "r.yml")}),
        (["h.py"], set(), {"r": ("h.py",), "d": ("h.py",)}),
        (["d.yml", "h.py"], {"d"}, {"r": ("h.py",), "d": ("h.py",)}),
        (["r.py", "r.yml", "h.py"], {"r"}, {"r": ("h.py",), "d": ("h.py", "r.py", "r.yml")}),
    ],
)
def test_a_spec_is_told_what_else_it_loads_of_a_change(paths, touched, changed):
    now = FILES | {path: FILES[path] + b"# changed\n" for path in paths}
    specs = [each for each in report_on(FILES, now).specs if each.type == "rule"]
    assert {each.id for each in specs if each.touched} == touched
    assert {each.id: each.changed for each in specs if each.id in changed} == changed


def test_where_everything_is_judged_nothing_is_told_to_have_changed():
    report = judge(Request(FILES, ChangeSet(judge_all_reason="it was asked for")), run_all).report
    assert {(each.touched, each.changed, each.lost) for each in report.specs} == {(False, (), ())}
    assert (report.losses, report.changed) == ((), {})


MODEL = spec("datamodel", DataModelID="m", LogTypes="[T]", Enabled="true", Mappings="[{Name: a, Path: b}]")
QUERY = spec("saved_query", QueryName="q", Query="select 1")
SCHEDULED = spec(
    "scheduled_rule", RuleID="s", Filename="s.py", Enabled="true", Severity="Low", ScheduledQueries="[q]"
)
STATING = rule("e", LogTypes="[U]", Tests="[{Name: c, ExpectedResult: true, Log: {p_log_type: T}}]")


RULE = {"r.yml": rule("r"), "r.py": BODY}
DERIVED = spec("rule", RuleID="d", BaseDetection="b")


@pytest.mark.parametrize(
    ("gone", "kept", "lost"),
    [
        (module("h"), RULE | {"r.py": IMPORTING}, {"r": ("module:h",)}),
        (module("h"), RULE | {"r.py": IMPORTING, "d.yml": DERIVED.replace(b" b", b" r")}, {"r", "d"}),
        (module("h"), RULE | {"r.py": b"import g\n"} | module("g", b"import h\n"), {"r", "g"}),
        ({"m.yml": MODEL}, RULE, {"r": ("log-type:T",)}),
        (
            {"m.yml": MODEL},
            RULE | {"d.yml": DERIVED.replace(b" b", b" r")},
            dict.fromkeys("rd", ("log-type:T",)),
        ),
        ({"m.yml": MODEL}, {"e.yml": STATING, "e.py": BODY}, {"e": ("log-type:T",)}),
        ({"q.yml": QUERY}, {"s.yml": SCHEDULED, "s.py": BODY}, {"s": ("query:q",)}),
        ({"b.yml": rule("b"), "b.py": BODY}, {"d.yml": DERIVED}, {"d": ("detection:b",)}),
        ({"x.yml": rule("x"), "x.py": BODY}, RULE, {}),
        (module("h"), {"r.yml": rule("r", Filename="gone.py"), "g.py": IMPORTING}, {}),
    ],
)
def test_a_spec_is_told_which_names_it_needs_that_are_gone(gone, kept, lost):
    report = report_on(gone | kept, kept)
    told = {each.id: each.lost for each in report.specs if each.lost}
    assert told == (dict.fromkeys(lost, ("module:h",)) if isinstance(lost, set) else lost)
    assert [loss.name for loss in report.losses] == sorted(
        {name for names in told.values() for name in names}
    )


def test_names_that_are_gone_are_told_by_their_kinds_and_in_their_order():
    names = [f"h{number}" for number in range(8)]
    gone = {path: data for name in names for path, data in module(name).items()} | {"m.yml": MODEL}
    kept = {"r.yml": rule("r"), "r.py": "".join(f"import {name}\n" for name in reversed(names)).encode()}
    report = report_on(gone | kept, kept)
    told = (*(f"module:{name}" for name in names), "log-type:T")
    assert tuple(loss.name for loss in report.losses) == told
    assert [each.lost for each in report.specs] == [told]


@pytest.mark.parametrize(("number", "told"), [(199, True), (200, False)])
def test_as_many_names_are_told_as_there_is_room_for(number, told):
    gone = {f"h{at}.yml": spec("global", GlobalID=f"h{at:03}", Filename="h.py") for at in range(number)}
    kept = RULE | {"r.py": IMPORTING.replace(b"import h", b"import h999"), "h.py": b""}
    last = {"h999.yml": spec("global", GlobalID="h999", Filename="h.py")}
    assert bool(report_on(gone | last | kept, kept).losses) is told


def test_a_name_that_another_file_provides_is_not_gone():
    kept = RULE | {"r.py": IMPORTING}
    moved = {"new/h.yml": module("h")["h.yml"], "new/h.py": b""}
    assert report_on(kept | module("h"), kept | moved).losses == ()
    twice = kept | {"z.yml": spec("global", GlobalID="h", Filename="z.py"), "z.py": b""}
    assert report_on(twice | module("h"), twice).losses == ()


def test_a_name_is_told_with_the_file_that_provided_it_and_the_names_that_it_has_now():
    before = RULE | {"r.py": IMPORTING} | module("h")
    renamed = spec("global", GlobalID="new", Filename="h.py")
    assert report_on(before, before | {"h.yml": renamed}).losses == (
        Loss("module:h", "h.yml", "h.yml", ("module:new",)),
    )
    moved = RULE | {"r.py": IMPORTING, "h.py": b"", "n.yml": renamed}
    assert report_on(before, moved, n="h").losses == (Loss("module:h", "h.yml", "n.yml", ("module:new",)),)
    gone = RULE | {"r.py": IMPORTING}
    assert report_on(before, gone).losses == (Loss("module:h", "h.yml", "", ()),)


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        (b"", b"a\nb\n", 1),
        (b"a\nb\nc\n", b"a\nx\nc\n", 2),
        (b"a\nb\n", b"a\nb\nc\n", 3),
        (b"a\nb\nc\n", b"a\nb\n", 2),
        (b"a\nb\nc\n", b"", 1),
        (b"a\nb\n", b"a\nb", 2),
    ],
)
def test_the_first_line_of_a_file_that_differs_is_told(before, now, line):
    comparison = ChangeSet("h", "b", (Change("a.txt", ChangeKind.MODIFIED),), {"a.txt": before})
    assert judge(Request({"a.txt": now}, comparison), run_all).report.changed == {"a.txt": line}


def test_the_lines_of_a_moved_file_are_compared_with_those_of_the_old_one():
    change = Change("new.txt", ChangeKind.RENAMED, "old.txt")
    comparison = ChangeSet("h", "b", (change, Change("added.txt", ChangeKind.ADDED)), {"old.txt": b"a\nb\n"})
    report = judge(Request({"new.txt": b"a\nc\n", "added.txt": b"a\nb\n"}, comparison), run_all).report
    assert report.changed == {"added.txt": 1, "new.txt": 2}
