"""The paths of data models: the JSONPath that a deployment reads, and the part of it that cases can read.

A deployment reads paths with jsonpath-ng and its extensions (https://github.com/h2non/jsonpath-ng). This
module knows their whole grammar, to distinguish a path that nobody can read from one that only cases can't
read; tests compare it with jsonpath-ng. It differs in names that are bare numbers: it refuses them, since
versions before 1.7.0 do. What is in the parentheses of an operator in backquotes is not checked.
"""

import re
from typing import Final, NamedTuple, TypeAlias

LONGEST: Final = 1000
_MOST_NESTED: Final = 32
_TOKEN: Final = re.compile(
    r"""[ \t\n]*+(?:
      (?P<text>'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")
    | (?P<operator>`(?:[^`\\]|\\.)*+`)
    | (?P<sort>,?\s*+[/\\])
    | (?P<name>@?[a-zA-Z_][a-zA-Z0-9_@-]*+)
    | (?P<float>-?[0-9]+\.[0-9]+)
    | (?P<number>-?[0-9]+)
    | (?P<comparison>=~|==?|<=|>=|!=|<|>)
    | (?P<sign>\.\.|&&|\|\||[][*.()$,:|&~?@+!-])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_OPERATORS: Final = re.compile(r"len|keys|path|sorted|this|parent|str\(\).*|(?:split|sub)\(.*", re.DOTALL)
_WORDS: Final = ("where", "wherenot")
_ARITHMETIC: Final = ("+", "-", "*")
_NAMES: Final = ("name", "text")
_LITERALS: Final = ("name", "text", "number", "float")


class PathError(Exception):
    """A path that can't be read."""


class UnsupportedPathError(PathError):
    """A path that a deployment can read, and cases can't because of a `feature`."""

    def __init__(self, path: str, feature: str) -> None:
        super().__init__(f"the path {path!r} can't be read: it has {feature}")
        self.feature = feature


class Field(NamedTuple):
    """The value of a key."""

    name: str


class AllFields(NamedTuple):
    """The values of all keys."""


class Item(NamedTuple):
    """One item of a list, counted from 0, or back from -1."""

    position: int


class AllItems(NamedTuple):
    """All items of a list."""


class Filter(NamedTuple):
    """The items, or the values of all keys, that have a value under `path` that is (or is not) `value`."""

    path: "tuple[Step, ...]"
    equal: bool
    value: str | int | float | bool


Step: TypeAlias = "Field | AllFields | Item | AllItems | Filter"


class _Token(NamedTuple):
    kind: str
    text: str


class _Condition(NamedTuple):
    """A condition of a filter: a path alone, a comparison, or (neither of them) one that is not supported."""

    path: list[Step] | None = None
    comparison: Filter | None = None


def read_path(path: str) -> tuple[Step, ...]:
    """The steps that lead to the values of a path; raises `PathError` for one that can't be read."""
    if len(path) > LONGEST:
        raise PathError(f"the path {path[:40]!r}… is longer than {LONGEST} characters")
    reader = _Reader(path)
    reader.split()
    steps = reader.read_path("$")
    reader.need("end")
    if reader.feature:
        raise UnsupportedPathError(path, reader.feature)
    return tuple(steps)


class _Reader:
    """Reads a path by recursive descent. `feature` is the first one in it that cases don't support.

    It is no dataclass: each process that runs bodies imports this module, and would import `inspect` for it.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.tokens: list[_Token] = []
        self.at = 0
        self.depth = 0
        self.feature = ""

    def split(self) -> None:
        """Split the path into tokens; the last one is its end."""
        at = 0
        while not self.tokens or self.tokens[-1].kind != "end":
            match = _TOKEN.match(self.path, at)
            if match is None or match.lastgroup is None:
                raise self.fail()
            at = match.end()
            kind, text = match.lastgroup, match[match.lastgroup]
            if kind in ("text", "operator"):
                text = re.sub(r"\\(.)", r"\1", text[1:-1])
            elif kind == "sign" or (kind == "name" and text in _WORDS):
                kind = text
            self.tokens.append(_Token(kind, text))

    def fail(self) -> PathError:
        """The exception to raise for what is not in the grammar."""
        return PathError(f"the path {self.path!r} is not JSONPath")

    @property
    def kind(self) -> str:
        """The kind of the next token."""
        return self.tokens[self.at].kind

    def take(self, *kinds: str) -> str | None:
        """The text of the next token, if it is of one of these kinds; it is read then."""
        token = self.tokens[self.at]
        if token.kind not in kinds:
            return None
        self.at += 1
        return token.text

    def need(self, *kinds: str) -> str:
        """The text of the next token, which must be of one of these kinds."""
        text = self.take(*kinds)
        if text is None:
            raise self.fail()
        return text

    def refuse(self, feature: str) -> list[Step]:
        """Remember a feature that is not supported; the rest is still read, since it may be no JSONPath."""
        self.feature = self.feature or feature
        return []

    def read_path(self, root: str) -> list[Step]:
        """A path; `root` is the sign that it may begin with."""
        return self.read_rest(self.read_operand(root))

    def read_rest(self, steps: list[Step]) -> list[Step]:
        """What follows the first operand of a path."""
        while True:
            if self.kind == "[":
                steps += self.read_brackets()
            elif self.take("."):
                steps += self.read_operand()
            elif self.take(".."):
                self.refuse("`..`, which searches at any depth")
                filters = self.kind == "[" and self.tokens[self.at + 1].kind == "?"
                steps += self.read_brackets() if filters else self.read_operand()
            elif self.kind in _ARITHMETIC:
                self.read_arithmetic()
            elif sign := self.take("|", "&", *_WORDS):
                self.refuse(f"the operator `{sign}`")
                self.read_operand()
            else:
                return steps

    def read_arithmetic(self) -> None:
        """An arithmetic operator and its right operand: no float after a whole number on the left."""
        after_number = self.tokens[self.at - 1].kind == "number"
        self.refuse(f"the operator `{self.need(*_ARITHMETIC)}`")
        if not (self.take("number") or (not after_number and self.take("float"))):
            self.read_operand()

    def read_operand(self, root: str = "") -> list[Step]:
        """One part of a path, such as a name."""
        if sign := self.take("$", "@"):
            return [] if sign == root else self.refuse(f"`{sign}` inside")
        if self.take("*"):
            return [AllFields()]
        if self.kind in _NAMES:
            return self.read_names()
        if self.kind == "[":
            return self.read_brackets(alone=True)
        if self.kind == "operator":
            return self.read_operator()
        if self.kind in ("number", "float"):
            return self.read_number()
        self.need("(")
        self.enter()
        steps = self.read_path(root)
        self.need(")")
        self.depth -= 1
        return steps

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise UnsupportedPathError(self.path, f"more than {_MOST_NESTED} levels of brackets")

    def read_operator(self) -> list[Step]:
        """An operator in backquotes."""
        if not _OPERATORS.fullmatch(self.need("operator")):
            raise self.fail()
        return self.refuse("an operator in backquotes")

    def read_number(self) -> list[Step]:
        """A number, which is only allowed on the left of an arithmetic operator."""
        self.need("number", "float")
        if self.kind not in _ARITHMETIC:
            raise self.fail()
        return []

    def read_names(self) -> list[Step]:
        """A name, or a list of them."""
        name = self.need(*_NAMES)
        while self.kind == "," and self.tokens[self.at + 1].kind in _NAMES:
            self.refuse("a list of fields or indexes")
            self.at += 2
        return [Field(name)]

    def read_brackets(self, alone: bool = False) -> list[Step]:
        """What brackets contain; `alone`, without a path before them, they have no filter and no order."""
        self.need("[")
        self.enter()
        if self.take("*"):
            steps: list[Step] = [AllItems()]
        elif self.kind in _NAMES:
            steps = self.read_names()
        elif self.kind in ("number", ":"):
            steps = self.read_indexes()
        elif not alone and self.take("?"):
            steps = self.read_filter()
        elif not alone and self.kind == "sort":
            steps = self.read_order()
        else:
            raise self.fail()
        self.need("]")
        self.depth -= 1
        return steps

    def read_indexes(self) -> list[Step]:
        """An index, a list of them, or a slice."""
        index = self.take("number")
        if index is not None and self.kind == ",":
            while self.take(","):
                self.need("number")
            return self.refuse("a list of fields or indexes")
        if index is not None and self.kind != ":":
            return [Item(int(index))]
        for _ in range(2):
            if self.take(":"):
                self.refuse("a slice")
                self.take("number")
        return []

    def read_order(self) -> list[Step]:
        """An order: paths to sort by."""
        while self.take("sort"):
            self.read_path("@")
        return self.refuse("an order to sort by")

    def read_filter(self) -> list[Step]:
        """A filter, which cases support for one comparison."""
        comparison = self.read_conditions().comparison
        if comparison is None:
            return self.refuse("a filter by anything but `==` or `!=`")
        return [comparison]

    def read_conditions(self) -> _Condition:
        """One condition, or several."""
        condition = self.read_condition()
        while self.take("||", "&&", "&"):
            self.read_condition()
            condition = _Condition()
        return condition

    def read_condition(self) -> _Condition:
        """A path, a comparison, a negation, or conditions in parentheses."""
        if self.take("!"):
            self.read_path("@")
            return _Condition()
        if self.take("("):
            self.enter()
            inner = self.read_conditions()
            self.need(")")
            self.depth -= 1
            if inner.path is None:
                return inner
            path = self.read_rest(inner.path)
        else:
            path = self.read_path("@")
        sign = self.take("comparison")
        return self.read_comparison(path, sign) if sign else _Condition(path)

    def read_comparison(self, path: list[Step], sign: str) -> _Condition:
        """What a path is compared with: a value, or (not supported) another path."""
        if self.kind in ("$", "@"):
            if sign == "=~":
                raise self.fail()
            self.read_query()
            return _Condition()
        kind = self.kind
        value = _read_value(kind, self.need(*_LITERALS))
        if sign not in ("=", "==", "!="):
            return _Condition()
        return _Condition(comparison=Filter(tuple(path), sign != "!=", value))

    def read_query(self) -> None:
        """A path of names and indexes only."""
        self.need("$", "@")
        while self.kind in (".", "["):
            if self.take("."):
                self.need(*_NAMES)
            else:
                self.need("[")
                self.need("number", *_NAMES)
                self.need("]")


def _read_value(kind: str, text: str) -> str | int | float | bool:
    """The value of a literal; a word without quotes is text."""
    if kind == "number":
        return int(text)
    if kind == "float":
        return float(text)
    return text == "true" if kind == "name" and text in ("true", "false") else text
