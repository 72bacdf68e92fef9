"""One fault planted into a sound spec of each kind: each is found in its place, and nothing else is."""

from typing import NamedTuple

import pytest

from tests.specs.found import find
from tests.specs.sound import FILES


class Fault(NamedTuple):
    """A text of a file, what replaces it, and the finding: the place in the new text, and its check.

    The place is where `at` begins in the new file, which is the new text if nothing else is said. `more`
    findings follow from the same fault.
    """

    path: str
    old: str
    new: str
    check: str
    at: str = ""
    more: int = 0


RULE, DERIVED, SCHEDULED = "rules/rule.yml", "rules/derived.yml", "rules/scheduled.yml"
PACK, PROMPT = "packs/pack.yml", "scheduled_prompts/prompt.yml"
SAVED, QUERY = "queries/saved.yml", "queries/scheduled.yml"
FILE, BUCKET, SQL = (f"lookup_tables/{name}.yml" for name in ("file", "bucket", "query"))
SEQUENCE, GROUP = "correlation_rules/sequence.yml", "correlation_rules/group.yml"
TYPE = "AnalysisType"

FAULTS = (
    # Simple detections
    Fault(RULE, "Condition: Equals", "Condition: Equalz", "wrong-value", "Equalz"),
    Fault(RULE, "Condition: Equals", "Conditon: Equals", "unknown-key"),
    Fault(RULE, "    Value: ConsoleLogin\n", "", "missing-key", "Key: eventName"),
    Fault(RULE, "Value: ConsoleLogin", "Value: [a]", "wrong-type", "[a]"),
    Fault(RULE, "Value: ConsoleLogin", "Value: a\n    Values: [a]", "exclusive-keys", "Values: [a]"),
    Fault(RULE, "- Key: eventName\n    Condition: Eq", "- Condition: Eq", "missing-key", "Condition: E"),
    Fault(RULE, "Key: eventName", "Key: 1", "wrong-type", "1\n"),
    Fault(RULE, "Key: eventName", "Key: a\n    KeyPath: b", "exclusive-keys", "KeyPath: b"),
    Fault(RULE, "Values: [Root, IAMUser]", "Values: [Root, 1]", "wrong-type", "1]"),
    Fault(RULE, "Values: [Root, IAMUser]", "Values: [[Root]]", "wrong-type", "[Root]]"),
    Fault(RULE, "Values: [Root, IAMUser]", "Values: Root", "wrong-type", "Root\n  - DeepKey"),
    Fault(RULE, "DeepKey: [responseElements, 0]", "DeepKey: [a, 1.5]", "wrong-type", "1.5"),
    Fault(RULE, "      - KeyPath: b\n", "", "wrong-value", "- KeyPath: a\n"),
    Fault(RULE, "      - KeyPath: b\n", "      - KeyPth: b\n", "unknown-key", "KeyPth"),
    Fault(
        RULE, "  - Condition: StartsWith", "  - Key: x\n    Condition: StartsWith", "exclusive-keys", "Key: x"
    ),
    Fault(RULE, "      FieldPath: owner\n", "", "missing-key", "Table: addresses\n"),
    Fault(RULE, "      FieldPath: owner\n", "      Fieldpath: owner\n", "unknown-key", "Fieldpath"),
    Fault(RULE, "Condition: AnyElement", "Condition: Equals", "exclusive-keys", "Expressions:"),
    Fault(RULE, "Condition: AnyElement", "Condition: AnyElemnt", "wrong-value", "AnyElemnt"),
    Fault(
        RULE,
        "Condition: AnyElement",
        "Condition: AnyElement\n    Value: 1",
        "exclusive-keys",
        "Value: 1\n    E",
    ),
    Fault(RULE, "        Condition: IsNull\n", "", "missing-key", "Key: name"),
    Fault(
        RULE, "- Condition: AlwaysTrue", "- Condition: AlwaysTrue\n    Key: a", "exclusive-keys", "Key: a\n"
    ),
    Fault(RULE, "- Condition: AlwaysTrue", "- Condition: AlwaysTru", "wrong-value", "AlwaysTru"),
    Fault(RULE, "      - OnlyOne: []", "      - OnlyOne: []\n        All: []", "exclusive-keys", "All: []"),
    Fault(RULE, "      - None: []", "      - Non: []", "unknown-key", "Non:"),
    Fault(RULE, "      - All: []", "      - All: a", "wrong-type", "a\nInline"),
    Fault(RULE, "  - Condition: AlwaysTrue", "  - AlwaysTrue", "wrong-type", "AlwaysTrue"),
    # Filters
    Fault(RULE, "Condition: DoesNotEqual", "Condition: DoesntEqual", "wrong-value", "DoesntEqual"),
    Fault(RULE, "KeyPath: awsRegion", "KeyPth: awsRegion", "unknown-key"),
    Fault(RULE, "KeyPath: awsRegion", "Key: awsRegion", "unknown-key", more=1),
    Fault(RULE, "Condition: DoesNotEqual", "Condition: AlwaysTrue", "wrong-value", "AlwaysTrue\n    Value"),
    Fault(RULE, "    Value: us-east-1\n", "", "missing-key", "KeyPath: awsRegion"),
    Fault(RULE, "  - Any: []\n  - All", "  - None: []\n  - All", "unknown-key", "None: []\n  - All", 1),
    Fault(RULE, "Values: [us, them]", "Values: [us, true]", "wrong-type", "true]"),
    # What shapes an alert
    Fault(RULE, 'AlertTitle: "Login of {userIdentity.arn}"', "AlertTitle: [a]", "wrong-type", "[a]"),
    Fault(RULE, "  - KeyName: region\n", "  - Keyname: region\n", "unknown-key", "Keyname"),
    Fault(RULE, "      Key: awsRegion\n", "      Field: awsRegion\n", "unknown-key", "Field", 1),
    Fault(RULE, "      Key: awsRegion\n", "      DeepKey: a\n", "wrong-type", "a\nGroupBy"),
    Fault(
        RULE, "  - KeyPath: userIdentity.arn\n", "  - userIdentity.arn\n", "wrong-type", "userIdentity.arn\n"
    ),
    Fault(RULE, "ChangeTo: Low", "ChangeTo: Lower", "wrong-value", "Lower"),
    Fault(RULE, "ChangeTo: Low", "ChangTo: Low", "unknown-key"),
    Fault(RULE, "Condition: IsNotNull", "Condition: IsNotNul", "wrong-value", "IsNotNul"),
    # Derived detections
    Fault(DERIVED, "Tags: [ours]", "Filename: a.py", "exclusive-keys"),
    Fault(DERIVED, "Tags: [ours]", "Detection: []", "exclusive-keys"),
    Fault(DERIVED, "Tags: [ours]", "LogTypes: [AWS.CloudTrail]", "exclusive-keys"),
    Fault(DERIVED, "Tags: [ours]", "CreatedBy: me", "exclusive-keys"),
    Fault(DERIVED, "BaseDetection: Sound.Rule", "BaseDetection: ''", "wrong-value", "''"),
    Fault(DERIVED, "Severity: Low", "Severty: Low", "unknown-key"),
    Fault(SCHEDULED, "ScheduledQueries: [Sound Query]", "ScheduledQueries: []", "wrong-value", "[]"),
    Fault(
        SCHEDULED, "Severity: Info", "Severity: Info\nBaseDetection: Sound.Rule", "unknown-key", "BaseD", 1
    ),
    # Packs
    Fault(PACK, "PackDefinition:\n  IDs", "PackDefinition:\n  Ids", "unknown-key", "Ids"),
    Fault(PACK, "    - Sound.Rule", "    - Sound.Ruel", "unresolved-reference", "Sound.Ruel"),
    Fault(PACK, "    - Sound.Rule", "    - 1", "wrong-type", "1\n"),
    Fault(PACK, "DisplayName: A pack", "DisplayName: A & B", "id-characters", "A & B"),
    Fault(PACK, "Description: What belongs together.", "Status: stable", "unknown-key"),
    # Queries
    Fault(SAVED, "Query: select 1", "Quarry: select 1", "unknown-key"),
    Fault(SAVED, "Query: select 1", "Query: 1", "wrong-type", "1\n"),
    Fault(SAVED, "Lookback: true", "Lookback: yes", "wrong-type", "yes"),
    Fault(SAVED, "LookbackWindowSeconds: 60", "LookbackWindowSeconds: 1.5", "wrong-type", "1.5"),
    Fault(SAVED, "Tags: [ours]", "Enabled: true", "unknown-key"),
    Fault(SAVED, "QueryName: Sound Saved", "QueryName: ''", "wrong-value", "''"),
    Fault(SAVED, "Tags: [ours]", "Tags: [ours, Ours]", "repeated-value", "Ours]"),
    Fault(QUERY, "Enabled: true\n", "", "missing-key", TYPE),
    Fault(QUERY, "RateMinutes: 60", "RateMinutes: 1", "wrong-value", "1\n"),
    Fault(QUERY, "RateMinutes: 60", 'RateMinutes: "60"', "wrong-type", '"60"'),
    Fault(QUERY, "RateMinutes: 60", "RateMinutes: 4", "invalid-schedule", "4\n"),
    Fault(QUERY, "RateMinutes: 60", "RateMinute: 60", "unknown-key"),
    Fault(QUERY, "RateMinutes: 60", 'CronExpression: "0 0 30 2 *"', "invalid-schedule", '"0 0 30 2 *"'),
    Fault(QUERY, "RateMinutes: 60", 'CronExpression: "@daily"', "invalid-schedule", '"@daily"'),
    Fault(
        QUERY,
        "RateMinutes: 60",
        'RateMinutes: 60\n  CronExpression: "0 * * * *"',
        "exclusive-keys",
        "CronExpr",
    ),
    Fault(QUERY, "  TimeoutMinutes: 5\n", "", "missing-key", "RateMinutes"),
    Fault(QUERY, "  Recipients: [me@example.com]\n", "", "missing-key", "SendEmpty"),
    Fault(QUERY, "SendEmpty: false", "SendEmpty: 0", "wrong-type", "0\n  Prefer"),
    # Prompts
    Fault(PROMPT, "PromptName: sound_prompt", "PromptName: Sound", "id-characters", "Sound"),
    Fault(PROMPT, "RunAsUser: me@example.com", "RunAsUser: ''", "wrong-value", "''"),
    Fault(PROMPT, "OutputLength: small", "OutputLength: smal", "wrong-value", "smal\n"),
    Fault(PROMPT, "Private: false", "Private: true", "wrong-value", "true"),
    Fault(PROMPT, "PromptText: What happened?\n", "", "missing-key", TYPE),
    Fault(PROMPT, '"0 6 * * 1-5"', '"0 6 * *"', "invalid-schedule"),
    # Lookup tables
    Fault(FILE, "Schema: Custom.Owners\n", "", "missing-key", TYPE),
    Fault(FILE, "Filename: owners.csv\n", "", "missing-key", TYPE),
    Fault(FILE, "Filename: owners.csv", "Filename: owner.csv", "lookup-data", "owner.csv"),
    Fault(FILE, "PrimaryKey: address", "PrimaryKey: adress", "primary-key", "adress"),
    Fault(FILE, "  PrimaryKey: address\n", "  Primarykey: address\n", "unknown-key", "Primarykey"),
    Fault(FILE, "      Selectors: [sourceIPAddress]\n", "", "missing-key", "LogType: AWS"),
    Fault(FILE, "Enabled: true", "Indicators: []\nEnabled: true", "exclusive-keys", "Indicators"),
    Fault(FILE, "LogType: AWS.CloudTrail", "LogType: AWS.CloudTrial", "unknown-log-type", "AWS.CloudTrial"),
    Fault(BUCKET, "  ObjectPath: s3://bucket/owners.csv\n", "", "missing-key", "PeriodMinutes"),
    Fault(BUCKET, "PeriodMinutes: 60\n  R", "PeriodMinutes: hourly\n  R", "wrong-type", "hourly"),
    Fault(BUCKET, "  RoleARN: arn:aws:iam::123456789012:role/reader\n", "", "missing-key", "ObjectPath"),
    Fault(BUCKET, "AlarmPeriodMinutes: 1440", "AlarmPeriodMinutes: 1441", "wrong-value", "1441"),
    Fault(SQL, "Query: select", "Schema: a\nQuery: select", "exclusive-keys", "Schema"),
    Fault(SQL, "PeriodMinutes: 60", "PeriodMinutes: 60\n  ObjectPath: a", "unknown-key", "ObjectPath"),
    Fault(SQL, "PeriodMinutes: 60", 'CronExpression: "0 25 * * *"', "invalid-schedule", '"0 25 * * *"'),
    Fault(SQL, "    Indicators: [ip]\n", "", "missing-key", "Field: address\nV"),
    # Correlation rules
    Fault(SEQUENCE, "Severity: Critical", "Severity: Huge", "wrong-value", "Huge"),
    Fault(SEQUENCE, "Severity: Critical", "Severity: Critical\nThreshold: 1", "unknown-key", "Threshold"),
    Fault(SEQUENCE, "  - Sequence:", "  - Sequnce:", "unknown-key", "Sequnce"),
    Fault(SEQUENCE, "        RuleID: Sound.Rule\n", "", "missing-key", "ID: First\n        Min"),
    Fault(SEQUENCE, "MinMatchCount: 2", "MinMatchCount: 0", "wrong-value", "0\n"),
    Fault(SEQUENCE, "Absence: false", "Absense: false", "unknown-key"),
    Fault(SEQUENCE, "        From: First\n", "", "missing-key", "ID: From first"),
    Fault(SEQUENCE, "From: First\n", "From: Frist\n", "unknown-entry", "Frist"),
    Fault(SEQUENCE, "To: Second\n", "To: Third\n", "unknown-entry", "Third"),
    Fault(SEQUENCE, "- On: p_alert_context.user", "- From: a", "missing-key", "From: a", 1),
    Fault(SEQUENCE, "- On: p_alert_context.user", "- On: a\n            To: b", "exclusive-keys", "To: b", 2),
    Fault(
        SEQUENCE,
        "        Match:\n          - On: p_alert_context.user",
        "        Match: []",
        "wrong-value",
        "[]",
    ),
    Fault(SEQUENCE, "WithinTimeFrameMinutes: 30", "WithinTimeFrameMinutes: 1h", "wrong-type", "1h"),
    Fault(
        SEQUENCE,
        "EventEvaluationOrder: Chronological",
        "EventEvaluationOrder: First",
        "wrong-value",
        "First\n    Sch",
    ),
    Fault(
        SEQUENCE,
        "    Schedule:\n",
        "    MinMatchCount: 1\n    Schedule:\n",
        "exclusive-keys",
        "MinMatchCount: 1",
    ),
    Fault(SEQUENCE, "RateMinutes: 60", "RateMinutes: 3", "invalid-schedule", "3\n"),
    Fault(
        SEQUENCE,
        "RuleOutputs:\n      - ID: First",
        "RuleOutputs:\n      - Id: First",
        "unknown-key",
        "Id: First",
    ),
    Fault(SEQUENCE, "me: [0, 1]", "me: 0", "wrong-type", "0\n"),
    Fault(SEQUENCE, "me: [0, 1]", "me: [{}]", "wrong-type", "{}"),
    Fault(SEQUENCE, "ExpectedResult: true", "ExpectedResult: maybe", "wrong-type", "maybe"),
    Fault(GROUP, "    Schedule:\n", "    Transitions: []\n    Schedule:\n", "exclusive-keys", "Transitions"),
    Fault(GROUP, "          Match: p_alert_context.user\n", "", "missing-key", "GroupID: One"),
    Fault(GROUP, "GroupID: One\n", "GroupID: Two\n", "unknown-entry", "Two"),
    Fault(GROUP, "MaxMatchCount: 3", "MaxMatchCount: many", "wrong-type", "many"),
    Fault(
        GROUP, "RuleID: Sound.Scheduled", "RuleID: Sound.Schedule", "unresolved-reference", "Sound.Schedule"
    ),
    Fault(GROUP, "      TimeoutMinutes: 5\n", "", "missing-key", "RateMinutes"),
)


def name(fault: Fault) -> str:
    return f"{fault.path.rpartition('/')[2]}: {' '.join(fault.new.split())[:40]} [{fault.check}]"


def find_faults(files: dict[str, str]) -> list[tuple[str, str]]:
    """The checks and places of all findings but that filters have no effect on cases."""
    found = ((str(each.check), str(each.location)) for each in find(files))
    return [each for each in found if each[0] != "inline-filters"]


def test_nothing_is_found_in_sound_specs() -> None:
    assert find_faults(FILES) == []


@pytest.mark.parametrize("fault", FAULTS, ids=map(name, FAULTS))
def test_a_planted_fault_is_found_in_its_place(fault: Fault) -> None:
    before = FILES[fault.path]
    assert before.count(fault.old) == 1
    start = before.index(fault.old)
    after = before.replace(fault.old, fault.new)
    at = fault.at or fault.new
    place = after.find(at, start)
    place = place if place >= 0 else after.rindex(at, 0, start + len(at))
    line, column = after.count("\n", 0, place) + 1, place - after.rfind("\n", 0, place)
    faults = find_faults({**FILES, fault.path: after})
    assert (fault.check, f"{fault.path}:{line}:{column}") in faults
    assert len(faults) == 1 + fault.more
