"""Which names of tables a query of a deployment can read."""

from collections.abc import Iterable
from typing import Final

from panther_ci.model import Level

# The databases of Panther have their tables in this schema (panther_analysis_tool 1.11, by trial).
_SCHEMA: Final = "public"
_OWN_DATABASES: Final = "panther_"
# What each database of Snowflake has: https://docs.snowflake.com/en/sql-reference/info-schema
_INFORMATION: Final = "information_schema"
_ACCOUNT: Final = ("snowflake", "account_usage")


def judge_name(name: str, patterns: Iterable[str]) -> Level | None:
    """How wrong the name of a table is, in lower case; None for one that is right.

    A name that isn't complete, or of a schema that the databases of Panther do not have, leads nowhere. A
    complete one of another database may be the user's own, though panther_analysis_tool refuses it.
    """
    parts = tuple(name.split("."))
    known = len(parts) == 3 and (parts[1] == _SCHEMA or parts[:2] == _ACCOUNT)
    if known or any(_matches(pattern, name) for pattern in patterns):
        return None
    own = parts[0].startswith(_OWN_DATABASES) and parts[1:2] != (_INFORMATION,)
    return Level.ERROR if len(parts) != 3 or own else Level.WARNING


def _matches(pattern: str, name: str) -> bool:
    """Whether a name begins as a pattern says, in which `*` is any text: its end does not matter."""
    first, *others = pattern.lower().split("*")
    end = len(first) if name.startswith(first) else -1
    for part in others:
        found = name.find(part, end) if end >= 0 else -1
        end = found + len(part) if found >= 0 else -1
    return end >= 0
