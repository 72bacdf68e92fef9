"""A parsed file -> a `Spec` with current names, and what is wrong with it by itself."""

import posixpath
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.kinds import AnalysisType
from panther_ci.model import Case, FieldMapping, Finding, Json, Level, Location, Mock, Spec
from panther_ci.specs.outline import LARGEST, Outline, is_plain_data, outline_of
from panther_ci.specs.reading.document import Document, SuspiciousValue
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.reading.recognition import find_id, find_type, may_be_spec, reads_like_spec
from panther_ci.specs.reading.scalars import Scalars
from panther_ci.specs.schemas import read_schema
from panther_ci.specs.schemas.table import Test, compile_schema

_UNREADABLE: Final = frozenset({CheckId.ENCODING, CheckId.YAML_SYNTAX, CheckId.JSON_SYNTAX})
_NO_PATHS: Final[frozenset[str]] = frozenset()
_MOST_KEYS: Final = 100


class Loaded(NamedTuple):
    """The result for a file: no spec if it isn't one, or if it can't be read."""

    spec: Spec | None
    findings: tuple[Finding, ...] = ()
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class SpecLoader:
    """Loads specs, and keeps between them what they share: known scalars and compiled schemas.

    `former` are the files that were specs before the change; with `all_text`, every file has to be text.
    """

    former: Container[str] = _NO_PATHS
    all_text: bool = False
    scalars: Scalars = field(default_factory=Scalars)
    tables: dict[AnalysisType, tuple[dict[str, Any], Test]] = field(default_factory=dict)

    def read(self, path: str, data: bytes, suspected: bool = False) -> Loaded:
        """The spec in a file that may be one; for other files, only whether they can be read."""
        if suspected or path in self.former or may_be_spec(data):
            return self.load(path, data, suspected)
        return Loaded(None) if _is_text(data) else self.report_unreadable(parse(data, path).findings, False)

    def load(self, path: str, data: bytes, suspected: bool = False) -> Loaded:
        """The spec in a file. `suspected` says that it is meant to be one, whatever it contains."""
        if len(data) > LARGEST:
            return _report_size(path, data, suspected or path in self.former)
        document = parse(data, path, self.scalars)
        outline = outline_of(document, data)
        if document.value is None and document.findings:
            several = any(each.check is CheckId.SEVERAL_DOCUMENTS for each in document.findings)
            meant = suspected or path in self.former or reads_like_spec(data, top_level=several)
            return self.report_unreadable(document.findings, meant)._replace(outline=outline)
        if outline is None and not suspected:
            return Loaded(None, _report_former(document) if path in self.former else ())
        kind = find_type(document.value)
        if kind is None or not isinstance(document.value, dict):
            return Loaded(None, (*document.findings, _report_type(document, suspected)), outline)
        problems = tuple(self.find_problems(document, kind))
        spec = build_spec(document, document.value, kind)
        located = (*document.findings, *problems, *_report_odd(document, problems))
        return Loaded(spec, tuple(_attribute(finding, spec) for finding in located), outline)

    def report_unreadable(self, findings: tuple[Finding, ...], meant: bool) -> Loaded:
        """The findings of a file that can't be read; only notices if nothing shows that it is a spec."""
        return Loaded(None, tuple(self._downgrade(findings, meant)))

    def _downgrade(self, findings: tuple[Finding, ...], meant: bool) -> Iterator[Finding]:
        for finding in findings:
            folder = posixpath.dirname(finding.location.path)
            is_expected = finding.check is CheckId.ENCODING and (self.all_text or is_detection_folder(folder))
            if meant or is_expected:
                yield finding
            elif finding.check in _UNREADABLE:
                hint = f"It is not known whether this is a spec. {finding.hint}"
                yield finding._replace(level=Level.NOTICE, hint=hint)

    def find_problems(self, document: Document, kind: AnalysisType) -> Iterator[Finding]:
        """Where the document breaks the schema of its type."""
        schema, conforms = self.table(self.written_type(document.value, kind))
        if conforms(document.value):
            return
        from panther_ci.specs.schemas.wording import explain

        readings = {odd.keys: odd for odd in document.odd}
        for problem in explain(document.value, schema, kind.replace("_", " ")):
            where = document.locate_key(problem.keys) if problem.on_key else document.locate(problem.keys)
            if not problem.keys:
                where = document.locate_key(("AnalysisType",))
            odd = readings.get(problem.keys)
            hint = _advise(odd) if odd and problem.check is CheckId.WRONG_TYPE else problem.hint
            yield Finding.of(problem.check, problem.message, where, hint)

    def table(self, kind: AnalysisType) -> tuple[dict[str, Any], Test]:
        """The schema of a type and the fast test compiled from it."""
        if kind not in self.tables:
            schema = read_schema(kind)
            self.tables[kind] = (schema, compile_schema(schema))
        return self.tables[kind]

    def written_type(self, value: Json, kind: AnalysisType) -> AnalysisType:
        """The type whose schema applies: the globals of Panther 1.x are written as a policy."""
        return AnalysisType(str(value["AnalysisType"])) if isinstance(value, dict) else kind


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _report_size(path: str, data: bytes, meant: bool) -> Loaded:
    """The finding on a spec that is too large; none on other data."""
    if not meant and (is_plain_data(data, path) or not reads_like_spec(data)):
        return Loaded(None)
    message = f"The spec is larger than {LARGEST // 1024**2} MiB, so it is not checked."
    hint = "Move what is not part of the detection into another file."
    return Loaded(None, (Finding.of(CheckId.LARGE_FILE, message, Location(path), hint),))


