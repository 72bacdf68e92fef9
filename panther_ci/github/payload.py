"""Reads event payloads from their file, and values from a payload, and reports what is missing."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from panther_ci.errors import InputError
from panther_ci.model import Json

# GitHub delivers no payload over 25 MB: https://docs.github.com/webhooks/webhook-events-and-payloads
MAX_EVENT_BYTES = 32 * 1024 * 1024
HINT = "Run on an event of GitHub; its payload is the file that GITHUB_EVENT_PATH names."
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def read_event(path: str) -> Mapping[str, Json]:
    """The payload in the file that GITHUB_EVENT_PATH names.

    Raises `InputError` if the file is missing, over 32 MiB or not a JSON object.
    """
    if not path:
        raise InputError("GITHUB_EVENT_PATH is not set.", HINT)
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_EVENT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"The event in `{path}` can't be read: {error}.", HINT) from None
    if len(data) > MAX_EVENT_BYTES:
        raise InputError(f"The event in `{path}` is larger than {MAX_EVENT_BYTES // 1024**2} MiB.", HINT)
    try:
        event = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The event in `{path}` is not JSON: {error}.", HINT) from None
    if not isinstance(event, dict):
        raise InputError(f"The event in `{path}` is not a JSON object.", HINT)
    return event


def read_text(event: Mapping[str, Json], *keys: str) -> str:
    """The text at a path of keys; raises `InputError`, which names the path, if there is none."""
    value = _find(event, keys)
    if not isinstance(value, str) or not value:
        raise _unusable(keys, value, "a text")
    return value


def read_commit(event: Mapping[str, Json], *keys: str) -> str:
    """The commit id at a path of keys; raises `InputError` for anything else."""
    value = _find(event, keys)
    if not is_commit_id(value):
        raise _unusable(keys, value, "a commit id")
    return str(value)


def read_number(event: Mapping[str, Json], *keys: str) -> int:
    """The positive number at a path of keys; raises `InputError` for anything else."""
    value = _find(event, keys)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _unusable(keys, value, "a number")
    return value


def read_optional_text(event: Mapping[str, Json], *keys: str) -> str:
    """The text at a path of keys; empty if there is none, as for a fork that was deleted."""
    value = _find(event, keys)
    return value if isinstance(value, str) else ""


def read_flag(event: Mapping[str, Json], key: str) -> bool:
    """Whether a key is true; a missing one is false. Raises `InputError` for a value of another type."""
    value = event.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _unusable((key,), value, "a boolean")
    return value


def is_commit_id(value: Json) -> bool:
    """Whether a value is a full id of SHA-1 or SHA-256."""
    return isinstance(value, str) and _COMMIT_ID.fullmatch(value) is not None


def _find(event: Mapping[str, Json], keys: tuple[str, ...]) -> Json:
    value: Json = dict(event)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _unusable(keys: tuple[str, ...], value: Json, wanted: str) -> InputError:
    name = ".".join(keys)
    problem = f"has no `{name}`" if value is None else f"has a `{name}` that is not {wanted}"
    return InputError(f"The event {problem}.", HINT)
