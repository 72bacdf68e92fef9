"""How a deployment differs from a tree of detections: what is missing, changed, or only there.

Only what the deployment states is compared, and only what a spec states: what one of them leaves out is the
deployment's own affair. Of a detection without a body, what it declares is not compared, since a deployment
may write it in another way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from panther_ci.deployments.api.listing import LISTS, READABLE, Listed, Listing
from panther_ci.kinds import AnalysisType
from panther_ci.model import Json, Spec

# The deployment raises what is less (panther_analysis_tool 1.11 warns of it).
_LEAST_MINUTES: Final = 5
_RULES: Final = frozenset({AnalysisType.RULE, AnalysisType.SCHEDULED_RULE})
_DETECTIONS: Final = _RULES | {AnalysisType.POLICY}
_QUERIES: Final = frozenset({AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY})


class Source(NamedTuple):
    """A spec of the tree, and the text of its body.

    Its `Status` may keep it from being `released`; one that is not `required` may be there or not.
    """

    spec: Spec
    body: str = ""
    released: bool = True
    required: bool = True


class Difference(NamedTuple):
    """One field that differs: its value there, and here; of texts with several lines, one of them."""

    field: str
    there: Json
    here: Json


class Changed(NamedTuple):
    """A spec that is there in another form."""

    type: AnalysisType
    id: str
    path: str
    differences: tuple[Difference, ...]


class Extra(NamedTuple):
    """What is there, and is not deployed from the tree; `held` says that the tree has it all the same."""

    type: AnalysisType
    id: str
    enabled: bool | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Drift:
    """The differences; `same` is how many specs have none, `unread` how many can't be compared."""

    missing: tuple[Source, ...]
    changed: tuple[Changed, ...]
    extra: tuple[Extra, ...]
    same: int
    unread: int

    @property
    def found(self) -> bool:
        """Whether anything that is deployed from the tree is not as it is there."""
        return bool(self.missing or self.changed)


def find_drift(sources: Iterable[Source], listing: Listing) -> Drift:
    """Compare a tree with what is in a deployment."""
    by_key = {(each.spec.type.kind.table, each.spec.id): each for each in sources}
    wanted = {key: each for key, each in by_key.items() if each.released}
    readable = {key: each for key, each in wanted.items() if _is_readable(each.spec, listing)}
    there = listing.entries
    present = {key: each for key, each in readable.items() if key in there}
    # A derived detection may be in none of the lists, though it is deployed.
    missing = [
        each for key, each in readable.items() if key not in there and each.required and not each.spec.base
    ]
    compared = [(each, tuple(_compare(each, there[key]))) for key, each in sorted(present.items())]
    changed = [
        Changed(each.spec.type, each.spec.id, each.spec.path, found) for each, found in compared if found
    ]
    extra = [
        _describe_extra(entry, key in by_key) for key, entry in sorted(there.items()) if key not in wanted
    ]
    return Drift(
        tuple(missing),
        tuple(changed),
        tuple(each for each in extra if each),
        len(compared) - len(changed),
        len(wanted) - len(present) - len(missing),
    )


def _is_readable(spec: Spec, listing: Listing) -> bool:
    """Whether the lists that may have a spec were all read."""
    lists = [path for path, (kinds, _) in LISTS.items() if spec.type in kinds]
    return spec.type in READABLE and not any(path in listing.lacking for path in lists)


def _describe_extra(entry: Listed, held: bool) -> Extra | None:
    """What is only there; None for what Panther itself manages."""
    if entry.fields.get("managed") is True and not held:
        return None
    enabled, disabled = entry.fields.get("enabled"), _find("schedule.disabled", entry.fields)
    if isinstance(disabled, bool):
        enabled = not disabled
    return Extra(entry.types[0], entry.id, enabled if isinstance(enabled, bool) else None, held)


