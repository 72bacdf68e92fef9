"""The problems of a report by their causes: what a change broke first, what was there before it last."""

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, auto
from typing import NamedTuple, TypeAlias

from panther_ci.catalogue import CheckId
from panther_ci.model import CaseResult, Level, Location, Loss, Report, SpecReport, Standing
from panther_ci.model.reasons import NotReached, NotRun
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.wording import count_of, describe_error

# Problems with the same key have the same cause.
_Key: TypeAlias = tuple[object, ...]

_LEVELS = tuple(Level)
# What a report calls some kinds of names.
_KINDS = {"module": "global", "log-type": "data model of"}
_FILES_NAMED = 3
# Cases of an entry that a report shows.
EXAMPLES = 3
# What keeps a body from being loaded, and the finding that is about it.
_LOADING = {
    "SyntaxError": CheckId.BODY_SYNTAX,
    "IndentationError": CheckId.BODY_SYNTAX,
    "TabError": CheckId.BODY_SYNTAX,
    "ModuleNotFoundError": CheckId.MISSING_MODULE,
}


class Rank(IntEnum):
    """What comes first."""

    RUN = auto()
    LOSS = auto()
    TOUCHED = auto()
    ELSEWHERE = auto()
    REMARK = auto()
    ALREADY_THERE = auto()


class Entry(NamedTuple):
    """Problems of one cause, the first of which explains it; `summary` and `hint` are about all of them.

    `name` is the detection it is about; empty if there are several, or none. With `told`, nothing is left to
    say of its cases but their names.
    """

    rank: Rank
    summary: str
    hint: str
    location: Location
    problems: tuple[Problem, ...]
    name: str = ""
    told: bool = False

    @property
    def first(self) -> Problem:
        """The problem that explains the others."""
        return self.problems[0]

    @property
    def alone(self) -> CaseResult | None:
        """The case that it is about, if that is a single one of a detection with a name."""
        return self.first.case if len(self.problems) == 1 and self.name else None

    @property
    def level(self) -> Level:
        """The most severe level of its problems."""
        return min((problem.level for problem in self.problems), key=_LEVELS.index)

    @property
    def cases(self) -> tuple[Problem, ...]:
        """The cases among its problems."""
        return tuple(problem for problem in self.problems if problem.case)

    @property
    def examples(self) -> tuple[Problem, ...]:
        """The cases worth showing: the first ones, of different detections if there are several."""
        if self.name:
            return tuple(problem for problem in self.cases if problem.detection == self.name)[:EXAMPLES]
        firsts = {problem.detection: problem for problem in reversed(self.cases)}
        several = [firsts[name] for name in dict.fromkeys(each.detection for each in self.cases)]
        return tuple(several if len(several) > 1 else self.cases)[:EXAMPLES]

    def describe(self, problem: Problem) -> str:
        """What happened in one of its cases; empty if the entry has told it."""
        return "" if self.told or problem.summary in self.summary else f": {problem.summary}"


def list_entries(report: Report) -> tuple[Entry, ...]:
    """All problems of a report, by their causes; the same report always gives the same order."""
    grouping = _Grouping(report)
    groups: dict[_Key, list[Problem]] = {}
    for problem in grouping.problems:
        groups.setdefault(grouping.find_key(problem), []).append(problem)
    entries = [grouping.describe(key, problems) for key, problems in groups.items()]
    return tuple(sorted(entries, key=_order))


