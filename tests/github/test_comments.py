"""One comment is kept up to date, and nobody else's is touched."""

from typing import Any

from panther_ci.github.api import Api
from panther_ci.github.comments import post_comment

MARKER = "<!-- panther-ci -->"


def post(api: Api, text: str) -> str:
    return post_comment(api, "org/repo", 7, f"{MARKER}\n{text}", MARKER)


def bodies(github: Any) -> list[str]:
    return [comment["body"] for comment in github.comments.values()]


def test_comment_is_added_once_and_then_updated(github: Any, api: Api) -> None:
    github.add_comment("hello", "User")
    assert post(api, "rejected") == ""
    assert post(api, "accepted") == ""
    assert bodies(github) == ["hello", f"{MARKER}\naccepted"]


def test_comment_of_a_person_with_the_marker_is_left_alone(github: Any, api: Api) -> None:
    github.add_comment(f"{MARKER}\nmine", "User")
    assert post(api, "accepted") == ""
    assert bodies(github) == [f"{MARKER}\nmine", f"{MARKER}\naccepted"]


def test_comment_that_quotes_the_marker_is_left_alone(github: Any, api: Api) -> None:
    github.add_comment(f"> {MARKER}")
    post(api, "accepted")
    assert bodies(github)[0] == f"> {MARKER}"


def test_comment_is_found_on_a_later_page(github: Any, api: Api) -> None:
    for _ in range(100):
        github.add_comment("hello")
    github.add_comment(f"{MARKER}\nold")
    assert post(api, "new") == ""
    assert bodies(github)[100:] == [f"{MARKER}\nnew"]


def test_failure_is_a_reason(github: Any, api: Api) -> None:
    github.fail(403)
    assert post(api, "x").startswith("the token may not do that")
    github.fail(200, b'{"message": "odd"}')
    assert post(api, "x") == "GitHub's answer is not a list of comments"
