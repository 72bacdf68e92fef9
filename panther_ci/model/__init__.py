"""The terms of this tool as frozen values: what is written, what ran, what was found.

Imports only the standard library and what is below it; nothing here reads or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from panther_ci.catalogue import CheckId
from panther_ci.catalogue import Level as Level
from panther_ci.kinds import AnalysisType, Evaluator
from panther_ci.model.alerts import Alert as Alert
from panther_ci.model.changes import Change as Change
from panther_ci.model.changes import ChangeKind as ChangeKind
from panther_ci.model.changes import ChangeSet as ChangeSet
from panther_ci.model.changes import ComparisonRequest as ComparisonRequest
from panther_ci.model.changes import Effect as Effect
from panther_ci.model.changes import EffectKind as EffectKind
from panther_ci.model.changes import LeftOut as LeftOut
from panther_ci.model.changes import Loss as Loss
from panther_ci.model.changes import Merging as Merging
from panther_ci.model.changes import Node as Node
from panther_ci.model.changes import Omission as Omission
from panther_ci.model.changes import Selection as Selection
from panther_ci.model.locations import Location as Location
from panther_ci.model.packs import DEFAULT_LIMIT as DEFAULT_LIMIT
from panther_ci.model.packs import Archive as Archive
from panther_ci.model.packs import ArchiveLimit as ArchiveLimit
from panther_ci.model.packs import PackItem as PackItem
from panther_ci.model.reasons import BodyError, Reason, SkipReason, error_of

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Standing(StrEnum):
    """How a problem compares with the base of a change; only what was there already does not reject.

    Where no base was judged, every problem counts as new.
    """

    NEW = "new"
    CHANGED = "changed"
    ALREADY_THERE = "already there"


class Finding(NamedTuple):
    """A problem in the content: `message` says what is wrong, `hint` the next step.

    A finding of the judge has a `reason` instead, and reporters put it into words.
    """

    check: CheckId
    message: str
    location: Location
    level: Level = Level.ERROR
    hint: str = ""
    detection: str = ""
    reason: Reason | None = None
    standing: Standing = Standing.NEW

    @property
    def rejects(self) -> bool:
        """Whether it keeps a change from being accepted."""
        return self.level is Level.ERROR and self.standing is not Standing.ALREADY_THERE

    @classmethod
    def of(
        cls, check: CheckId, message: str, location: Location, hint: str = "", detection: str = ""
    ) -> "Finding":
        """A finding of the level that the catalogue gives its check."""
        return cls(check, message, location, check.level, hint, detection)


class Mock(NamedTuple):
    """A name of the body's module that a case replaces by a function returning `value`."""

    name: str
    value: Json
    location: Location


class Case(NamedTuple):
    """A unit test inside a spec; `location` is the place of its name.

    The `event` of a correlation rule is the list of what its rules matched.

    `destinations` is what `destinations()` is expected to return; None if that does not matter.
    """

    name: str
    expected: bool
    event: Json
    location: Location
    mocks: tuple[Mock, ...] = ()
    destinations: tuple[str, ...] | None = None


class FieldMapping(NamedTuple):
    """One name of a data model, as a path into the event or as a method of its body."""

    name: str
    path: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec file in the current form, even if it was written in the legacy one.

    `body` is the path of the Python file from the root of the repository. `fields` has all keys of the
    file by their current names, for what needs more than the attributes.
    """

    path: str
    type: AnalysisType
    id: str
    location: Location
    enabled: bool = True
    body: str | None = None
    base: str = ""
    log_types: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    create_alert: bool = True
    mappings: tuple[FieldMapping, ...] = ()
    fields: Mapping[str, Json] = field(default_factory=dict)

    @property
    def declared(self) -> bool:
        """Whether it says in `Detection` what makes an alert, so that there is no body to run."""
        return self.type.judged and self.body is None and "Detection" in self.fields

    @property
    def evaluator(self) -> Evaluator:
        """What runs its cases, if nothing is left to be taken over from a base."""
        own = self.type.kind.evaluator
        return Evaluator.SIMPLE if own is Evaluator.PYTHON and self.declared else own

    @property
    def released(self) -> bool:
        """Whether it is deployed without being asked for: its `Status` does not keep it out."""
        return self.type.is_released(self.fields.get("Status"))


# Running ----------------------------------------------------------------------------------------


class Source(NamedTuple):
    """Python source as judged: the name it is imported by, its path in the repository, its bytes."""

    name: str
    path: str
    text: bytes


class DataModel(NamedTuple):
    """An enabled data model: how rules read unified fields of one log type."""

    id: str
    log_type: str
    mappings: tuple[FieldMapping, ...]
    body: Source | None = None


class Job(NamedTuple):
    """One detection to run: everything its cases need, as bytes.

    The `body` of a detection that is declared is its `Detection`, as JSON, with the path of its spec. What
    else specs declare is in `declared`, in the same form, each with the name of its key. `group` is the set
    of changed files it loads. Detections of different groups never share a process; the empty group
    is unchanged content, which may. `destinations` are those of the deployment; none if they are not known.
    With `explained`, cases that go wrong run again to see which fields they read.
    """

    spec: Spec
    body: Source
    helpers: tuple[Source, ...] = ()
    data_models: tuple[DataModel, ...] = ()
    group: frozenset[str] = frozenset()
    destinations: tuple[str, ...] = ()
    explained: bool = True
    declared: tuple[Source, ...] = ()


class Outcome(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


class FieldRead(NamedTuple):
    """A field of the event that a function read: its keys from the root, and the text of its value.

    For a field that is not in the event, `nearest` are the keys of the field that may have been meant. A
    field that was read of several `items` of lists stands for all of them: it is the last one, and `others`
    are values of some that were read before it.
    """

    function: str
    path: tuple[str | int, ...]
    value: str = ""
    found: bool = True
    nearest: tuple[str | int, ...] = ()
    others: tuple[str, ...] = ()
    items: int = 1


class Step(NamedTuple):
    """A condition of a declared detection, or of filters, as it was decided: `text` says what it found.

    `keys` lead to it from the root of the spec, `depth` is how many conditions it is inside of, and `held` is
    None where it did not have to be decided, or could not be. One of them `decides` the whole, if that can be
    told. `location` is its place in the spec, where known. `marks` are the times it is about, in thousandths
    of the time from the first one of the case to the last.
    """

    keys: tuple[str | int, ...]
    text: str
    held: bool | None = None
    depth: int = 0
    marks: tuple[int, ...] = ()
    decides: bool = False
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case; `reason` is why it did not pass, `reads` has the field read last first.

    `steps` are the conditions of a declared detection, or of the filters that refused the event, in the order
    of the spec.

    `returned_at` is where the body returned the answer that is wrong, or else where that function is defined;
    of a declared detection it is the condition that decided.
    `alert` is what a deployment would make of the event, whatever was expected.
    Texts may come from hostile bodies: they are bounded, but not made harmless.
    """

    detection: str
    case: str
    outcome: Outcome
    location: Location
    expected: bool | None = None
    reason: Reason | None = None
    reads: tuple[FieldRead, ...] = ()
    steps: tuple[Step, ...] = ()
    output: str = ""
    seconds: float = 0.0
    standing: Standing = Standing.NEW
    returned_at: Location | None = None
    alert: Alert | None = None
    alert_before: Alert | None = None

    @property
    def bad(self) -> bool:
        """Whether it failed or errored."""
        return self.outcome in (Outcome.FAILED, Outcome.ERRORED)

    @property
    def deciding(self) -> Step | None:
        """The condition that decided, if it can be told."""
        return next((step for step in self.steps if step.decides), None)

    @property
    def rejects(self) -> bool:
        """Whether it keeps a change from being accepted."""
        return self.bad and self.standing is not Standing.ALREADY_THERE

    @property
    def error(self) -> BodyError | None:
        """The exception of the body, or where it was when it was stopped."""
        return error_of(self.reason)


