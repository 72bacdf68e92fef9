"""What a repository holds beside detections: queries, packs, correlation rules, lookup tables."""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.corpus.lifelike import query_conditions

Fields = dict[str, Any]
TABLES = ("aws_cloudtrail", "okta_systemlog", "aws_s3serveraccess", "aws_vpcflow", "github_audit")


def query(number: int, random: Random, scheduled: bool, lifelike: bool = False) -> Fields:
    """A scheduled or a saved query, some thirty lines of SQL; in a grown library, some have hundreds."""
    table = random.choice(TABLES)
    kept = "\n".join(
        f"    AND field_{index} NOT IN ('{'x' * min(index, 20)}', 'value-{index}')"
        for index in range(1, query_conditions(random) if lifelike else random.randrange(6, 18))
    )
    text = f"""WITH recent AS (
  SELECT
    p_event_time,
    p_log_type,
    actor,
    action,
    COUNT(DISTINCT source_address) AS sources,
    COUNT(*) AS events
  FROM panther_logs.public.{table}
  WHERE p_occurs_since('1 day')
{kept}
  GROUP BY p_event_time, p_log_type, actor, action
),
usual AS (
  SELECT actor, AVG(events) AS mean, STDDEV(events) AS deviation
  FROM recent
  GROUP BY actor
  HAVING COUNT(*) > {random.randrange(3, 30)}
)
SELECT recent.actor, recent.action, recent.events, usual.mean
FROM recent
JOIN usual ON recent.actor = usual.actor
WHERE recent.events > usual.mean + {random.randrange(2, 6)} * usual.deviation
ORDER BY recent.events DESC
LIMIT 100"""
    fields: Fields = {
        "AnalysisType": "scheduled_query" if scheduled else "saved_query",
        "QueryName": f"Query.{number}",
    }
    if scheduled:
        fields |= {"Enabled": True}
    fields |= {"Description": "Actors who do far more than they use to.", "Query": text, "Tags": ["Baseline"]}
    if scheduled:
        fields |= {"Schedule": {"RateMinutes": 60, "TimeoutMinutes": 5}}
    return fields


def write_idioms(number: int) -> dict[str, bytes]:
    """Habits of public forks.

    A template without its body, an index that is no spec, an experimental rule beside the deprecated one of
    the same file name, and a rule derived from one that only the deployment has.
    """
    twin = "AnalysisType: rule\nFilename: twin_{0}.py\nRuleID: {1}.{0}\nStatus: {1}\n"
    twin += "Enabled: true\nSeverity: Low\n"
    body = (
        b"from panther_core import PantherEvent\n\n\ndef rule(event: PantherEvent):\n    return not event\n"
    )
    logs = "LogTypes:\n  - AWS.CloudTrail\n"
    return {
        f"templates/example_{number}.yml": f"{twin.format(number, 'Template')}Tests: []\n{logs}".encode(),
        f"indexes/coverage_{number}.json": b'[{"Name": "AWS.CloudTrail", "Detections": []}]\n',
        f"queries/twin_{number}.yml": f"{twin.format(number, 'Deprecated')}{logs}".encode(),
        f"queries/twin_{number}.py": body,
        f"rules/twin_{number}.yml": f"{twin.format(number, 'Experimental')}{logs}".encode(),
        f"rules/twin_{number}.py": body,
        f"rules/managed_{number}.yml": (
            f"AnalysisType: rule\nRuleID: Own.Managed.{number}\nBaseDetection: Vendor.Managed.{number}\n"
            "Enabled: true\nSeverity: High\nReports:\n  CIS:\n    - 1.5\n"
        ).encode(),
    }


def pack(number: int, ids: Sequence[str]) -> Fields:
    """A pack of some detections."""
    return {
        "AnalysisType": "pack",
        "PackID": f"Pack.{number}",
        "DisplayName": f"Pack {number}",
        "Description": "Detections that belong together.",
        "PackDefinition": {"IDs": list(ids)},
    }


