"""Jinja templates in SQL: they are replaced by text of the same length, so that every position stays.

Nothing is rendered, since a template is a program, and most templates of queries use macros that only a
deployment has.
"""

import re
from typing import Final, NamedTuple

_OPENING: Final = re.compile(r"\{[{%#]")
_CLOSING: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
# Tags that neither write text nor define any in place of what is around them.
_SILENT: Final = re.compile(
    r"\{%[-+]?\s*(?:import|from|if|elif|else|endif|for|endfor)\b|\{%[-+]?\s*set\s[\w\s,.]{1,100}="
)
# Stands for an expression: a letter of no language, so that names with it can be told.
STAND_IN: Final = "\ue000"
_NOT_A_BREAK: Final = re.compile(r"[^\r\n]")


class Plain(NamedTuple):
    """SQL without templates: `templated` says that it had some; `text` is None if they can't be replaced."""

    text: str | None
    templated: bool


def replace_templates(sql: str) -> Plain:
    """SQL with blanks for tags and comments, and a name for each expression."""
    pieces: list[str] = []
    end = 0
    while opening := _OPENING.search(sql, end):
        start = opening.start()
        closing = sql.find(_CLOSING[opening[0]], opening.end())
        if closing < 0 or (opening[0] == "{%" and not _SILENT.match(sql, start)):
            return Plain(None, True)
        stand_in = STAND_IN if opening[0] == "{{" else " "
        pieces += sql[end:start], _NOT_A_BREAK.sub(stand_in, sql[start : closing + 2])
        end = closing + 2
    return Plain("".join((*pieces, sql[end:])), bool(pieces))
