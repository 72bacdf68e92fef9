"""What is known of each kind of spec: one row per `AnalysisType`, and every step reads it from here.

A new kind is a member, a row, its schema in `specs/schemas/`, its evaluator in
`running/confined/engine/` if it has cases, its tests and its docs. Only the standard library is
imported here.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class AnalysisType(StrEnum):
    """The kinds of spec that a deployment knows, as their specs state them."""

    POLICY = "policy"
    RULE = "rule"
    SCHEDULED_RULE = "scheduled_rule"
    CORRELATION_RULE = "correlation_rule"
    GLOBAL = "global"
    DATAMODEL = "datamodel"
    PACK = "pack"
    SAVED_QUERY = "saved_query"
    SCHEDULED_QUERY = "scheduled_query"
    LOOKUP_TABLE = "lookup_table"
    SCHEDULED_PROMPT = "scheduled_prompt"

    @property
    def kind(self) -> "Kind":
        """All that is known of this kind."""
        return KINDS[self]

    @property
    def judged(self) -> bool:
        """Whether specs of this kind have cases that run."""
        return KINDS[self].evaluator is not Evaluator.NONE

    def is_released(self, status: object) -> bool:
        """Whether a spec of this kind with this `Status` is deployed without being asked for.

        Kinds that others load always are.
        """
        unreleased = isinstance(status, str) and status.lower() in UNRELEASED
        return KINDS[self].shared or not unreleased


class Body(StrEnum):
    """Whether a spec of a kind names a Python file in `Filename`; `DATA` if it names a file of rows."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    DATA = "data"
    NONE = "none"

    @property
    def is_python(self) -> bool:
        """Whether `Filename` names a Python file."""
        return self in (Body.REQUIRED, Body.OPTIONAL)


class Evaluator(StrEnum):
    """What runs the cases of a spec: one in `running/confined/engine/evaluators.py`, or none."""

    NONE = ""
    PYTHON = "python"
    SIMPLE = "simple"
    CORRELATION = "correlation"


class Matcher(NamedTuple):
    """The function of a body that decides, its argument, and which of its answers makes an alert."""

    function: str
    argument: str
    alerts_on: bool


class References(NamedTuple):
    """Where a spec names the ids of others: below the keys `root`, in lists or under each key `key`.

    With `complete`, an upload must contain all of them; otherwise a deployment may have them already.
    """

    root: tuple[str, ...]
    key: str = ""
    complete: bool = False


RULE: Final = Matcher("rule", "event", alerts_on=True)
# The values of `Status`, in any case, that keep a spec out of uploads (panther_analysis_tool 1.11, by trial).
UNRELEASED: Final = frozenset({"experimental", "deprecated"})
POLICY: Final = Matcher("policy", "resource", alerts_on=False)
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


class Kind(NamedTuple):
    """A kind of spec.

    `id_keys` may contain the id, the current one first. `family` is how the answer of a deployment counts
    it (`newRules`), `table` where its ids are unique: an empty one is shared by most kinds. `evaluator` runs
    the cases of one with a body, or of any if there is no body. `provides` is the kind of name by which
    others need it, in addition to its id. `legacy` means that Panther 1.x takes it; `legacy_names` maps
    the keys it had there to the current ones. `shared` kinds are packed even if a filter excludes them,
    since others load them, and whatever their `Status` is.
    """

    type: AnalysisType
    id_keys: tuple[str, ...]
    family: str
    table: str = ""
    evaluator: Evaluator = Evaluator.NONE
    matcher: Matcher = RULE
    body: Body = Body.NONE
    provides: str = ""
    uses_data_models: bool = False
    runs_queries: bool = False
    references: References | None = None
    shared: bool = False
    legacy: bool = False
    legacy_names: Mapping[str, str] = _NO_NAMES


# In the order in which they are packed: what others need arrives first, since requests follow one another.
_ROWS: Final = (
    Kind(
        AnalysisType.GLOBAL,
        ("GlobalID",),
        "Globals",
        body=Body.REQUIRED,
        provides="module",
        shared=True,
        legacy=True,
        legacy_names={"PolicyID": "GlobalID"},
    ),
    Kind(
        AnalysisType.DATAMODEL,
        ("DataModelID",),
        "DataModels",
        body=Body.OPTIONAL,
        provides="log-type",
        shared=True,
    ),
    Kind(AnalysisType.LOOKUP_TABLE, ("LookupName",), "LookupTables", "lookup table", body=Body.DATA),
    Kind(AnalysisType.SAVED_QUERY, ("QueryName",), "Queries", "query", provides="query"),
    Kind(AnalysisType.SCHEDULED_QUERY, ("QueryName",), "Queries", "query", provides="query"),
    Kind(
        AnalysisType.POLICY,
        ("PolicyID",),
        "Policies",
        evaluator=Evaluator.PYTHON,
        matcher=POLICY,
        body=Body.REQUIRED,
        legacy=True,
    ),
    Kind(
        AnalysisType.RULE,
        ("RuleID", "PolicyID"),
        "Rules",
        evaluator=Evaluator.PYTHON,
        body=Body.OPTIONAL,
        uses_data_models=True,
        legacy=True,
        legacy_names={"PolicyID": "RuleID", "ResourceTypes": "LogTypes"},
    ),
    Kind(
        AnalysisType.SCHEDULED_RULE,
        ("RuleID",),
        "Rules",
        evaluator=Evaluator.PYTHON,
        body=Body.OPTIONAL,
        runs_queries=True,
    ),
    Kind(AnalysisType.SCHEDULED_PROMPT, ("PromptName",), "ScheduledPrompts", "prompt"),
    Kind(
        AnalysisType.CORRELATION_RULE,
        ("RuleID",),
        "CorrelationRules",
        evaluator=Evaluator.CORRELATION,
        references=References(("Detection",), "RuleID"),
    ),
    Kind(
        AnalysisType.PACK,
        ("PackID",),
        "Packs",
        "pack",
        references=References(("PackDefinition", "IDs"), complete=True),
    ),
)
KINDS: Final[Mapping[AnalysisType, Kind]] = {row.type: row for row in _ROWS}
PACK_ORDER: Final[Mapping[AnalysisType, int]] = {row.type: place for place, row in enumerate(_ROWS)}
# What the two generations of deployments take.
LEGACY: Final = frozenset(row.type for row in _ROWS if row.legacy)
CURRENT: Final = frozenset(AnalysisType)
# Every key that may contain an id.
ID_KEYS: Final = tuple(dict.fromkeys(key for row in _ROWS for key in row.id_keys))
# The id that Panther 1.x gave the policy that carried its globals, and the one of a global without any.
LEGACY_GLOBALS: Final = "aws_globals"
DEFAULT_GLOBAL: Final = "panther"
