"""What the stand-in knows of each spec beside its digest: its keys and body, and how the REST API shows it.

The paths and names are those of the published description (panther-labs/mcp-panther,
docs/panther_open_api_v3_spec.yaml).
"""

import base64
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from panther_ci.deployments.local.acceptance import Key
from panther_ci.kinds import AnalysisType

Show: TypeAlias = Callable[["Content"], dict[str, Any]]


@dataclass
class Content:
    """A spec as it was uploaded, or as the console changed it."""

    type: AnalysisType
    id: str
    fields: dict[str, Any]
    body: str = ""
    managed: bool = False

    @property
    def key(self) -> Key:
        """The table and the id."""
        return self.type.kind.table, self.id


def read_contents(data: str) -> dict[Key, Content]:
    """The contents of the specs in an archive in base64."""
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(data))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    bodies = {name.rpartition("/")[2]: text for name, text in files.items() if name.endswith(".py")}
    found = {}
    for name, text in files.items():
        if name.lower().endswith((".yml", ".yaml", ".json")):
            fields = yaml.safe_load(text)
            kind = AnalysisType(str(fields["AnalysisType"]).lower())
            id = next(fields[key] for key in kind.kind.id_keys if key in fields)
            content = Content(kind, id, fields, bodies.get(fields.get("Filename", ""), ""))
            found[content.key] = content
    return found


def find_linked(contents: Mapping[Key, Content], ids: Iterable[str], queries: bool) -> list[str]:
    """The queries of these detections, or with `queries` the detections of these queries."""
    pairs = [
        (content.id, name)
        for content in contents.values()
        for name in content.fields.get("ScheduledQueries") or []
    ]
    wanted = set(ids)
    found = (
        {id for id, name in pairs if name in wanted} if queries else {n for id, n in pairs if id in wanted}
    )
    return sorted(found)


def _show_detection(content: Content) -> dict[str, Any]:
    fields = content.fields
    return {
        "id": content.id,
        "enabled": bool(fields.get("Enabled", False)),
        "severity": str(fields.get("Severity", "INFO")).upper(),
        "displayName": fields.get("DisplayName", ""),
        "tags": fields.get("Tags") or [],
        "managed": content.managed,
        "body": content.body,
    }


def _show_rule(content: Content) -> dict[str, Any]:
    fields = content.fields
    return _show_detection(content) | {
        "dedupPeriodMinutes": max(5, fields.get("DedupPeriodMinutes") or 60),
        "threshold": fields.get("Threshold", 1),
        "logTypes": fields.get("LogTypes") or [],
    }


def _show_scheduled(content: Content) -> dict[str, Any]:
    shown = _show_rule(content)
    del shown["logTypes"]
    return shown | {"scheduledQueries": content.fields.get("ScheduledQueries") or []}


def _show_simple(content: Content) -> dict[str, Any]:
    shown = _show_rule(content)
    del shown["body"]
    return shown | {"detection": yaml.safe_dump(content.fields["Detection"])}


def _show_policy(content: Content) -> dict[str, Any]:
    return _show_detection(content) | {"resourceTypes": content.fields.get("ResourceTypes") or []}


def _show_model(content: Content) -> dict[str, Any]:
    fields = content.fields
    return {
        "id": content.id,
        "enabled": bool(fields.get("Enabled", False)),
        "displayName": fields.get("DisplayName", ""),
        "logTypes": fields.get("LogTypes") or [],
        "body": content.body,
        "mappings": [
            {key.lower(): text for key, text in each.items()} for each in fields.get("Mappings", [])
        ],
    }


def _show_global(content: Content) -> dict[str, Any]:
    return {"id": content.id, "body": content.body, "tags": content.fields.get("Tags") or []}


def _show_query(content: Content) -> dict[str, Any]:
    schedule = content.fields.get("Schedule") or {}
    shown = {
        "cron": schedule.get("CronExpression", ""),
        "rateMinutes": schedule.get("RateMinutes", 0),
        "timeoutMinutes": schedule.get("TimeoutMinutes", 0),
        "disabled": not content.fields.get("Enabled", True),
    }
    return {
        "id": f"generated-{content.id}",
        "name": content.id,
        "sql": content.fields.get("Query", ""),
        "managed": content.managed,
        "schedule": shown if schedule else None,
    }


def _is_simple(content: Content) -> bool:
    return "Detection" in content.fields and not content.body


_LISTS: Mapping[str, tuple[frozenset[AnalysisType], bool | None, Show]] = {
    "/rules": (frozenset({AnalysisType.RULE}), False, _show_rule),
    "/simple-rules": (frozenset({AnalysisType.RULE}), True, _show_simple),
    "/scheduled-rules": (frozenset({AnalysisType.SCHEDULED_RULE}), None, _show_scheduled),
    "/policies": (frozenset({AnalysisType.POLICY}), None, _show_policy),
    "/data-models": (frozenset({AnalysisType.DATAMODEL}), None, _show_model),
    "/globals": (frozenset({AnalysisType.GLOBAL}), None, _show_global),
    "/queries": (
        frozenset({AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY}),
        None,
        _show_query,
    ),
}


def list_page(contents: Mapping[Key, Content], path: str, cursor: str, limit: int) -> dict[str, Any] | None:
    """One page of a list of the REST API, from `cursor` on; None for another path."""
    if path not in _LISTS:
        return None
    kinds, simple, show = _LISTS[path]
    listed = [
        each
        for _, each in sorted(contents.items())
        if each.type in kinds and (simple is None or _is_simple(each) is simple)
    ]
    start = int(cursor or 0)
    end = start + limit
    page: dict[str, Any] = {"results": [show(each) for each in listed[start:end]]}
    return page | {"next": str(end)} if end < len(listed) else page
