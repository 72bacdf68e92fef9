"""SQL of Snowflake -> the tables that it reads, or where it can't be read; imported only for SQL.

sqlglot reads it. Some texts would keep its parser busy for ever, since it tries many readings, so the steps
that it takes are counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.snowflake import SnowflakeParser
from sqlglot.tokenizer_core import Token, TokenType

from panther_ci.specs.reading.document import cut

# Characters of one text; real ones have less than a third.
LONGEST: Final = 100_000
# Steps of the parser for one text: real ones take less than two for each token.
_STEPS_PER_TOKEN: Final = 10
# Of all texts of one run, some ten microseconds each; the public library takes 25,000. Where there is more to
# be read than a pull request of a person has, a step for so many bytes: four times what that library takes.
MOST_STEPS: Final = 400_000
_BYTES_PER_STEP: Final = 64
# Macros that a deployment replaces. Their arguments aren't SQL: `p_occurs_since(1 h, , p_parse_time)`.
_MACROS: Final = "p_occurs_"
_STARTED: Final = re.compile(r" from \d+:(\d+)$")
_SOURCES: Final = (exp.From, exp.Join, exp.Paren, exp.Subquery)


class Table(NamedTuple):
    """A table that a query reads, by its name in lower case, and where the name begins in the text."""

    name: str
    offset: int


class Fault(NamedTuple):
    """Why a text can't be read, and from which character on."""

    problem: str
    offset: int


class Statements(NamedTuple):
    """What was read: the tables, each with the first place of its name, or the fault."""

    tables: tuple[Table, ...] = ()
    fault: Fault | None = None


class _EnoughError(Exception):
    """The parser took more steps than it may."""


@dataclass(slots=True)
class Budget:
    """What is left of the steps that the texts of one run may take."""

    steps: int = MOST_STEPS

    @classmethod
    def of(cls, size: int) -> "Budget":
        """The budget of a run that checks specs of so many bytes."""
        return cls(max(MOST_STEPS, size // _BYTES_PER_STEP))


class _Parser(SnowflakeParser):
    """A parser that counts its steps, and says nothing on its own."""

    steps_left = 0
    stopped: Token | None = None

    def raise_error(self, message: str, token: Token | None = None) -> None:
        """Raise the error, and keep the token that it is about; there is none at the end of a statement."""
        self.stopped = token or self._curr or None
        super().raise_error(message, token or self._curr)

    def _advance(self, times: int = 1) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _EnoughError
        super()._advance(times)

    def _warn_unsupported(self) -> None:
        """Statements that sqlglot doesn't know are none of our business."""


def read_statements(sql: str, budget: Budget) -> Statements | None:
    """The tables or the fault of a text without templates; None if that takes too long or fails."""
    if len(sql) > LONGEST or budget.steps <= 0:
        return None
    try:
        tokens = tuple(_drop_arguments(Snowflake().tokenize(sql)))
    except TokenError as error:
        return Statements(fault=Fault("what begins here does not end", _find_start(error, sql)))
    # The pipe between statements, which sqlglot does not know:
    # https://docs.snowflake.com/en/sql-reference/operators-flow
    if any(each.token_type is TokenType.DARROW for each in tokens):
        return Statements()
    parser = _Parser(dialect=Snowflake)
    parser.steps_left = allowed = min(budget.steps, (len(tokens) + 1) * _STEPS_PER_TOKEN)
    statements: list[Any] = []
    try:
        statements += (each for each in parser.parse(list(tokens), sql) if each is not None)
        comma = _find_comma(tokens)
        return Statements(fault=comma) if comma else _find_tables(statements)
    except ParseError:
        return Statements(fault=_explain(parser))
    except Exception:  # enough steps, too many levels, and what sqlglot raises for odd texts (IndexError)
        return None
    finally:
        # Making a token takes about a quarter of the time of a step.
        budget.steps -= allowed - max(0, parser.steps_left) + len(tokens) // 4
        _cut_loose(statements)


def _cut_loose(statements: Iterable[Any]) -> None:
    """Take from each node its parent: what leads back to itself stays, as a run collects no garbage."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Expr):
            node.parent = None
            waiting += node.args.values()
        elif isinstance(node, list):
            waiting += node


def _drop_arguments(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens without what is between the brackets of Panther's macros."""
    depth, is_macro = 0, False
    for token in tokens:
        kind = token.token_type
        depth -= bool(depth) and kind is TokenType.R_PAREN
        if not depth:
            yield token
        depth += kind is TokenType.L_PAREN and (is_macro or bool(depth))
        is_macro = not depth and token.text.lower().startswith(_MACROS)


def _find_comma(tokens: Sequence[Token]) -> Fault | None:
    """A comma right after another one, which sqlglot passes over."""
    both = {TokenType.COMMA}
    for first, later in pairwise(tokens):
        if {first.token_type, later.token_type} == both:
            return Fault("this comma has nothing before it", later.start)
    return None


def _find_start(error: TokenError, sql: str) -> int:
    """Where what does not end begins; the cause of the error says it, unless it is a comment."""
    found = _STARTED.search(str(error.__cause__))
    return int(found[1]) if found else max(0, sql.rfind("/*"))


def _explain(parser: _Parser) -> Fault:
    """What is wrong at the token at which the parser stopped."""
    if parser.stopped is None:
        return Fault("it ends too early", parser._prev.end)
    return Fault(f"`{cut(parser.stopped.text)}` is not expected here", parser.stopped.start)


def _find_tables(statements: Sequence[Any]) -> Statements:
    """The tables of queries; none where a statement is something else, which may make the tables itself."""
    if no_statement := next(
        (each for each in statements if isinstance(each, exp.Condition | exp.Alias)), None
    ):
        first = min((each.meta["start"] for each in no_statement.walk() if "start" in each.meta), default=0)
        return Statements(fault=Fault("no statement begins like this", first))
    if not all(isinstance(each, exp.Query) for each in statements):
        return Statements()
    defined = {cte.alias.lower() for each in statements for cte in each.find_all(exp.CTE)}
    found: dict[str, int] = {}
    for each in statements:
        for table in each.find_all(exp.Table):
            name = _read_name(table)
            if name and name not in defined:
                offset = table.parts[0].meta.get("start", 0)
                found[name] = min(offset, found.get(name, offset))
    return Statements(tuple(map(Table, found, found.values())))


def _read_name(table: exp.Table) -> str:
    """The name of a table; nothing for a function, a stage or a variable."""
    parts = table.parts
    if not isinstance(table.parent, _SOURCES) or not all(isinstance(each, exp.Identifier) for each in parts):
        return ""
    names = [each.name.lower() for each in parts]
    # Two dots stand for the schema `public`: https://docs.snowflake.com/en/sql-reference/name-resolution
    if table.catalog and not table.db:
        names.insert(1, "public")
    return ".".join(names)
