"""What of a judged project is packed, in which order it arrives, and that nothing is left without a word."""

import pytest

from panther_ci.accounting import Early
from panther_ci.catalogue import CheckId
from panther_ci.deployments.local.acceptance import accept
from panther_ci.model import Change, ChangeKind, ChangeSet, Finding, Location, Outcome, Verdict
from panther_ci.model.reasons import BaseElsewhere, NotRun
from panther_ci.packaging.archive import build_archives
from panther_ci.pipeline import Request, judge, list_items
from panther_ci.specs.checks import CheckSettings
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

EVERYTHING = ChangeSet(judge_all_reason="it was asked for")
BODY = {"z.py": b"def rule(event):\n    return True\n"}


def order(files: dict[str, bytes]) -> list[str]:
    project = load_project(Search(files), files)
    (archive,) = build_archives(list_items(project, project.selected, deploy_all=False))
    return [item.id for item in archive.items]


def test_each_base_of_a_chain_arrives_before_what_rests_on_it():
    base = b"AnalysisType: rule\nRuleID: Base\nEnabled: true\nLogTypes: [T]\nSeverity: Low\nFilename: z.py\n"
    first = b"AnalysisType: rule\nRuleID: First\nBaseDetection: Base\n"
    second = b"AnalysisType: rule\nRuleID: Second\nBaseDetection: First\n"
    assert order(BODY | {"a.yml": second, "b.yml": first, "z.yml": base}) == ["Base", "First", "Second"]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("rows.csv", ["t.yml", "rows.csv"]),
        ("data/rows.jsonl", ["t.yml", "data/rows.jsonl"]),
        ("rows.json", ["t.yml"]),
        ("z.py", ["t.yml"]),
        ("gone.csv", ["t.yml"]),
    ],
)
def test_the_data_of_a_lookup_table_is_packed_unless_it_would_be_taken_for_a_spec_or_a_body(name, packed):
    table = f"AnalysisType: lookup_table\nLookupName: addresses\nEnabled: true\nFilename: {name}\n".encode()
    data = dict.fromkeys(("rows.csv", "data/rows.jsonl", "rows.json"), b'{"ip": "192.0.2.1"}')
    files = BODY | data | {"t.yml": table}
    project = load_project(Search(files), ["t.yml"])
    (item,) = list_items(project, project.selected, deploy_all=False)
    assert [path for path, _ in item.files] == packed
    (archive,) = build_archives([item])
    assert [entity.id for entity in accept(archive.data)] == ["addresses"]


def test_a_detection_without_cases_that_no_result_tells_of_is_an_error():
    spec = b"AnalysisType: rule\nRuleID: R\nEnabled: true\nLogTypes: [T]\nSeverity: Low\nFilename: z.py\n"
    request = Request(BODY | {"r.yml": spec}, EVERYTHING)
    report = judge(request, lambda jobs: iter(())).report
    place = Location("z.py")
    assert report.findings == (Finding(CheckId.BODY_LOADS, "", place, detection="R", reason=NotRun.BODY),)
    assert report.verdict is Verdict.REJECTED


def test_jobs_begin_before_the_checks_and_go_on_beside_them():
    happened = []

    def run(jobs):
        happened.append(f"run {len(jobs)}")
        return iter(())

    early = Early(lambda jobs: happened.append(f"begin {len(jobs)}"), lambda: happened.append("work"))
    judge(Request(BODY | {f"{name}.yml": rule(name) for name in "ABC"}, EVERYTHING), run, early)
    assert (happened[0], happened[-1]) == ("begin 3", "run 3")
    assert set(happened[1:-1]) == {"work"}
    assert len(happened) > 2 + 3


def test_each_query_gives_others_the_time_to_go_on():
    query = "AnalysisType: saved_query\nQueryName: {0}\nQuery: SELECT '{0}'\n"
    files = {f"{name}.yml": query.format(name).encode() for name in "ABCD"}

    def count(number: int) -> int:
        paused: list[int] = []
        few = dict(list(files.items())[:number])
        judge(Request(few, EVERYTHING), lambda jobs: iter(()), Early(id, lambda: paused.append(1)))
        return len(paused)

    # Once as a spec, and once for its text.
    assert count(4) - count(1) == 6


