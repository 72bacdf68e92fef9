"""Lookup tables whose data is missing, can't be read, or does not fit their primary key."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import DATA_SUFFIXES
from panther_ci.kinds import Body
from panther_ci.model import Finding, Location, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.lookup_data import Table, has_data, read_table
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


@dataclass
class _Finder:
    """Finds what is wrong with the data of lookup tables.

    Each file is read once, for the first table that names it, so that many tables of one file cost little.
    """

    project: Project
    hints: Hints = field(default_factory=Hints)
    tables: dict[str, Table] = field(default_factory=dict)

    def find(self, spec: Spec) -> Iterator[Finding]:
        """The findings on one table."""
        filename = spec.fields.get("Filename")
        if not isinstance(filename, str) or not filename:
            return
        if problem := self.judge_path(spec, filename):
            message, hint = problem
            where = self.project.locate(spec.path, ("Filename",))
            yield Finding.of(CheckId.LOOKUP_DATA, message, where, hint)
        else:
            yield from self.find_in_rows(spec, spec.body or "")

    def judge_path(self, spec: Spec, filename: str) -> tuple[str, str] | None:
        """The message and hint of what is wrong with the file that a table names."""
        name = cut(filename)
        if spec.body is None:
            return f"`{name}` is outside of the repository.", "Put the data beside the spec."
        if not has_data(spec):
            message = f"`{name}` ends in none of {' and '.join(DATA_SUFFIXES)}, so it is not packed."
            return message, "Write the rows as CSV with a header, or as JSON with an object on each line."
        if spec.body not in self.project.files:
            message = f"The data `{cut(spec.body)}` does not exist or can't be read."
            return message, self.find_near(spec.body) or "Add it beside the spec."
        return None

    def find_near(self, path: str) -> str:
        """The file in the same folder that was probably meant, as a question."""
        folder, _, name = path.rpartition("/")
        paths = (each.rpartition("/") for each in self.project.files if each.lower().endswith(DATA_SUFFIXES))
        near = self.hints.find(name, (each for parent, _, each in paths if parent == folder))
        return f"Did you mean `{near}`?" if near else ""

    def find_in_rows(self, spec: Spec, path: str) -> Iterator[Finding]:
        """The findings on the rows, and on the primary key."""
        types = spec.fields.get("LogTypeMap")
        key = types.get("PrimaryKey") if isinstance(types, dict) else None
        is_first = path not in self.tables
        if is_first:
            self.tables[path] = read_table(
                path, self.project.files[path], key if isinstance(key, str) else ""
            )
        table = self.tables[path]
        if is_first:
            yield from _report_faults(path, table)
        if isinstance(key, str) and key and table.columns:
            if _first_name(key) not in table.columns and key not in table.columns:
                yield self.report_column(spec, key, table.columns)
            elif is_first and key in table.columns:
                yield from _report_rows(path, key, table)

    def report_column(self, spec: Spec, key: str, columns: Iterable[str]) -> Finding:
        """The finding on a primary key that is no column."""
        where = self.project.locate(spec.path, ("LogTypeMap", "PrimaryKey"))
        near = self.hints.find(key, columns)
        hint = (
            f"Did you mean `{near}`?" if near else f"The columns are {cut(', '.join(sorted(columns)), 200)}."
        )
        message = f"`{cut(key)}` is not a column of `{cut(spec.body or '')}`."
        return Finding.of(CheckId.PRIMARY_KEY, message, where, hint)


def find_wrong_tables(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each fault of the data of a selected lookup table."""
    finder = _Finder(project)
    for spec in project.selected:
        if spec.type.kind.body is Body.DATA:
            for finding in finder.find(spec):
                yield finding._replace(detection=spec.id)


def _first_name(key: str) -> str:
    """The column that a path such as `a.b` begins with."""
    return re.split(r"[.\[]", key.removeprefix("$."), maxsplit=1)[0]


def _report_faults(path: str, table: Table) -> Iterator[Finding]:
    for line, message in table.faults:
        yield Finding.of(CheckId.LOOKUP_DATA, message, Location(path, line), CheckId.LOOKUP_DATA.help)


def _report_rows(path: str, key: str, table: Table) -> Iterator[Finding]:
    for line in table.lacking:
        message = f"This row has no value of the primary key `{cut(key)}`, so nothing finds it."
        yield Finding.of(
            CheckId.REPEATED_KEY, message, Location(path, line), "Add the value, or remove the row."
        )
    for line, value, first in table.repeated:
        message = (
            f"`{cut(value)}` is the primary key of line {first} too, so only one of these rows is found."
        )
        yield Finding.of(CheckId.REPEATED_KEY, message, Location(path, line), "Keep one of the rows.")