def split_entries(report: Report) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What is new or differs, and what was there before the change."""
    entries = list_entries(report)
    known = tuple(entry for entry in entries if entry.rank is Rank.ALREADY_THERE)
    return entries[: len(entries) - len(known)], known


def _order(entry: Entry) -> tuple[object, ...]:
    weight = entry.first.case is not None, -_count(entry.problems)
    return entry.rank, _LEVELS.index(entry.level), *weight, entry.location.path


def describe_rest(entry: Entry) -> str:
    """How many cases there are beside the examples; empty if there are none."""
    left = len(entry.cases) - len(entry.examples)
    detections = _count(entry.cases)
    of = f" of {count_of(detections, 'detection')} in all" if detections > EXAMPLES else ""
    return f"and {count_of(left, 'more case')}{of}" if left else ""


class _Grouping:
    """What is known of a report while its problems are grouped."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.problems = list_problems(report)
        self.losses = {loss.name: loss for loss in report.losses}
        self.numbers = {id(problem): number for number, problem in enumerate(self.problems)}
        errors = [each for each in self.problems if each.level is Level.ERROR and not each.case]
        self.errors_of = _group(errors, lambda each: each.detection)
        self.errors_at = _group(errors, lambda each: each.location.path)
        broken = [spec for spec in report.specs if spec.touched and spec.bad]
        self.owners = {path: spec for spec in broken for path in (spec.path, spec.body)}

    def find_key(self, problem: Problem) -> _Key:
        """The cause of a problem; what was there before has none in common with what is new."""
        return problem.standing is Standing.ALREADY_THERE, *self._find_cause(problem)

    def _find_cause(self, problem: Problem) -> _Key:
        if lost := self._find_lost(problem):
            return "lost", lost
        if problem.case is None or problem.spec is None:
            return "finding", self.numbers[id(problem)]
        if fault := self._find_fault(problem.case, problem.spec):
            return "finding", self.numbers[id(fault)]
        error, spec = problem.case.error, problem.spec
        if error and error.location and error.location.path != spec.body:
            return "raised", error.location, error.type
        if spec.touched or not spec.changed or problem.standing is Standing.ALREADY_THERE:
            return "detection", spec.path
        owners = {owner.path if (owner := self.owners.get(path)) else "" for path in spec.changed}
        base = owners.pop() if len(owners) == 1 else ""
        return ("detection", base) if base else ("changed", spec.changed)

    def _find_lost(self, problem: Problem) -> str:
        """The name that the change took away and that the problem comes from."""
        if problem.spec is None or problem.standing is Standing.ALREADY_THERE:
            return ""
        for name in problem.spec.lost:
            value = name.partition(":")[2]
            if problem.case is None:
                found = f"`{value}`" in problem.summary
            else:
                found = not problem.spec.touched or value in problem.summary
            if found:
                return name
        return ""

    def _find_fault(self, case: CaseResult, spec: SpecReport) -> Problem | None:
        """The finding that says why a case could not run."""
        if case.reason is NotRun.CASE:
            paths = (spec.path, spec.body, case.location.path)
            found = [each for path in paths for each in self.errors_at.get(path, ())]
            return next(iter((*self.errors_of.get(case.detection, ()), *found)), None)
        error = case.error
        if error is None or error.location is None or error.type not in _LOADING:
            return None
        check, line = _LOADING[error.type], error.location.line
        found = [each for each in self.errors_at.get(error.location.path, ()) if each.check is check]
        beside = (each for each in found if check is CheckId.BODY_SYNTAX or each.location.line == line)
        return next(beside, None)

    # Describing ----------------------------------------------------------------------------------

    def describe(self, key: _Key, problems: Sequence[Problem]) -> Entry:
        """The entry of problems with one key."""
        _, kind, cause = key[:3]
        ordered = tuple(sorted(problems, key=_weigh))
        hints = {problem.hint for problem in ordered if kind != "finding"}
        hint = ordered[0].hint if len(hints) <= 1 else ""
        entry = Entry(self._rank(kind, ordered), "", hint, ordered[0].location, ordered)
        if kind == "lost":
            loss = self.losses[str(cause)]
            return entry._replace(summary=_describe_loss(loss, ordered), hint=_advise(loss), told=True)
        if kind == "changed" and isinstance(cause, tuple):
            place = Location(cause[0], self.report.changed.get(cause[0]))
            return entry._replace(summary=_describe_change(cause, ordered), location=place)
        name = ordered[0].detection if _count(ordered) == 1 or kind == "detection" else ""
        describe = {"finding": _describe_finding, "raised": _describe_cases if name else _describe_raised}
        summary = describe.get(str(kind), _describe_cases)
        return entry._replace(summary=summary(ordered), name=name, told=kind == "finding")

    def _rank(self, kind: object, problems: Sequence[Problem]) -> Rank:
        first = problems[0]
        if first.check is CheckId.RUN_INTERRUPTED:
            return Rank.RUN
        if first.standing is Standing.ALREADY_THERE:
            return Rank.ALREADY_THERE
        if kind == "lost":
            return Rank.LOSS
        if first.level is not Level.ERROR:
            return Rank.REMARK
        touched = any(problem.spec and problem.spec.touched for problem in problems)
        is_own = kind == "changed" or touched or first.location.path in self.report.changed
        return Rank.TOUCHED if is_own else Rank.ELSEWHERE


