"""What a deployment says of an upload that failed: its words, and its issues with single files."""

import ast
import json
from collections.abc import Callable, Mapping

from panther_ci.deployments.base import Issue
from panther_ci.model import Json

# Makes a text of the deployment's fit to be shown: `Settings.quote`, which also hides the token.
Quote = Callable[[str], str]

# What panther_analysis_tool 1.11 sends again: the first three are parts of a message, the last is all of it.
_BUSY_PARTS = ("another upload", "ddb lock", "pload does not exist")
_BUSY_MESSAGE = "upload failed"
_LONGEST_TEXT = 1_000_000
_WORDS_LIMIT = 2000
_ISSUES_LIMIT = 1000


def is_busy(text: str) -> bool:
    """Whether a failure is temporary: the archive was not taken, and will be when it is sent again."""
    return text == _BUSY_MESSAGE or any(part in text for part in _BUSY_PARTS)


def read_failure(text: str, quote: Quote) -> tuple[str, tuple[Issue, ...]]:
    """The message in the text of an error, and its issues.

    The text is plain, or JSON with `error` and `issues`, or a mapping in Python's notation with `message`;
    the message in one may be another. `quote` is given what is decoded: before, it would not find a token.
    """
    answer = _read_mapping(text)
    issues = read_issues(answer.get("issues"), quote)
    for key in ("error", "message"):
        inner = answer.get(key)
        if isinstance(inner, str) and inner:
            nested = _read_mapping(inner).get("message")
            return quote(nested if isinstance(nested, str) and nested else inner), issues
    return ("" if issues else quote(text)), issues


def read_issues(value: Json, quote: Quote) -> tuple[Issue, ...]:
    """The issues in a list of {path, errorMessage}; what isn't one is left out."""
    entries = value if isinstance(value, list) else []
    return tuple(
        Issue(
            quote(str(entry.get("path") or "")), quote(str(entry.get("errorMessage") or "it gives no reason"))
        )
        for entry in entries[:_ISSUES_LIMIT]
        if isinstance(entry, dict)
    )


def bound(text: str) -> str:
    """Text that others wrote, cut to a length that can be shown."""
    text = text.strip()
    return text if len(text) <= _WORDS_LIMIT else f"{text[:_WORDS_LIMIT]}… ({len(text):,} characters)"


def _read_mapping(text: str) -> Mapping[str, Json]:
    """The mapping that a text stands for; an empty one for any other text."""
    text = text.strip()
    if not text.startswith("{") or len(text) > _LONGEST_TEXT:
        return {}
    for read in (json.loads, ast.literal_eval):
        try:
            answer = read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(answer, dict):
            return answer
    return {}
