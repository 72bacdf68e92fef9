"""Deletions by the API: at most 100 a request, and never asked for again after an answer was lost."""

import pytest

from panther_ci.deployments.base import Deletion
from panther_ci.deployments.deletion import delete, preview
from panther_ci.errors import DeploymentError, ExitCode
from panther_ci.kinds import AnalysisType
from tests.deployments.api.conftest import operations
from tools.api_standin.contents import Content
from tools.api_standin.server import StandIn


def put(standin, kind, *ids, **fields):
    """What somebody put there."""
    for id in ids:
        content = Content(AnalysisType(kind), id, fields)
        standin.state.contents[content.key] = content


def there(standin):
    return sorted(content.id for content in standin.state.contents.values())


def numbered(count):
    return tuple(f"R{number:03}" for number in range(count))


def flags(standin):
    """Of each deletion: how many ids, whether it was a dry run, and whether linked ones go too."""
    inputs = [call.variables["input"] for call in standin.state.calls if call.operation.startswith("delete")]
    linked = ("includeSavedQueries", "includeDetections")
    return [
        (len(each.get("ids") or each.get("names")), each["dryRun"], any(each.get(name) for name in linked))
        for each in inputs
    ]


def test_what_is_there_is_found_without_being_deleted(standin, panther):
    put(standin, "rule", "A", "B")
    answer = preview(panther(), Deletion(("A", "C")))
    assert answer.found == Deletion(("A",)) and there(standin) == ["A", "B"]


def test_at_most_100_are_deleted_in_one_request(standin, panther):
    put(standin, "rule", *numbered(201))
    wanted = Deletion(numbered(201))
    assert preview(panther(), wanted).found == wanted
    gone = list(delete(panther(), wanted))
    assert [len(each.detections) for each in gone] == [100, 100, 1] and there(standin) == []
    assert flags(standin) == [(n, dry, dry) for dry in (True, False) for n in (100, 100, 1)]


def test_detections_are_deleted_before_queries(standin, panther):
    put(standin, "scheduled_query", "Q")
    put(standin, "scheduled_rule", "R", ScheduledQueries=["Q"])
    gone = list(delete(panther(), Deletion(("R",), ("Q",))))
    assert gone == [Deletion(("R",)), Deletion((), ("Q",))]
    assert operations(standin) == ["delete", "delete-queries"] and there(standin) == []


def test_what_is_linked_is_shown_and_stays(standin, panther):
    put(standin, "scheduled_query", "Q")
    put(standin, "scheduled_rule", "R", ScheduledQueries=["Q"])
    assert preview(panther(), Deletion(("R",))).linked == Deletion((), ("Q",))
    assert preview(panther(), Deletion((), ("Q",))).linked == Deletion(("R",))
    assert preview(panther(), Deletion(("R",), ("Q",))).linked == Deletion()
    list(delete(panther(), Deletion(("R",))))
    assert there(standin) == ["Q"]


def test_globals_and_lookup_tables_are_not_found(standin, panther):
    put(standin, "global", "G")
    put(standin, "lookup_table", "L")
    assert preview(panther(), Deletion(("G", "L"))).found == Deletion()


UNSURE = ["hang:30", "reset", "cut", "after:500", "after:504", "garbage:<html>", 'garbage:{"data": null}']


@pytest.mark.parametrize("fault", UNSURE)
def test_a_deletion_of_unknown_fate_is_never_asked_for_again(fault, standin, panther):
    put(standin, "rule", *numbered(150))
    standin.fail("delete:date:x", f"delete:{fault}")
    with pytest.raises(DeploymentError, match="100 of 150 were deleted before this") as raised:
        list(delete(panther(request_seconds=0.5), Deletion(numbered(150))))
    assert operations(standin) == ["delete", "delete"]
    assert "unknown" in raised.value.hint and "Run the same again" in raised.value.hint
    assert raised.value.exit_code == ExitCode.DEPLOYMENT_FAILED


@pytest.mark.parametrize("fault", [*UNSURE, "http:500", "throttle"])
def test_a_dry_run_without_an_answer_is_asked_again(fault, standin, panther):
    put(standin, "rule", "A")
    standin.fail(f"delete:{fault}")
    assert preview(panther(request_seconds=0.5), Deletion(("A",))).found == Deletion(("A",))
    assert flags(standin) == [(1, True, True)] * 2 and there(standin) == ["A"]


