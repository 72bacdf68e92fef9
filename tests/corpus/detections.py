"""The specs of detections: what they look for, their cases with both verdicts, and their derived rules."""

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.corpus.bodies import Condition
from tests.corpus.events import LOG_SHAPES, RESOURCE, Shape, place, read_at
from tests.corpus.lifelike import ENABLED, MOCKED, PASTED, POLICIES, SCHEDULED, SHAPES, UNIFIED, fit
from tests.corpus.notation import Pasted

Fields = dict[str, Any]
SEVERITIES = ("Info", "Low", "Medium", "High", "Critical")
CASES = (2, 3, 3, 3, 3, 4, 4, 5)


@dataclass(frozen=True)
class Plan:
    """What a detection is about; `query` is the name of the query that a scheduled rule reads."""

    number: int
    shape: Shape
    log_type: str
    conditions: tuple[Condition, ...]
    query: str = ""
    lifelike: bool = False
    unified: bool = True

    @property
    def kind(self) -> str:
        """The AnalysisType."""
        if self.query:
            return "scheduled_rule"
        return "policy" if self.shape is RESOURCE else "rule"

    @property
    def stem(self) -> str:
        """Where its files are, without their endings."""
        source, folder = (
            self.log_type.lower().replace(".", "_"),
            "policies" if self.kind == "policy" else "rules",
        )
        return f"{folder}/{source}_{folder}/{source}_{self.shape.name}_{self.number}"

    @property
    def id(self) -> str:
        """The id."""
        return f"Example.{self.log_type.replace('.', '')}.{self.number}"


def plan(number: int, queries: int, random: Random, lifelike: bool = False) -> Plan:
    """Every fourth is a policy, every twentieth reads a query, the first log types are the common ones."""
    every, reading = (POLICIES, SCHEDULED) if lifelike else (4, 20)
    shape = RESOURCE if number % every == 3 else _choose_shape(lifelike, random)
    ranks = [1 / (rank + 1) for rank in range(len(shape.log_types))]
    log_type = random.choices(shape.log_types, ranks)[0]
    count = min(len(shape.fields), random.randrange(1, 4))
    conditions = tuple(
        Condition(one, tuple(random.sample(one.values, random.randrange(1, len(one.values)))))
        for one in random.sample(shape.fields, count)
    )
    query = f"Query.{random.randrange(0, queries, 2)}" if number % reading == 0 and queries else ""
    unified = not lifelike or random.random() < UNIFIED
    return Plan(number, shape, log_type, conditions, query, lifelike, unified)


def _choose_shape(lifelike: bool, random: Random) -> Shape:
    return random.choices(LOG_SHAPES, SHAPES)[0] if lifelike else random.choice(LOG_SHAPES)


def write_spec(planned: Plan, random: Random) -> Fields:
    """The spec of a detection in today's form."""
    policy = planned.kind == "policy"
    fields: Fields = {
        "AnalysisType": planned.kind,
        "PolicyID" if policy else "RuleID": planned.id,
        "Filename": planned.stem.rpartition("/")[2] + ".py",
        "DisplayName": f"Example {planned.number} for {planned.log_type}",
        "Enabled": random.random() < (ENABLED if planned.lifelike else 0.95),
        "Severity": random.choice(SEVERITIES),
        "Tags": ["Example", planned.log_type.split(".")[0], "Persistence"],
        "Reports": {"MITRE ATT&CK": ["TA0003:T1098"], "CIS": [1.5, "1.10"], "PCI": [3]},
        "Description": "An actor changed something that only a few people may change.\n"
        "It was seen in tests of the response plan first.",
        "Runbook": "Ask the actor whether the change was meant.\nIf not, take both back.",
        "Reference": "https://example.com/runbooks/changes",
    }
    if planned.query:
        fields["ScheduledQueries"] = [planned.query]
    else:
        fields["ResourceTypes" if policy else "LogTypes"] = [planned.log_type]
    fields["Tests"] = [_case(planned, number, random) for number in range(random.choice(CASES))]
    if planned.lifelike:
        _roughen(fields["Tests"], planned, random)
    return fields