class JobResult(NamedTuple):
    """The results of one job, one for each of its cases in their order, and the findings it led to."""

    path: str
    cases: tuple[CaseResult, ...]
    findings: tuple[Finding, ...] = ()


# The report -------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """The one answer of a run."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SpecReport:
    """A selected spec: why it was selected, and the results of its cases or why they were skipped.

    `deployed` is false for one that its `Status` keeps out of a deployment. Of a change, `touched` says that
    the spec or its own body changed, `changed` are the other changed files that it loads, and `lost` are the
    names it needs that the change took away. `line` is that of its id, `body` the path of the body that runs.
    """

    id: str
    path: str
    type: str
    reasons: tuple[str, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    skipped: SkipReason | None = None
    reports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deployed: bool = True
    touched: bool = False
    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    line: int | None = None
    body: str = ""

    @property
    def location(self) -> Location:
        """Where its id is."""
        return Location(self.path, self.line)

    @property
    def bad(self) -> bool:
        """Whether a case failed or errored."""
        return any(case.bad for case in self.cases)

    @property
    def alerting(self) -> bool:
        """Whether a case has an alert."""
        return any(case.alert for case in self.cases)

    def count(self, outcome: Outcome) -> int:
        """The number of cases with this outcome."""
        return sum(case.outcome is outcome for case in self.cases)


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run found. The verdict is computed from it, here and nowhere else.

    `judge_all_reason` says why everything was judged, `left_out` which files are not part of that, `tier` how
    bodies were confined, and `warnings` in which ways that is less than full confinement. `compared` says
    that problems were compared with those of the base. Of a change, `changed` are the files that it wrote,
    each with the first line that differs, `losses` the names that it took away, and `effects` what merging
    it does.
    """

    specs: tuple[SpecReport, ...]
    findings: tuple[Finding, ...]
    total: int = 0
    judge_all_reason: str = ""
    base: str = ""
    head: str = ""
    tier: str = ""
    version: str = ""
    interrupted: str = ""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    compared: bool = False
    changed: Mapping[str, int] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    effects: tuple[Effect, ...] = ()
    merging: Merging | None = None

    @property
    def cases(self) -> tuple[CaseResult, ...]:
        """Every case result, in order."""
        return tuple(case for spec in self.specs for case in spec.cases)

    def count(self, outcome: Outcome) -> int:
        """The number of cases with this outcome; counted, never derived."""
        return sum(case.outcome is outcome for case in self.cases)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that reject."""
        return tuple(finding for finding in self.findings if finding.rejects)

    @property
    def already_there(self) -> int:
        """How many cases and errors were wrong before the change, in the same way."""
        errors = (finding.standing for finding in self.findings if finding.level is Level.ERROR)
        standings = (*(case.standing for case in self.cases), *errors)
        return standings.count(Standing.ALREADY_THERE)

    @property
    def verdict(self) -> Verdict:
        """Accepted only if nothing that counts failed or errored, and the run was not cut short."""
        bad = any(case.rejects for case in self.cases)
        return Verdict.REJECTED if bad or self.errors or self.interrupted else Verdict.ACCEPTED
