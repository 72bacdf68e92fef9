"""Hypothesis strategies of small repositories and of what a pull request does to one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from panther_ci.model import Change, ChangeKind, ChangeSet
from tests.corpus.notation import to_yaml

Files = Mapping[str, bytes]
BODIES = tuple(f"rules/body_{number}.py" for number in range(4))
SPECS = ("rules/spec_0.yml", "rules/spec_1.yml", "rules/spec_2.json", "rules/spec_3.yaml", "rules/spec_4.yml")
HELPERS = ("helper_a", "helper_b", "helper_c", "helper_d")
HELPER_BODIES = tuple(f"globals/{name}.py" for name in HELPERS)
HELPER_SPECS = tuple(f"globals/{name}.yml" for name in HELPERS)
MODELS = ("models/model_0.yml", "models/model_1.yml")
MODEL_BODIES = ("models/model_0.py", "models/model_1.py")
QUERIES = ("queries/query_0.yml", "queries/query_1.yml")
LOG_TYPES = ("AWS.CloudTrail", "Okta.SystemLog", "GitHub.Audit")
PATHS = (*BODIES, *SPECS, *HELPER_BODIES, *HELPER_SPECS, *MODELS, *MODEL_BODIES, *QUERIES)
# What may be renamed into each other's place.
KINDS: tuple[tuple[str, ...], ...] = (
    BODIES,
    SPECS,
    HELPER_BODIES,
    HELPER_SPECS,
    MODELS,
    MODEL_BODIES,
    QUERIES,
)


@dataclass(frozen=True)
class Edit:
    """A repository before and after a pull request, and the comparison that git would give."""

    before: Files
    after: Files
    comparison: ChangeSet


def mostly(usual: Any, others: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """The usual value, and now and then another one."""
    return st.sampled_from((usual,) * 2 * len(others) + others)


@st.composite
def body(draw: st.DrawFn, functions: str) -> bytes:
    """Python with some imports of helpers, in all forms; rarely a syntax error."""
    lines = [f"# {draw(st.integers(0, 9))}"]
    inner = []
    for name in sorted(draw(st.sets(st.sampled_from(HELPERS), max_size=2))):
        form = draw(st.integers(0, 3))
        lines += (
            [(f"import {name}", f"from {name} import among", f"import json, {name} as other")[form]]
            if form < 3
            else []
        )
        inner += [f"    from {name} import (\n        among,\n    )"] if form == 3 else []
    lines += [f"def {functions}(event):", *inner, "    return bool(event)"]
    if draw(st.integers(0, 30)) == 30:
        lines.append("def broken(:")
    return "\n".join([*lines, ""]).encode()


@st.composite
def detection(draw: st.DrawFn, path: str) -> bytes:
    """A spec with cases: a rule of either form, a policy, a scheduled or a derived rule."""
    number = SPECS.index(path)
    kind = draw(st.sampled_from(("rule", "rule", "rule of 2020", "policy", "scheduled_rule", "derived")))
    fields: dict[str, Any] = {
        "AnalysisType": {"rule of 2020": "rule", "derived": "rule"}.get(kind, kind),
        "PolicyID" if kind in ("policy", "rule of 2020") else "RuleID": draw(
            mostly(f"Id.{number}", ("Id.0", "Id.1"))
        ),
        "Enabled": True,
        "Severity": draw(st.sampled_from(("Low", "High"))),
    }
    log_types = sorted(draw(st.sets(st.sampled_from(LOG_TYPES), min_size=1, max_size=2)))
    if kind == "derived":
        fields["BaseDetection"] = f"Id.{draw(st.integers(0, 4))}"
    else:
        usual = BODIES[min(number, len(BODIES) - 1)]
        fields["Filename"] = draw(mostly(usual, BODIES)).rpartition("/")[2]
    if kind == "scheduled_rule":
        fields["ScheduledQueries"] = [f"Query.{draw(st.integers(0, 1))}"]
    elif kind != "derived":
        fields["LogTypes" if kind == "rule" else "ResourceTypes"] = log_types
    if kind != "derived" or draw(st.booleans()):
        fields["Tests"] = draw(cases("Log" if kind in ("rule", "scheduled_rule", "derived") else "Resource"))
    return (json.dumps(fields) + "\n").encode() if path.endswith(".json") else to_yaml(fields)


@st.composite
def cases(draw: st.DrawFn, key: str) -> list[dict[str, Any]]:
    """One or two cases."""
    wanted = draw(st.lists(st.booleans(), min_size=1, max_size=2))
    return [
        {"Name": f"case {number}", "ExpectedResult": expected, key: {"user": f"u{number}"}}
        for number, expected in enumerate(wanted)
    ]


@st.composite
def helper(draw: st.DrawFn, path: str) -> bytes:
    """A global, mostly under the name of its file."""
    name = HELPERS[HELPER_SPECS.index(path)]
    identifier, filename = draw(mostly(name, HELPERS)), draw(mostly(name, HELPERS))
    return to_yaml({"AnalysisType": "global", "GlobalID": identifier, "Filename": f"{filename}.py"})


@st.composite
def data_model(draw: st.DrawFn, path: str) -> bytes:
    """A data model with or without a body."""
    number = MODELS.index(path)
    fields: dict[str, Any] = {
        "AnalysisType": "datamodel",
        "DataModelID": draw(mostly(f"Model.{number}", ("Model.0", "Model.1"))),
        "Enabled": draw(mostly(True, (False,))),
        "LogTypes": [draw(st.sampled_from(LOG_TYPES))],
        "Mappings": [{"Name": "who", "Path": draw(st.sampled_from(("user", "actor.name")))}],
    }
    if draw(st.booleans()):
        fields["Filename"] = draw(mostly(MODEL_BODIES[number], MODEL_BODIES)).rpartition("/")[2]
        fields["Mappings"].append({"Name": "what", "Method": "describe"})
    return to_yaml(fields)


@st.composite
def query(draw: st.DrawFn, path: str) -> bytes:
    """A scheduled query."""
    return to_yaml(
        {
            "AnalysisType": "scheduled_query",
            "QueryName": draw(mostly(f"Query.{QUERIES.index(path)}", ("Query.0", "Query.1"))),
            "Enabled": True,
            "Query": f"SELECT {draw(st.integers(0, 3))}",
            "Schedule": {"RateMinutes": 60, "TimeoutMinutes": 5},
        }
    )


def content(path: str) -> st.SearchStrategy[bytes]:
    """What a file of the pool may hold."""
    if path in BODIES:
        return st.sampled_from(("rule", "policy")).flatmap(body)
    if path in HELPER_BODIES:
        return body("among")
    if path in MODEL_BODIES:
        return body("describe")
    makers = {SPECS: detection, HELPER_SPECS: helper, MODELS: data_model, QUERIES: query}
    return next(maker(path) for paths, maker in makers.items() if path in paths)


@st.composite
def files(draw: st.DrawFn) -> dict[str, bytes]:
    """A repository in which most, not all, of what is referred to is there."""
    missing = draw(st.sets(st.sampled_from(PATHS), max_size=4))
    return {path: draw(content(path)) for path in PATHS if path not in missing}


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """A pull request: files rewritten, added, deleted and renamed."""
    before = draw(files())
    after = dict(before)
    for path in sorted(draw(st.sets(st.sampled_from(PATHS), min_size=1, max_size=3))):
        if path in after and draw(st.integers(0, 3)) == 0:
            del after[path]
        else:
            after[path] = draw(content(path))
    renamed: dict[str, str] = {}
    places = [
        path for path in draw(st.sampled_from(KINDS)) if path in before and before[path] == after.get(path)
    ]
    if draw(st.booleans()) and places:
        old = draw(st.sampled_from(places))
        new = old.replace("_", "_new_", 1) if draw(st.booleans()) else "moved/" + old.rpartition("/")[2]
        after[new] = after.pop(old)
        renamed[new] = old
    return Edit(before, after, compare(before, after, renamed))


def compare(before: Files, after: Files, renamed: Mapping[str, str]) -> ChangeSet:
    """The comparison of two repositories."""
    changes = [Change(new, ChangeKind.RENAMED, old) for new, old in renamed.items()]
    gone = set(renamed.values())
    changes += [
        Change(path, ChangeKind.ADDED) for path in after if path not in before and path not in renamed
    ]
    changes += [Change(path, ChangeKind.DELETED) for path in before if path not in after and path not in gone]
    changes += [
        Change(path, ChangeKind.MODIFIED) for path in before if path in after and before[path] != after[path]
    ]
    ordered = tuple(sorted(changes, key=lambda change: change.path))
    old_paths = [change.old_path or change.path for change in ordered]
    base = {path: before[path] for path in old_paths if path in before}
    return ChangeSet("head", "base", ordered, base)