@pytest.mark.parametrize("fault", ["throttle", "busy", "error:ddb lock is held"])
def test_a_busy_deployment_is_waited_for(fault, standin, clock, panther):
    put(standin, "rule", "A")
    standin.fail(f"delete:{fault}", f"delete:{fault}")
    assert list(delete(panther(), Deletion(("A",)))) == [Deletion(("A",))]
    assert len(clock.slept) == 2 and standin.state.deleted == ["A"]


@pytest.mark.parametrize("jump", [0, -1000])
def test_a_busy_deployment_is_given_up_at_the_deadline_whatever_the_clock_does(jump, standin, clock, panther):
    put(standin, "rule", "A")
    standin.fail(*["delete:busy"] * 200)
    slept = []
    clock.sleep = lambda seconds: (
        slept.append(seconds),
        setattr(clock, "now", clock.now + (jump or seconds)),
    )
    with pytest.raises(DeploymentError, match="another upload in progress") as raised:
        list(delete(panther(deploy_timeout_minutes=5), Deletion(("A",))))
    assert 270 <= sum(slept) <= 330 and there(standin) == ["A"] and "Run the same again" in raised.value.hint


def test_a_dry_run_without_an_answer_in_time_leaves_nothing_unknown(standin, panther):
    put(standin, "rule", "A")
    standin.fail(*["delete:http:500"] * 200)
    with pytest.raises(DeploymentError, match=r"Nothing was deleted\..*answered 500") as raised:
        preview(panther(deploy_timeout_minutes=5), Deletion(("A",)))
    assert "unknown" not in raised.value.hint


FINAL = {
    "http:403:{}": r"doesn't accept the API token \(403\)",
    "expire": r"doesn't accept the API token \(403\)",
    "error:the rule is in use": "answered: the rule is in use",
    "error:you have no permission": "no permission",
    "http:400:bad": "answered 400: bad",
}


@pytest.mark.parametrize("fault", FINAL)
@pytest.mark.parametrize("step", [preview, lambda *given: list(delete(*given))])
def test_everything_else_is_final_and_quoted(step, fault, standin, panther):
    put(standin, "rule", "A")
    standin.fail(f"delete:{fault}")
    with pytest.raises(DeploymentError, match=FINAL[fault]) as raised:
        step(panther(), Deletion(("A",)))
    assert raised.value.hint or step is preview
    assert "is unknown" not in raised.value.hint
    assert operations(standin) == ["delete"]
    assert there(standin) == ["A"]


def test_a_deployment_without_the_operation_says_so(standin, panther):
    with StandIn(lacking={"deleteDetections"}) as older, pytest.raises(DeploymentError) as raised:
        preview(panther(api_host=older.url), Deletion(("A",)))
    assert raised.value.message.startswith("Nothing was deleted.") and "too old" in raised.value.hint


def test_an_answer_can_not_add_what_was_not_asked_for(standin, panther):
    answer = '{"data": {"deleteDetections": {"ids": ["A", "Other", 7, {}], "savedQueryNames": null}}}'
    standin.fail(f"delete:garbage:{answer}", f"delete:garbage:{answer}")
    assert preview(panther(), Deletion(("A", "B"))).found == Deletion(("A",))
    assert list(delete(panther(), Deletion(("A", "B")))) == [Deletion(("A",))]


def test_what_is_linked_is_shown_by_its_names(standin, panther):
    names = '["Q", 7, {}]'
    standin.fail(
        f'delete:garbage:{{"data": {{"deleteDetections": {{"ids": [], "savedQueryNames": {names}}}}}}}'
    )
    assert preview(panther(), Deletion(("A",))).linked == Deletion((), ("Q",))


@pytest.mark.parametrize("content", ["1", "[]", "{}", '{"ids": null}', '{"ids": "A"}'])
@pytest.mark.parametrize("dry_run", [False, True])
def test_an_answer_that_does_not_say_what_was_deleted_is_no_answer(dry_run, content, standin, panther):
    standin.fail(f'delete:garbage:{{"data": {{"deleteDetections": {content}}}}}')
    with pytest.raises(DeploymentError, match="does not say what it found") as raised:
        panther().delete(Deletion(("A",)), dry_run=dry_run)
    assert ("is unknown" in raised.value.hint) is not dry_run and "Run the same again" in raised.value.hint
