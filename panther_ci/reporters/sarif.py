"""The report as SARIF 2.1.0, for code scanning.

GitHub keeps 5,000 results of a run. Fingerprints depend on what is wrong and not on its line, so an
alert survives when the lines above it change.
"""

import json
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from panther_ci.catalogue import CheckId
from panther_ci.explanations import read_page
from panther_ci.model import Json, Level, Location, Report, Standing
from panther_ci.reporters.defuse import TEXT_LIMIT, show, show_name, url_path
from panther_ci.reporters.problems import Problem, list_problems

RESULTS = 5000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTICE: "note"}
_STATES = {Standing.NEW: "new", Standing.CHANGED: "updated", Standing.ALREADY_THERE: "unchanged"}
_FINGERPRINT = "pantherCi/v1"


def render(report: Report) -> str:
    """The log as JSON text, most severe results first."""
    problems = list_problems(report)
    # Code scanning refuses a whole file for one result without a place, so those are notifications.
    placed = [problem for problem in problems if problem.location.path][:RESULTS]
    rules = sorted({problem.check for problem in placed})
    run: dict[str, Json] = {
        "tool": {"driver": _driver(report, [_rule(check) for check in rules])},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, [problem for problem in problems if not problem.location.path])],
        "results": _results(placed, rules, report.compared),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _driver(report: Report, rules: list[Json]) -> dict[str, Json]:
    version: dict[str, Json] = {"version": report.version} if report.version else {}
    return {"name": "panther-ci", **version, "rules": rules}


def _invocation(report: Report, problems: Iterable[Problem]) -> Json:
    notifications: list[Json] = [
        {"level": _LEVELS[problem.level], "message": {"text": show("\n".join(problem.lines))}}
        for problem in problems
    ]
    return {"executionSuccessful": not report.interrupted, "toolExecutionNotifications": notifications}


def _rule(check: CheckId) -> Json:
    """What code scanning shows of a check, from the catalogue."""
    return {
        "id": check,
        "shortDescription": {"text": check.description},
        "fullDescription": {"text": f"{check.description} {check.help}"},
        "help": {"text": check.help, "markdown": f"{check.help}\n\n{read_page(check)}"},
        "defaultConfiguration": {"level": _LEVELS[check.level]},
    }


def _results(problems: Iterable[Problem], rules: Sequence[CheckId], compared: bool) -> list[Json]:
    seen: dict[str, int] = {}
    results: list[Json] = []
    for problem in problems:
        identity = _identity(problem)
        seen[identity] = seen.get(identity, 0) + 1
        state: dict[str, Json] = {"baselineState": _STATES[problem.standing]} if compared else {}
        results.append(_result(problem, rules, f"{identity}:{seen[identity]}") | state)
    return results


def _result(problem: Problem, rules: Sequence[CheckId], fingerprint: str) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": problem.check,
        "ruleIndex": rules.index(problem.check),
        "level": _LEVELS[problem.level],
        "message": {"text": show("\n".join(_message(problem)))},
        "locations": [_location(problem.location)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if problem.related and problem.case:
        case: dict[str, Json] = {"text": f"the case {show_name(problem.case.case)}"}
        result["relatedLocations"] = [{**_location(problem.related), "message": case}]
    return result


def _message(problem: Problem) -> tuple[str, ...]:
    if problem.case is None:
        return problem.lines
    return (f"{problem.detection}: {problem.case.case}", *problem.lines)


def _location(location: Location) -> dict[str, Json]:
    artifact: dict[str, Json] = {"uri": url_path(location.path), "uriBaseId": "%SRCROOT%"}
    physical: dict[str, Json] = {"artifactLocation": artifact}
    if location.line is not None:
        physical["region"] = _region(location.line, location.column)
    return {"physicalLocation": physical}


def _region(line: int, column: int | None) -> dict[str, Json]:
    """A character where the column is known, else the whole line."""
    region: dict[str, Json] = {"startLine": line, "endLine": line}
    if column is not None:
        region |= {"startColumn": column, "endColumn": column + 1}
    return region


def _identity(problem: Problem) -> str:
    """What is wrong, without the lines and columns that a message may name."""
    case = problem.case.case if problem.case else ""
    story = re.sub(r":\d+(:\d+)?|\bline \d+", "", problem.summary)[:TEXT_LIMIT]
    parts = (problem.check, problem.location.path, problem.detection, case, story)
    return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]
