"""Keeps one comment on a pull request up to date: https://docs.github.com/rest/issues/comments."""

from panther_ci.github.api import Api, ApiError, check_repository
from panther_ci.model import Json

COMMENTS_A_PAGE = 100
MAX_PAGES = 30


def post_comment(api: Api, repository: str, pull_request: int, text: str, marker: str) -> str:
    """Update the comment that begins with `marker`, or create it.

    `text` must begin with the marker. Returns why that failed, empty if it succeeded.
    """
    try:
        issues = f"/repos/{check_repository(repository)}/issues"
        known = _find_comment(api, f"{issues}/{pull_request}/comments", marker)
        if known is None:
            api.send("POST", f"{issues}/{pull_request}/comments", {"body": text})
        else:
            api.send("PATCH", f"{issues}/comments/{known}", {"body": text})
    except ApiError as error:
        return error.message
    return ""


def _find_comment(api: Api, path: str, marker: str) -> int | None:
    for page in range(1, MAX_PAGES + 1):
        comments = api.send("GET", f"{path}?per_page={COMMENTS_A_PAGE}&page={page}")
        if not isinstance(comments, list):
            raise ApiError("GitHub's answer is not a list of comments")
        found = [number for comment in comments if (number := _read_id(comment, marker)) is not None]
        if found:
            return found[0]
        if len(comments) < COMMENTS_A_PAGE:
            break
    return None


def _read_id(comment: Json, marker: str) -> int | None:
    """The number of a comment that a bot wrote and that begins with the marker; `None` for any other."""
    if not isinstance(comment, dict):
        return None
    user, body, number = comment.get("user"), comment.get("body"), comment.get("id")
    is_bot = isinstance(user, dict) and user.get("type") == "Bot"
    begins = isinstance(body, str) and body.startswith(marker)
    return number if is_bot and begins and isinstance(number, int) else None