def _report_former(document: Document) -> tuple[Finding, ...]:
    """A warning on a file that was a spec before the change, and is none now."""
    message = "This file was a spec before the change, and is none now."
    hint = "Write `AnalysisType` and its other keys again, or delete the file."
    finding = Finding.of(CheckId.ANALYSIS_TYPE, message, document.locate(()), hint)
    return (finding._replace(level=Level.WARNING),)


def build_spec(document: Document, value: dict[str, Json], kind: AnalysisType) -> Spec | None:
    """As much of the spec as the file contains; None without an id."""
    id_key, identity = find_id(kind, value)
    if not identity:
        return None
    fields = _modernise(value, kind)
    return Spec(
        path=document.path,
        type=kind,
        id=identity,
        location=document.locate((id_key or "AnalysisType",)),
        enabled=fields.get("Enabled", True) is not False,
        body=find_body(document.path, fields.get("Filename")),
        base=_text(fields.get("BaseDetection")),
        log_types=_texts(fields.get("LogTypes")),
        queries=_texts(fields.get("ScheduledQueries")),
        cases=tuple(_read_cases(document, fields.get("Tests"), kind)) if kind.judged else (),
        create_alert=fields.get("CreateAlert", True) is not False,
        mappings=tuple(_read_mappings(fields.get("Mappings"))) if kind is AnalysisType.DATAMODEL else (),
        fields=fields | _read_reports(document, fields),
    )


def find_body(path: str, filename: Json) -> str | None:
    """The path of a body from the root of the repository; None when the spec names none inside it."""
    if not isinstance(filename, str) or not filename:
        return None
    body = posixpath.normpath(posixpath.join(posixpath.dirname(path), filename))
    return None if body.startswith(("/", "../")) or "\0" in body else body


def _modernise(value: dict[str, Json], kind: AnalysisType) -> dict[str, Json]:
    """The fields with current keys, where Panther 1.x had other names for them."""
    renames = kind.kind.legacy_names
    return {renames.get(key, key): item for key, item in value.items() if renames.get(key) not in value}


def _read_reports(document: Document, fields: dict[str, Json]) -> dict[str, Json]:
    """`Reports` with texts instead of numbers, as a deployment keeps them: `1.10` is not 1.1 there."""
    reports = fields.get("Reports")
    if not isinstance(reports, dict):
        return {}
    written = {odd.keys: odd.suspicious.text for odd in document.odd}
    return {
        "Reports": {
            name: [_as_text(item, written.get(("Reports", name, index))) for index, item in enumerate(items)]
            if isinstance(items, list)
            else items
            for name, items in reports.items()
        }
    }


def _as_text(item: Json, written: str | None) -> Json:
    is_number = isinstance(item, int | float) and not isinstance(item, bool)
    return (written or str(item)) if is_number else item