def _compare(source: Source, entry: Listed) -> Iterator[Difference]:
    """The fields that differ; values that the deployment does not state are left out."""
    if source.spec.type not in entry.types:
        yield Difference("type", entry.types[0].value, source.spec.type.value)
        return
    for name, kinds, state in _FIELDS:
        if source.spec.type in kinds:
            here, there = state(source), _normalise(name, _find(name, entry.fields))
            if here is not None and there is not None and here != there:
                yield _shorten(name, there, here)


def _find(name: str, fields: Mapping[str, Json]) -> Json:
    """The value of a name with dots."""
    value: Json = dict(fields)
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _normalise(name: str, value: Json) -> Json:
    """A value so that only a difference in meaning is one."""
    if isinstance(value, list):
        return [*sorted({each for each in value if isinstance(each, str)})]
    if isinstance(value, str):
        return value.upper() if name == "severity" else _trim(value)
    return value


def _trim(text: str) -> str:
    """A text without differences of line ends and of blanks at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def _shorten(name: str, there: Json, here: Json) -> Difference:
    """A difference; of texts with several lines, the first line that differs, with its number."""
    if isinstance(there, str) and isinstance(here, str) and "\n" in there + here:
        ours, theirs = here.split("\n"), there.split("\n")
        same = sum(1 for _ in _common(ours, theirs))
        place = f"{name}, line {same + 1}"
        return Difference(place, *("".join(lines[same : same + 1]) for lines in (theirs, ours)))
    return Difference(name, there, here)


def _common(one: list[str], other: list[str]) -> Iterator[str]:
    """The lines that two texts begin with alike."""
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left


def _state(key: str) -> Callable[[Source], Json]:
    """The value of a key, or None if the spec does not have it."""

    def read(source: Source) -> Json:
        value = source.spec.fields.get(key)
        return _normalise(key.lower(), value)

    return read


def _state_enabled(source: Source) -> Json:
    return None if source.spec.base and "Enabled" not in source.spec.fields else source.spec.enabled


def _state_body(source: Source) -> Json:
    return _trim(source.body) if source.spec.body and source.body else None


def _state_minutes(source: Source) -> Json:
    minutes = source.spec.fields.get("DedupPeriodMinutes")
    return max(minutes, _LEAST_MINUTES) if type(minutes) is int and minutes > 0 else None


def _state_threshold(source: Source) -> Json:
    threshold = source.spec.fields.get("Threshold")
    return threshold if type(threshold) is int and threshold > 0 else None


def _state_schedule(key: str) -> Callable[[Source], Json]:
    def read(source: Source) -> Json:
        schedule = source.spec.fields.get("Schedule")
        return _normalise(key, schedule.get(key)) if isinstance(schedule, dict) else None

    return read


def _state_disabled(source: Source) -> Json:
    enabled = source.spec.fields.get("Enabled")
    return not enabled if isinstance(enabled, bool) else None


_FIELDS: Final = (
    ("enabled", _DETECTIONS | {AnalysisType.DATAMODEL}, _state_enabled),
    ("severity", _DETECTIONS, _state("Severity")),
    ("displayName", _DETECTIONS, _state("DisplayName")),
    ("body", _DETECTIONS | {AnalysisType.GLOBAL, AnalysisType.DATAMODEL}, _state_body),
    ("threshold", _RULES, _state_threshold),
    ("dedupPeriodMinutes", _RULES, _state_minutes),
    ("logTypes", frozenset({AnalysisType.RULE, AnalysisType.DATAMODEL}), _state("LogTypes")),
    ("resourceTypes", frozenset({AnalysisType.POLICY}), _state("ResourceTypes")),
    ("scheduledQueries", frozenset({AnalysisType.SCHEDULED_RULE}), _state("ScheduledQueries")),
    ("sql", _QUERIES, _state("Query")),
    ("schedule.rateMinutes", _QUERIES, _state_schedule("RateMinutes")),
    ("schedule.cron", _QUERIES, _state_schedule("CronExpression")),
    ("schedule.timeoutMinutes", _QUERIES, _state_schedule("TimeoutMinutes")),
    ("schedule.disabled", frozenset({AnalysisType.SCHEDULED_QUERY}), _state_disabled),
)
