"""Requests are repeated only where that is of use, for no longer than allowed, and end in a reason."""

from dataclasses import replace
from typing import Any

import pytest

from panther_ci.github.api import Api, ApiError, check_repository

COMMENTS = "/repos/org/repo/issues/7/comments?page=1"


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503])
def test_temporary_failure_is_tried_again_after_longer_and_longer_waits(
    github: Any, api: Api, status: int
) -> None:
    for _ in range(3):
        github.fail(status)
    assert api.send("GET", COMMENTS) == []
    assert github.slept == [1.0, 2.0, 4.0]


def test_wait_github_asks_for_is_kept(github: Any, api: Api) -> None:
    github.fail(403, Retry_After="17")
    assert api.send("GET", COMMENTS) == []
    assert github.slept == [17.0]


def test_wait_lasts_until_the_rate_limit_is_reset(github: Any, api: Api) -> None:
    github.fail(403, X_RateLimit_Remaining="0", X_RateLimit_Reset="1030")
    assert api.send("GET", COMMENTS) == []
    assert github.slept == [31.0]


@pytest.mark.parametrize(
    "headers", [{"Retry_After": "3600"}, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "9999"}]
)
def test_wait_that_is_too_long_is_not_begun(github: Any, api: Api, headers: dict[str, str]) -> None:
    github.fail(403, **headers)
    with pytest.raises(ApiError, match="the rate limit is reached"):
        api.send("GET", COMMENTS)
    assert github.slept == []


def test_secondary_rate_limit_is_not_mistaken_for_a_token_that_may_not(github: Any, api: Api) -> None:
    words = b'{"message": "You have exceeded a secondary rate limit."}'
    for _ in range(2):
        github.fail(403, words)
    with pytest.raises(ApiError, match="the rate limit is reached"):
        api.send("GET", COMMENTS)
    assert github.slept == [60.0]


def test_time_that_requests_take_does_not_keep_from_waiting_a_minute(github: Any, api: Api) -> None:
    def read_clock() -> float:
        github.now += 0.1
        return float(github.now)

    github.fail(403, b'{"message": "You have exceeded a secondary rate limit."}')
    slow = replace(api, retries=replace(api.retries, clock=read_clock))
    assert slow.send("GET", COMMENTS) == []
    assert github.slept == [60.0]


def test_patience_ends(github: Any, api: Api) -> None:
    for _ in range(50):
        github.fail(503, b"unavailable\n")
    with pytest.raises(ApiError, match="GitHub answers 503: unavailable"):
        api.send("GET", COMMENTS)
    assert sum(github.slept) <= 60


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "GitHub does not accept the token"),
        (403, "the token may not do that, as with pull requests from forks"),
        (404, "the token may not do that, or the repository is not there"),
        (422, 'GitHub answers 422: {"message": "no"}'),
        (301, 'GitHub answers 301: {"message": "no"}'),
    ],
)
def test_refusal_is_not_tried_again(github: Any, api: Api, status: int, reason: str) -> None:
    github.fail(status, Location="http://127.0.0.1:1/steal")
    with pytest.raises(ApiError) as caught:
        api.send("GET", COMMENTS)
    assert caught.value.message == reason
    assert len(github.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"\xff"])
def test_answer_that_is_not_json_is_reported(github: Any, api: Api, body: bytes) -> None:
    github.fail(200, body)
    with pytest.raises(ApiError, match="is not JSON"):
        api.send("GET", COMMENTS)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1", ""])
def test_server_that_can_not_be_reached_is_reported(api: Api, url: str) -> None:
    with pytest.raises(ApiError, match="GitHub can't be reached"):
        replace(api, url=url).send("GET", COMMENTS)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"url": "http://["}, "the URL is malformed"),
        ({"url": "http://127.0.0.1:x"}, "the URL is malformed"),
        ({"token": "a\r\nX: y"}, "the header Authorization is malformed"),
        ({"token": "\u20ac"}, "the header Authorization is malformed"),
    ],
)
def test_request_that_can_not_be_made_is_reported_without_the_token(
    github: Any, api: Api, wrong: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ApiError) as caught:
        replace(api, **wrong).send("GET", COMMENTS)
    assert caught.value.message == f"GitHub can't be reached ({reason})"
    assert (github.requests, github.slept) == ([], [])


def test_api_without_waiting_gives_up_at_once(github: Any, api: Api) -> None:
    github.fail(0)
    with pytest.raises(ApiError, match="GitHub can't be reached"):
        api.without_waiting(5).send("GET", COMMENTS)
    assert (len(github.requests), github.slept) == (1, [])


def test_token_is_never_shown(api: Api) -> None:
    assert "secret" not in repr(api)


def test_wrong_token_is_reported(api: Api) -> None:
    with pytest.raises(ApiError, match="does not accept the token"):
        replace(api, token="old").send("GET", COMMENTS)


@pytest.mark.parametrize("name", ["", "repo", "a/b/c", "a/b?x", "../x", "a/..", "a/b\n"])
def test_name_that_is_no_repository_is_refused(name: str) -> None:
    with pytest.raises(ApiError, match="is not the name of a repository"):
        check_repository(name)