def _read_event(test: dict[str, Json], kind: AnalysisType) -> Json:
    """What a case gives to the detection; None if it has none of the right shape."""
    if kind is AnalysisType.CORRELATION_RULE:
        outputs = test.get("RuleOutputs")
        return outputs if isinstance(outputs, list) else None
    event = test.get("Log", test.get("Resource"))
    return event if isinstance(event, dict) else None


def _read_cases(document: Document, tests: Json, kind: AnalysisType) -> Iterator[Case]:
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if not isinstance(test, dict):
            continue
        name, expected = test.get("Name"), test.get("ExpectedResult")
        event = _read_event(test, kind)
        if isinstance(name, str) and isinstance(expected, bool) and event is not None:
            here = ("Tests", index)
            mocks = tuple(_read_mocks(document, (*here, "Mocks"), test.get("Mocks")))
            destinations = test.get("ExpectedDestinations")
            wanted = _texts(destinations) if isinstance(destinations, list) else None
            yield Case(name, expected, event, document.locate((*here, "Name")), mocks, wanted)


def _read_mocks(document: Document, keys: tuple[str | int, ...], mocks: Json) -> Iterator[Mock]:
    for index, mock in enumerate(mocks if isinstance(mocks, list) else ()):
        name = mock.get("objectName") if isinstance(mock, dict) else None
        if isinstance(mock, dict) and isinstance(name, str) and name:
            yield Mock(name, mock.get("returnValue"), document.locate((*keys, index, "objectName")))


def _read_mappings(mappings: Json) -> Iterator[FieldMapping]:
    for mapping in mappings if isinstance(mappings, list) else ():
        if isinstance(mapping, dict) and _text(mapping.get("Name")):
            yield FieldMapping(
                _text(mapping["Name"]), _text(mapping.get("Path")), _text(mapping.get("Method"))
            )


def _report_type(document: Document, suspected: bool) -> Finding:
    kinds = ", ".join(AnalysisType)
    if not isinstance(document.value, dict):
        message, where = "A spec is one mapping of keys to values; this file is not.", document.locate(())
        return Finding.of(CheckId.ANALYSIS_TYPE, message, where, "Write one spec into each file.")
    if "AnalysisType" not in document.value:
        from panther_ci.specs.schemas.wording import find_likely

        keys = [key for key in document.value if key.lower().startswith("a")]
        near = find_likely("AnalysisType", keys[:_MOST_KEYS])
        where = document.locate_key((near,)) if near else document.locate(())
        message = (
            f"`{near}` is not a key of a spec."
            if near
            else "This looks like a spec, but has no `AnalysisType`."
        )
        hint = "Did you mean `AnalysisType`?" if near else f"Add `AnalysisType:` with one of {kinds}."
        return Finding.of(CheckId.ANALYSIS_TYPE, message, where, hint)
    from panther_ci.specs.schemas.wording import describe, find_likely

    stated = document.value["AnalysisType"]
    likely = find_likely(stated, list(AnalysisType)) if isinstance(stated, str) else ""
    hint = f"Did you mean `{likely}`?" if likely else f"The types are {kinds}."
    message = f"`AnalysisType` must be a type of spec, and this is {describe(stated)}."
    finding = Finding.of(CheckId.ANALYSIS_TYPE, message, document.locate(("AnalysisType",)), hint)
    # Newer tools have types for files that are not uploaded with detections, in folders of their own.
    elsewhere = not (suspected or likely or is_detection_folder(posixpath.dirname(document.path)))
    return finding._replace(level=Level.WARNING) if elsewhere else finding


def _report_odd(document: Document, problems: tuple[Finding, ...]) -> Iterator[Finding]:
    """Suspicious values, unless the schema is already broken there."""
    reported = {problem.location for problem in problems}
    for each in (odd for odd in document.odd if odd.location not in reported):
        message = f"`{each.suspicious.text}` is read as {each.suspicious.reading}."
        yield Finding.of(CheckId.UNMEANT_VALUE, message, each.location, _advise(each))


def _advise(odd: SuspiciousValue) -> str:
    text, reading = odd.suspicious.text, odd.suspicious.reading
    plain = "the number in plain digits"
    return f'YAML reads `{text}` as {reading}: write "{text}" in quotes if it is text, or {plain} if not.'


def _attribute(finding: Finding, spec: Spec | None) -> Finding:
    return finding if spec is None else finding._replace(detection=spec.id)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
