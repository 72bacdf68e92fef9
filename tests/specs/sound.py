"""A small sound spec of each kind, and what else its repository needs, as people write them."""

from typing import Final

RULE: Final = """\
AnalysisType: rule
RuleID: Sound.Rule
DisplayName: A rule
Enabled: true
Severity: High
LogTypes: [AWS.CloudTrail]
Detection:
  - Key: eventName
    Condition: Equals
    Value: ConsoleLogin
  - KeyPath: userIdentity.type
    Condition: IsIn
    Values: [Root, IAMUser]
  - DeepKey: [responseElements, 0]
    Condition: Exists
  - Condition: StartsWith
    Values:
      - KeyPath: a
      - KeyPath: b
  - Enrichment:
      Table: addresses
      Selector: sourceIPAddress
      FieldPath: owner
    Condition: Contains
    Value: us
  - Key: items
    Condition: AnyElement
    Expressions:
      - Key: name
        Condition: IsNull
  - Condition: AlwaysTrue
  - Any:
      - OnlyOne: []
      - None: []
      - All: []
InlineFilters:
  - KeyPath: awsRegion
    Condition: DoesNotEqual
    Value: us-east-1
  - Enrichment: {Table: addresses, Selector: ip, FieldPath: owner}
    Condition: IsIn
    Values: [us, them]
  - Any: []
  - All: []
AlertTitle: "Login of {userIdentity.arn}"
AlertContext:
  - KeyName: region
    KeyValue:
      Key: awsRegion
GroupBy:
  - KeyPath: userIdentity.arn
DynamicSeverities:
  - ChangeTo: Low
    Conditions:
      - Key: errorCode
        Condition: IsNotNull
Tests:
  - Name: one
    ExpectedResult: true
    Log: {eventName: ConsoleLogin}
"""
DERIVED: Final = """\
AnalysisType: rule
RuleID: Sound.Derived
BaseDetection: Sound.Rule
Severity: Low
Tags: [ours]
"""
SCHEDULED_RULE: Final = """\
AnalysisType: scheduled_rule
RuleID: Sound.Scheduled
Enabled: true
Severity: Info
ScheduledQueries: [Sound Query]
Detection:
  - Key: rows
    Condition: IsGreaterThan
    Value: 1
"""
PACK: Final = """\
AnalysisType: pack
PackID: Sound.Pack
DisplayName: A pack
Description: What belongs together.
PackDefinition:
  IDs:
    - Sound.Rule
    - Sound Query
"""
SAVED_QUERY: Final = """\
AnalysisType: saved_query
QueryName: Sound Saved
Description: Logins.
Query: select 1
Tags: [ours]
Lookback: true
LookbackWindowSeconds: 60
"""
SCHEDULED_QUERY: Final = """\
AnalysisType: scheduled_query
QueryName: Sound Query
Enabled: true
Description: Logins.
SnowflakeQuery: select * from panther_logs.public.aws_cloudtrail
Schedule:
  RateMinutes: 60
  TimeoutMinutes: 5
EmailConfig:
  Recipients: [me@example.com]
  SendEmpty: false
  PreferAttachment: true
"""
SCHEDULED_PROMPT: Final = """\
AnalysisType: scheduled_prompt
PromptName: sound_prompt
DisplayName: A prompt
PromptText: What happened?
RunAsUser: me@example.com
OutputLength: small
Private: false
Schedule:
  CronExpression: "0 6 * * 1-5"
  TimeoutMinutes: 5
"""
TABLE_OF_FILE: Final = """\
AnalysisType: lookup_table
LookupName: sound_file
Enabled: true
Schema: Custom.Owners
Filename: owners.csv
LogTypeMap:
  PrimaryKey: address
  AssociatedLogTypes:
    - LogType: AWS.CloudTrail
      Selectors: [sourceIPAddress]
"""
TABLE_OF_BUCKET: Final = """\
AnalysisType: lookup_table
LookupName: sound_bucket
Enabled: true
Schema: Custom.Owners
Refresh:
  ObjectPath: s3://bucket/owners.csv
  PeriodMinutes: 60
  RoleARN: arn:aws:iam::123456789012:role/reader
  AlarmPeriodMinutes: 1440
LogTypeMap:
  PrimaryKey: address
"""
TABLE_OF_QUERY: Final = """\
AnalysisType: lookup_table
LookupName: sound_query
Enabled: false
Query: select address from panther_logs.public.owners
Refresh:
  PeriodMinutes: 60
Indicators:
  - Field: address
    Indicators: [ip]
Validations:
  - Field: address
    Validations: [ip]
LogTypeMap:
  PrimaryKey: address
"""
SEQUENCE: Final = """\
AnalysisType: correlation_rule
RuleID: Sound.Sequence
Enabled: true
Severity: Critical
Detection:
  - Sequence:
      - ID: First
        RuleID: Sound.Rule
        MinMatchCount: 2
      - ID: Second
        RuleID: Sound.Derived
        Absence: false
    Transitions:
      - ID: From first to second
        From: First
        To: Second
        WithinTimeFrameMinutes: 30
        Match:
          - On: p_alert_context.user
    LookbackWindowMinutes: 120
    EventEvaluationOrder: Chronological
    Schedule:
      RateMinutes: 60
      TimeoutMinutes: 5
Tests:
  - Name: both
    ExpectedResult: true
    RuleOutputs:
      - ID: First
        Matches:
          p_alert_context.user:
            me: [0, 1]
      - ID: Second
        Matches:
          p_alert_context.user:
            me: ["2026-01-01T00:10:00Z"]
"""
GROUP: Final = """\
AnalysisType: correlation_rule
RuleID: Sound.Group
Enabled: true
Severity: Medium
Detection:
  - Group:
      - ID: One
        RuleID: Sound.Rule
      - ID: Other
        RuleID: Sound.Scheduled
        MaxMatchCount: 3
    MinMatchCount: 1
    MatchCriteria:
      user:
        - GroupID: One
          Match: p_alert_context.user
        - GroupID: Other
          Match: p_alert_context.actor
    Schedule:
      RateMinutes: 60
      TimeoutMinutes: 5
"""
OWNERS: Final = "address,owner\n10.0.0.1,us\n10.0.0.2,them\n"

SPECS: Final = {
    "rules/rule.yml": RULE,
    "rules/derived.yml": DERIVED,
    "rules/scheduled.yml": SCHEDULED_RULE,
    "packs/pack.yml": PACK,
    "queries/saved.yml": SAVED_QUERY,
    "queries/scheduled.yml": SCHEDULED_QUERY,
    "scheduled_prompts/prompt.yml": SCHEDULED_PROMPT,
    "lookup_tables/file.yml": TABLE_OF_FILE,
    "lookup_tables/bucket.yml": TABLE_OF_BUCKET,
    "lookup_tables/query.yml": TABLE_OF_QUERY,
    "correlation_rules/sequence.yml": SEQUENCE,
    "correlation_rules/group.yml": GROUP,
}
FILES: Final = {**SPECS, "lookup_tables/owners.csv": OWNERS}