def _roughen(cases: list[Fields], planned: Plan, random: Random) -> None:
    """Give cases of a grown library the sizes and the notation they have there, and some of them mocks."""
    fields = (planned.shape.fields[0], *(each.field for each in planned.conditions))
    kept = {"p_log_type", "TimeCreated", *(each.path[0] for each in fields)}
    key = "Resource" if planned.kind == "policy" else "Log"
    pasted = random.random() < PASTED
    for case in cases:
        event = fit(case[key], kept, random)
        case[key] = Pasted(event) if pasted else event
        if random.random() < MOCKED:
            case["Mocks"] = [{"objectName": "LIMIT", "returnValue": "80"}]


def write_simple(planned: Plan, random: Random) -> Fields:
    """A rule that declares what the body of another one would test."""
    fields = write_spec(planned, random)
    del fields["Filename"]
    tests = fields.pop("Tests")
    fields["RuleID"] = f"Simple.{planned.number}"
    fields["AlertTitle"] = "Changed by {" + planned.shape.actor + "}"
    return {**fields, "Detection": [_declare(each, random) for each in planned.conditions], "Tests": tests}


def _declare(condition: Condition, random: Random) -> Fields:
    """One condition, its field named in one of the ways there are."""
    path = condition.field.path
    ways: list[Fields] = [{"DeepKey": list(path)}, {"KeyPath": ".".join(path)}]
    field = random.choice(ways) if len(path) > 1 else {"Key": path[0]}
    return {**field, "Condition": "IsIn", "Values": list(condition.wanted)}


def write_as_of_2020(fields: Fields) -> Fields:
    """The same spec in the words of 2020."""
    renamed = {"RuleID": "PolicyID", "LogTypes": "ResourceTypes"}
    old = {renamed.get(key, key): value for key, value in fields.items() if key != "Tests"}
    old["Tests"] = [
        {
            "Name": case["Name"],
            "ResourceType": old["ResourceTypes"][0],
            "ExpectedResult": case["ExpectedResult"],
            "Resource": case.get("Log", case.get("Resource")),
        }
        for case in fields["Tests"]
    ]
    return old


def write_derived(number: int, base: str, random: Random) -> Fields:
    """A rule that takes body and cases from its base."""
    return {
        "AnalysisType": "rule",
        "RuleID": f"Derived.Rule.{number}",
        "BaseDetection": base,
        "DisplayName": f"Derived rule {number}",
        "Enabled": True,
        "Severity": random.choice(SEVERITIES),
    }


def write_data_model(shape: Shape, log_type: str, filename: str) -> Fields:
    """A data model with paths of both notations and a method."""
    mappings = [
        {"Name": "actor_user", "Path": shape.actor},
        {"Name": "source_ip", "Path": f"$.{shape.address}"},
        {"Name": "event_type", "Method": "describe_action"},
        *({"Name": "_".join(one.path), "Path": ".".join(one.path)} for one in shape.fields),
    ]
    return {
        "AnalysisType": "datamodel",
        "DataModelID": f"Standard.{log_type}",
        "DisplayName": f"Fields of {log_type}",
        "Filename": filename,
        "Enabled": True,
        "LogTypes": [log_type],
        "Mappings": mappings,
    }


def _case(planned: Plan, number: int, random: Random) -> Fields:
    """The cases with even numbers hold all conditions, the others break one."""
    holds, policy = number % 2 == 0, planned.kind == "policy"
    event = planned.shape.make(random)
    for condition in planned.conditions:
        place(event, condition.field.path, random.choice(condition.wanted))
    if not holds:
        spoilt = random.choice(planned.conditions)
        place(event, spoilt.field.path, random.choice(spoilt.others))
    if not policy and planned.unified:
        event["p_log_type"] = planned.log_type
    last = planned.conditions[-1].field.path
    name = f"{number + 1}: {last[-1]} is {read_at(event, last)}" + ("" if holds else ", which is fine")
    return {"Name": name, "ExpectedResult": holds is not policy, "Resource" if policy else "Log": event}