def correlation_rule(number: int, ids: Sequence[str]) -> Fields:
    """Two rules one after the other, or both of them of one actor; with a case for each way to end."""
    steps = [{"ID": f"step {index}", "RuleID": rule} for index, rule in enumerate(ids[:2])]
    shared = {"Schedule": {"RateMinutes": 60, "TimeoutMinutes": 5}, "LookbackWindowMinutes": 90}
    then = {"ID": "then", "From": "step 0", "To": "step 1", "WithinTimeFrameMinutes": 60}
    criteria = {"actor": [{"GroupID": step["ID"], "Match": "actor"} for step in steps]}
    form: Fields = (
        {"Group": steps, "MatchCriteria": criteria}
        if number % 2
        else {"Sequence": steps, "Transitions": [then | {"Match": [{"On": "actor"}]}]}
    )
    return {
        "AnalysisType": "correlation_rule",
        "RuleID": f"Correlation.{number}",
        "DisplayName": f"One after the other {number}",
        "Enabled": True,
        "Severity": "High",
        "Description": "The second happened after the first.",
        "Detection": [form | shared],
        "Tests": [
            _timeline("both in time", True, {"alice": 10}, {"alice": 40}),
            _timeline("too late", False, {"alice": 10}, {"alice": 140}),
            _timeline("of two actors", False, {"alice": 10}, {"bob": 40}),
            _timeline("only the first", False, {"alice": 10}, {}),
        ],
    }


def _timeline(name: str, expected: bool, *matches: dict[str, int]) -> Fields:
    """A case of the minutes at which each step matched an actor."""
    outputs = [
        {"ID": f"step {index}", "Matches": {"actor": {actor: [minute] for actor, minute in found.items()}}}
        for index, found in enumerate(matches)
        if found
    ]
    return {"Name": name, "ExpectedResult": expected, "RuleOutputs": outputs}


def prompt(number: int) -> Fields:
    """A question that is asked every day."""
    return {
        "AnalysisType": "scheduled_prompt",
        "PromptName": f"prompt_{number}",
        "DisplayName": f"Prompt {number}",
        "PromptText": "Which alerts of today belong together?",
        "RunAsUser": "analyst@example.com",
        "Enabled": True,
        "Schedule": {"RateMinutes": 1440, "TimeoutMinutes": 10},
    }


def data_table(number: int) -> Fields:
    """A table whose rows are in a file beside it."""
    return {
        "AnalysisType": "lookup_table",
        "LookupName": f"own_table_{number}",
        "Enabled": True,
        "Description": "Hosts of our own.",
        "Schema": "Custom.Hosts",
        "Filename": f"./own_table_{number}.csv",
        "LogTypeMap": {
            "PrimaryKey": "host",
            "AssociatedLogTypes": [{"LogType": "AWS.CloudTrail", "Selectors": ["userAgent"]}],
        },
    }


def write_rows(number: int) -> bytes:
    """The data of such a table."""
    return b"host,owner\n" + b"".join(b"host-%d-%d,team-%d\n" % (number, row, row % 3) for row in range(20))


def lookup_table(number: int) -> Fields:
    """A table that is refreshed from a bucket."""
    return {
        "AnalysisType": "lookup_table",
        "LookupName": f"table_{number}",
        "Enabled": True,
        "Description": "Addresses of our own.",
        "Schema": "Custom.Addresses",
        "Refresh": {
            "RoleARN": "arn:aws:iam::123456789012:role/lookup",
            "ObjectPath": f"s3://example-lookups/table-{number}.csv",
            "PeriodMinutes": 180,
        },
        "LogTypeMap": {
            "PrimaryKey": "ip",
            "AssociatedLogTypes": [{"LogType": "AWS.CloudTrail", "Selectors": ["sourceIPAddress"]}],
        },
    }