def rule(name: str, more: str = "") -> bytes:
    head = f"AnalysisType: rule\nRuleID: {name}\nFilename: z.py\n{more}"
    return f"{head}Enabled: true\nLogTypes: [T]\nSeverity: Low\n".encode()


def deployed(files: dict[str, bytes], **settings: bool) -> set[str]:
    request = Request(files, EVERYTHING, settings=CheckSettings(**settings))
    judged = judge(request, lambda jobs: iter(()))
    assert {spec.id for spec in judged.report.specs} == {item.id for item in judged.items}
    return {item.id for item in judged.items if item.deployed}


def test_a_spec_is_judged_but_not_deployed_while_its_status_is_experimental_or_deprecated():
    files = BODY | {"a.yml": rule("A", "Status: Experimental\n"), "b.yml": rule("B", "Status: stable\n")}
    assert deployed(files) == {"B"}
    assert deployed(files, deploy_all=True) == {"A", "B"}


def test_a_derived_detection_does_not_inherit_the_status_of_its_base():
    derived = b"AnalysisType: rule\nRuleID: D\nBaseDetection: A\n"
    later = derived.replace(b"D\n", b"E\n") + b"Status: deprecated\n"
    base = rule("A", "Status: experimental\n")
    assert deployed(BODY | {"a.yml": base, "d.yml": derived, "e.yml": later}) == {"D"}
    assert deployed(BODY | {"a.yml": rule("A"), "d.yml": derived, "e.yml": later}) == {"A", "D"}


DERIVED = (
    b"AnalysisType: rule\nRuleID: D\nBaseDetection: A\nTests: [{Name: c, ExpectedResult: true, Log: {}}]\n"
)
PACK = b"AnalysisType: pack\nPackID: P\nPackDefinition: {IDs: [A]}\n"
SCHEDULED = (
    b"AnalysisType: scheduled_rule\nRuleID: S\nFilename: z.py\nEnabled: true\nSeverity: Low\n"
    b"ScheduledQueries: [A]\n"
)
QUERY = b"AnalysisType: saved_query\nQueryName: A\nQuery: select 1\n"


def test_a_derived_detection_whose_base_only_the_deployment_has_is_skipped_and_packed():
    report = judge(Request({"d.yml": DERIVED}, EVERYTHING), lambda jobs: iter(())).report
    (spec,) = report.specs
    assert [(case.outcome, case.reason) for case in spec.cases] == [(Outcome.SKIPPED, BaseElsewhere("A"))]
    assert [(each.check, each.level) for each in report.findings] == [("unresolved-reference", "notice")]
    assert report.verdict is Verdict.ACCEPTED
    assert order({"d.yml": DERIVED}) == ["D"]


@pytest.mark.parametrize("renamed", [b"", b"Renamed"], ids=["deleted", "renamed"])
@pytest.mark.parametrize(
    ("files", "provider"),
    [({"d.yml": DERIVED}, rule("A")), ({"p.yml": PACK}, rule("A")), (BODY | {"s.yml": SCHEDULED}, QUERY)],
    ids=["base", "pack", "query"],
)
def test_a_change_that_removes_what_others_refer_to_is_rejected(files, provider, renamed):
    rest = BODY | ({"a.yml": provider.replace(b": A\n", b": " + renamed + b"\n")} if renamed else {})
    kind = ChangeKind.MODIFIED if renamed else ChangeKind.DELETED
    change = ChangeSet("head", "base", (Change("a.yml", kind),), {"a.yml": provider})
    report = judge(Request(files | rest, change), lambda jobs: iter(())).report
    told = [(each.check, each.level, each.hint) for each in report.errors if each.location.path != "z.py"]
    assert [each[:2] for each in told] == [("unresolved-reference", "error")]
    assert told[0][2].startswith("This change removes it from the repository.")
