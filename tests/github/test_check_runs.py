"""A check run is shown while it is under way and in full when it ends, or a reason is given."""

from dataclasses import replace
from typing import Any

import pytest

from panther_ci.github.api import Api, ApiError
from panther_ci.github.checks import CheckAnnotation, CheckRun, Ending, cut
from panther_ci.model import Level, Location

CHECK = Ending(accepted=False, title="2 detections failed", summary="## Rejected")


def start(api: Api) -> CheckRun:
    return CheckRun.start(api, "org/repo", "panther-ci", "a" * 40)


def post_check(api: Api, ending: Ending) -> str:
    return start(api).complete(ending)


def annotate(count: int) -> tuple[CheckAnnotation, ...]:
    return tuple(
        CheckAnnotation(Level.ERROR, "wrong verdict", f"case {number}", Location("rules/a.yml", number + 1))
        for number in range(count)
    )


def test_check_run_is_completed_with_its_verdict(github: Any, api: Api) -> None:
    assert post_check(api, CHECK) == ""
    assert post_check(api, replace(CHECK, accepted=True)) == ""
    assert [(run["status"], run["conclusion"]) for run in github.runs.values()] == [
        ("completed", "failure"),
        ("completed", "success"),
    ]
    assert github.runs[1]["head_sha"] == "a" * 40


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (50, 1), (51, 2), (120, 3), (500, 10)])
def test_annotations_are_posted_in_order_fifty_at_a_time(
    github: Any, api: Api, count: int, requests: int
) -> None:
    assert post_check(api, replace(CHECK, annotations=annotate(count))) == ""
    assert [item["message"] for item in github.runs[1]["annotations"]] == [f"case {n}" for n in range(count)]
    assert len(github.requests) == 1 + requests


def test_annotations_past_five_hundred_are_reported(github: Any, api: Api) -> None:
    assert post_check(api, replace(CHECK, annotations=annotate(501))) == "only 500 of 501 annotations"
    assert len(github.runs[1]["annotations"]) == 500


def test_places_and_levels_are_those_of_the_api(github: Any, api: Api) -> None:
    annotations = (
        CheckAnnotation(Level.WARNING, "w", "m", Location("a.yml", 3, 7)),
        CheckAnnotation(Level.NOTICE, "n", "m", Location("a.yml", 4)),
    )
    post_check(api, replace(CHECK, annotations=annotations))
    first, second = github.runs[1]["annotations"]
    assert first == {
        "path": "a.yml",
        "start_line": 3,
        "end_line": 3,
        "start_column": 7,
        "end_column": 7,
        "annotation_level": "warning",
        "title": "w",
        "message": "m",
    }
    assert second["annotation_level"] == "notice"
    assert "start_column" not in second


def test_annotation_without_a_line_is_left_to_the_summary(github: Any, api: Api) -> None:
    annotations = (
        CheckAnnotation(Level.ERROR, "t", "m", Location("a.yml")),
        CheckAnnotation(Level.ERROR, "t", "m", Location("", 3)),
    )
    assert post_check(api, replace(CHECK, annotations=annotations)) == ""
    assert github.runs[1]["annotations"] == []


def test_long_texts_are_cut_to_the_limits(github: Any, api: Api) -> None:
    long = "é" * 100_000
    annotations = (CheckAnnotation(Level.ERROR, long, long, Location("a.yml", 1)),)
    check = replace(CHECK, title=long, summary=long, annotations=annotations)
    assert post_check(api, check) == ""
    assert github.runs[1]["annotations"][0]["message"].endswith("é…")


def test_empty_message_is_replaced_since_github_refuses_it(api: Api) -> None:
    annotations = (CheckAnnotation(Level.ERROR, "t", "", Location("a.yml", 1)),)
    assert post_check(api, replace(CHECK, annotations=annotations)) == ""


@pytest.mark.parametrize("status", [403, 404])
def test_token_that_may_not_write_checks_gives_a_reason(github: Any, api: Api, status: int) -> None:
    github.fail(status)
    with pytest.raises(ApiError, match=r"^the token may not do that"):
        start(api)
    assert len(github.requests) == 1


def test_failure_half_way_says_how_many_are_there(github: Any, api: Api) -> None:
    check_run = start(api)
    github.fail(200, b'{"id": 1}')
    github.fail(422)
    reason = check_run.complete(replace(CHECK, annotations=annotate(70)))
    assert reason == 'only 50 of 70 annotations: GitHub answers 422: {"message": "no"}'


def test_check_run_is_ended_even_if_its_annotations_are_refused(github: Any, api: Api) -> None:
    check_run = start(api)
    github.fail(422)
    reason = check_run.complete(replace(CHECK, annotations=annotate(3)))
    assert reason == 'no annotations: GitHub answers 422: {"message": "no"}'
    assert (github.runs[1]["status"], github.runs[1]["conclusion"]) == ("completed", "failure")


def test_check_run_without_a_number_is_reported(github: Any, api: Api) -> None:
    github.fail(201, b"{}")
    with pytest.raises(ApiError, match="GitHub names no check run"):
        start(api)


def test_commit_github_does_not_know_is_reported(api: Api) -> None:
    with pytest.raises(ApiError, match="No commit found"):
        CheckRun.start(api, "org/repo", "panther-ci", "")


def test_check_run_is_under_way_until_it_is_completed(github: Any, api: Api) -> None:
    check_run = start(api)
    check_run.show_progress("Judged 1 of 2 detections")
    assert (github.runs[1]["status"], github.runs[1]["titles"]) == (
        "in_progress",
        ["Judged 1 of 2 detections"],
    )
    assert check_run.complete(CHECK) == ""
    assert (github.runs[1]["status"], len(github.runs)) == ("completed", 1)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [("abc", 3, "abc"), ("abcd", 3, "…"), ("éééé", 7, "éé…"), ("a\udcff", 10, "a\\udcff")],
)
def test_text_is_cut_between_characters(text: str, most: int, short: str) -> None:
    assert cut(text, most) == short