def _group(problems: Iterable[Problem], key: Callable[[Problem], str]) -> dict[str, list[Problem]]:
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(key(problem), []).append(problem)
    return groups


def _count(problems: Iterable[Problem]) -> int:
    """How many detections problems are about."""
    return len({problem.detection for problem in problems})


def _extent(problems: Sequence[Problem]) -> str:
    """Of cases, how many of how many detections there are: `6 cases of 3 detections`."""
    return f"{count_of(len(problems), 'case')} of {count_of(_count(problems), 'detection')}"


def _describe_finding(problems: Sequence[Problem]) -> str:
    finding, *cases = problems
    if not cases:
        return finding.summary
    own = {problem.detection for problem in cases} == {finding.detection}
    those = f"its {count_of(len(cases), 'case')}" if own else _extent(cases)
    return f"{finding.summary.rstrip('.')}; {those} can't run because of it"


def _describe_raised(problems: Sequence[Problem]) -> str:
    first = problems[0]
    if not (first.case and first.case.error):
        return first.summary
    return f"{_extent(problems)} raise {describe_error(first.case.error)} at {first.location}"


def _describe_cases(problems: Sequence[Problem]) -> str:
    """The cases of one detection, and how many others derived from it fail, too."""
    own = [problem for problem in problems if problem.detection == problems[0].detection]
    others = [problem for problem in problems if problem.detection != problems[0].detection]
    more = f"; with it fail {_extent(others)} derived from it" if others else ""
    return f"{_describe_own(own)}{more}"


def _describe_own(problems: Sequence[Problem]) -> str:
    """The cases of one detection in one sentence; those after one that ended it are only counted."""
    causes = [problem for problem in problems if not _is_consequence(problem)] or problems
    left = len(problems) - len(causes)
    after = f"; {count_of(left, 'case')} after it did not run" if left else ""
    first = causes[0].summary
    if len(causes) == 1:
        return f"{first}{after}"
    same = all(problem.summary == first for problem in causes)
    return f"{len(causes)} cases{f': {first}' if same else ' went wrong'}{after}"


def _is_consequence(problem: Problem) -> bool:
    return problem.case is not None and isinstance(problem.case.reason, NotReached)


def _weigh(problem: Problem) -> tuple[object, ...]:
    """Findings first, then the cases of what the change touched; those that did not run come last."""
    place = problem.case.location if problem.case else problem.location
    is_own = problem.spec is not None and problem.spec.touched
    is_case = problem.case is not None
    return is_case, not is_own, _is_consequence(problem), place.path, place.line or 0, place.column or 0


def _describe_change(paths: Sequence[str], problems: Sequence[Problem]) -> str:
    named = [f"`{path}`" for path in paths[:_FILES_NAMED]]
    if len(paths) > _FILES_NAMED:
        named.append(f"{len(paths) - _FILES_NAMED} more")
    change = "The change" if len(paths) == 1 else "The changes"
    verb = "makes" if len(paths) == 1 else "make"
    return f"{change} of {', '.join(named)} {verb} {_extent(problems)} fail"


def _describe_loss(loss: Loss, problems: Sequence[Problem]) -> str:
    kind, _, value = loss.name.partition(":")
    what = f"the {_KINDS.get(kind, kind)} `{value}`"
    if loss.renamed:
        told = f"This change renames {what} to `{loss.renamed[0].partition(':')[2]}`"
    else:
        told = f"This change deletes {what}"
    cases = sum(problem.case is not None for problem in problems)
    needing = _count(problems)
    needed = f"{count_of(needing, 'detection')} {'needs' if needing == 1 else 'need'} it"
    failing = f", and {count_of(cases, 'case')} fail{'s' if cases == 1 else ''}" if cases else ""
    return f"{told}: {needed}{failing}"


def _advise(loss: Loss) -> str:
    if loss.renamed:
        return "Write the new name in what needs it, or keep the old one."
    return "Keep it, or change what needs it too."
