"""The SQL of queries: whether it can be read, and which tables it reads.

Only what is written for Snowflake is read, since that is what most deployments run, and the only dialect of
which there is enough public content to know that sound queries pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut
from panther_ci.specs.reading.text_places import TextPlaces
from panther_ci.specs.sql.tables import judge_name
from panther_ci.specs.sql.templates import STAND_IN, replace_templates

if TYPE_CHECKING:
    from panther_ci.specs.sql.statements import Budget, Statements

# The first line of a query in PantherFlow, the other language of Panther; the public library had some.
_PANTHERFLOW: Final = re.compile(r"\s*--\s*pragma:\s*pantherflow\b", re.IGNORECASE)
_KEYS: Final = ("Query", "SnowflakeQuery")
_KINDS: Final = frozenset({AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY, AnalysisType.LOOKUP_TABLE})


def find_wrong_sql(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """The findings on the SQL of each spec; of the project, as the bound is one for all specs."""
    texts = [
        (spec, key, sql)
        for spec in project.selected
        for key in (_KEYS if spec.type in _KINDS else ())
        if isinstance(sql := spec.fields.get(key), str) and not _PANTHERFLOW.match(sql)
    ]
    if not texts:
        return
    from panther_ci.specs.sql.statements import Budget

    size = sum(len(project.files[spec.path]) for spec in project.selected)
    finder = _Finder(settings.tables, Budget.of(size))
    for spec, key, sql in texts:
        settings.pause()
        problems = tuple(finder.find(spec, sql))
        if problems:
            places = TextPlaces(project.files[spec.path], project.locate(spec.path, (key,)), sql)
            yield from (each.place(spec, places) for each in problems)


class _Problem(NamedTuple):
    """What is wrong with a text, from which character on."""

    check: CheckId
    level: Level
    message: str
    hint: str
    offset: int = 0

    def place(self, spec: Spec, places: TextPlaces) -> Finding:
        """The finding in the file."""
        where = places.locate(self.offset)
        return Finding.of(self.check, self.message, where, self.hint, spec.id)._replace(level=self.level)


@dataclass
class _Finder:
    """Finds what is wrong with SQL; each text is read once."""

    allowed: tuple[str, ...] | None
    budget: "Budget"
    known: "dict[str, Statements | None]" = field(default_factory=dict)

    def find(self, spec: Spec, sql: str) -> Iterator[_Problem]:
        """What is wrong with one text of a spec."""
        plain = replace_templates(sql)
        if plain.text is None:
            return
        statements = self.read(plain.text)
        if statements is None:
            why = (
                "it is too long, too nested or too odd"
                if self.budget.steps > 0
                else "there is too much before it"
            )
            message = f"This SQL was not checked, since {why}."
            yield _Problem(CheckId.SQL_SYNTAX, Level.WARNING, message, "Split it into smaller queries.")
        elif statements.fault and not plain.templated:
            message = f"This SQL can't be read: {statements.fault.problem}."
            hint = "Look for a missing comma, quote, bracket or word here and just before."
            yield _Problem(CheckId.SQL_SYNTAX, Level.WARNING, message, hint, statements.fault.offset)
        elif spec.type is AnalysisType.SCHEDULED_QUERY and self.allowed is not None:
            yield from _find_wrong_tables(statements, plain.templated, self.allowed)

    def read(self, text: str) -> "Statements | None":
        """What a text says, from memory if it is known."""
        from panther_ci.specs.sql.statements import read_statements

        if text not in self.known:
            self.known[text] = read_statements(text, self.budget)
        return self.known[text]


def _find_wrong_tables(
    statements: "Statements", templated: bool, allowed: tuple[str, ...]
) -> Iterator[_Problem]:
    """What is wrong with the names of tables; one that a template writes or defines is not known."""
    for name, offset in statements.tables:
        is_known = not templated or ("." in name and STAND_IN not in name)
        if is_known and (level := judge_name(name, allowed)):
            yield _Problem(CheckId.TABLE_NAME, level, *_word(name, level), offset)


def _word(name: str, level: Level) -> tuple[str, str]:
    """The message and the hint for the name of a table."""
    if level is Level.WARNING:
        message = f"`{cut(name)}` is not a table of Panther, and panther_analysis_tool refuses it."
        return message, "If the deployment can read it, name it in the input `valid-table-names`."
    parts = name.split(".")
    database = parts[0] if len(parts) > 1 and parts[0].startswith("panther_") else "panther_logs"
    near = f"{database}.public.{parts[-1]}"
    message = f"`{cut(name)}` is not a database, its schema `public` and a table."
    return message, f"Did you mean `{cut(near, 90)}`? If not, name it in the input `valid-table-names`."
