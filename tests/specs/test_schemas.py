"""The schemas, the fast table compiled from them, and the words for what breaks them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from panther_ci.cli import main
from panther_ci.errors import InputError
from panther_ci.kinds import ID_KEYS, AnalysisType
from panther_ci.specs.reading.parse import parse
from panther_ci.specs.schemas import TYPES, read_schema
from panther_ci.specs.schemas.editors import published
from panther_ci.specs.schemas.table import compile_schema
from panther_ci.specs.schemas.wording import explain
from tests.specs.sound import SPECS

SCHEMAS = {kind: read_schema(kind) for kind in TYPES}
TABLES = {kind: compile_schema(schema) for kind, schema in SCHEMAS.items()}
VALIDATORS = {kind: Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}
PUBLISHED = {kind: Draft202012Validator(json.loads(published(kind))) for kind in ("", *TYPES)}

CASE = {
    "Name": "one",
    "ExpectedResult": True,
    "Log": {"a": 1},
    "Mocks": [{"objectName": "a", "returnValue": "x"}],
}
DETECTION = {
    "Filename": "a.py",
    "Enabled": True,
    "Severity": "Low",
    "DisplayName": "A name",
    "Reports": {"CIS": ["1.1", 1.5, 3]},
    "Tags": ["a"],
    "Threshold": 1,
    "Tests": [CASE],
}


def read(text):
    return parse(text.encode(), "a.yml").value


GOOD = {
    AnalysisType.POLICY: {
        "AnalysisType": "policy",
        "PolicyID": "A",
        "ResourceTypes": ["AWS.S3.Bucket"],
        **DETECTION,
    },
    AnalysisType.RULE: {"AnalysisType": "rule", "RuleID": "A", "LogTypes": ["T"], **DETECTION},
    AnalysisType.SCHEDULED_RULE: {
        "AnalysisType": "scheduled_rule",
        "RuleID": "A",
        "ScheduledQueries": ["Q"],
        **DETECTION,
    },
    AnalysisType.GLOBAL: {"AnalysisType": "global", "GlobalID": "a", "Filename": "a.py", "Tags": ["a"]},
    AnalysisType.DATAMODEL: {
        "AnalysisType": "datamodel",
        "DataModelID": "A",
        "Enabled": True,
        "LogTypes": ["T"],
        "Mappings": [{"Name": "a", "Path": "b"}, {"Name": "c", "Method": "d"}],
    },
}
# Of all kinds, and more of some that have several forms.
SOUND = [
    *GOOD.items(),
    *((AnalysisType(spec["AnalysisType"]), spec) for spec in map(read, SPECS.values())),
]
OTHERS = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        1.5,
        "",
        "x",
        "1x",
        "a<b",
        "a\n",
        "aws_globals",
        "Low",
        "policy",
        [],
        [1],
        ["x"],
    ]
    + [
        ["x", "y"],
        {},
        {"x": 1},
        {"x": ["y"]},
        [{}],
        [CASE],
        [{**CASE, "Resource": {}}],
        [{"Name": "a", "Path": "b"}],
        "Equals",
        "AnyElement",
        [{"Key": "a", "Condition": "Exists"}],
        [{"All": [{"Key": "a"}]}],
        [{"KeyPath": "a"}, {"DeepKey": ["a"]}],
        [{"ID": "a", "RuleID": "b"}],
    ]
)


def list_keys(schema):
    """Every key that a schema knows anywhere."""
    if isinstance(schema, list):
        return set().union(*map(list_keys, schema))
    inner = schema if isinstance(schema, dict) else {}
    return {*inner.get("properties", {})}.union(*map(list_keys, inner.values()))


KEYS = sorted(set().union(*map(list_keys, SCHEMAS.values())) | {"Oops"})


def places(value, found=()):
    """Every place in a tree, as keys."""
    yield found
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*found, key))


@st.composite
def broken_specs(draw):
    """A conforming spec with up to three values changed, removed or added anywhere."""
    kind, sound = draw(st.sampled_from(SOUND))
    spec = json.loads(json.dumps(sound))
    for _ in range(draw(st.integers(0, 3))):
        *keys, last = draw(st.sampled_from([place for place in places(spec) if place]))
        node = spec
        for key in keys:
            node = node[key]
        change = draw(st.sampled_from(["put", "drop", "add"]))
        if change == "put":
            node[last] = json.loads(json.dumps(draw(OTHERS)))
        elif change == "drop":
            del node[last]
        elif isinstance(node, dict):
            node[draw(st.sampled_from(KEYS))] = json.loads(json.dumps(draw(OTHERS)))
        if not spec:
            break
    return kind, spec


@settings(max_examples=400)
@given(broken_specs())
def test_the_table_answers_as_jsonschema_does(drawn):
    kind, spec = drawn
    assert TABLES[kind](spec) == VALIDATORS[kind].is_valid(spec)


@settings(max_examples=200)
@given(broken_specs())
def test_what_breaks_a_schema_is_explained(drawn):
    kind, spec = drawn
    problems = list(explain(spec, SCHEMAS[kind], kind))
    assert bool(problems) != VALIDATORS[kind].is_valid(spec)
    assert all(problem.message and problem.check for problem in problems)


@pytest.mark.parametrize(("kind", "spec"), SOUND)
def test_a_good_spec_conforms(kind, spec):
    assert TABLES[kind](spec)


def test_every_kind_has_a_good_spec():
    assert {kind for kind, _ in SOUND} == set(AnalysisType)


@pytest.mark.parametrize(("kind", "spec"), SOUND)
def test_published_schemas_are_complete_and_valid(kind, spec):
    schema = json.loads(published(kind))
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(spec)
    assert schema["additionalProperties"] is False


@settings(max_examples=400)
@given(broken_specs())
def test_editors_find_wrong_what_the_check_finds_wrong(drawn):
    kind, spec = drawn
    stated = spec.get("AnalysisType")
    assert PUBLISHED[kind].is_valid(spec) == VALIDATORS[kind].is_valid(spec)
    if isinstance(stated, str) and stated in TYPES:
        assert PUBLISHED[""].is_valid(spec) == VALIDATORS[stated].is_valid(spec)
    elif "AnalysisType" in spec:
        assert not PUBLISHED[""].is_valid(spec)


@pytest.mark.parametrize("text", ["on: push\njobs: {}\n", "- a\n", "Enabled: true\n", "a\n", ""])
def test_the_schema_for_all_types_is_silent_about_files_that_are_no_specs(text):
    assert PUBLISHED[""].is_valid(read(text))


@pytest.mark.parametrize("key", [*ID_KEYS, "BaseDetection"])
def test_the_schema_for_all_types_asks_for_the_type_where_a_key_shows_that_it_is_a_spec(key):
    assert not PUBLISHED[""].is_valid({key: "a"})


def test_the_command_prints_the_schema_of_a_type_or_the_one_for_all(capsys):
    assert (main(["schema"]), capsys.readouterr().out) == (0, published())
    assert (main(["schema", "pack"]), capsys.readouterr().out) == (0, published("pack"))


def list_unexplained(schema):
    """Keys of mappings that have no others, without a description for editors to show."""
    if isinstance(schema, list):
        return [key for each in schema for key in list_unexplained(each)]
    inner = schema if isinstance(schema, dict) else {}
    own = inner.get("properties", {}).items() if inner.get("additionalProperties") is False else ()
    below = [key for each in inner.values() for key in list_unexplained(each)]
    return [*(key for key, each in own if "description" not in each), *below]


@pytest.mark.parametrize("kind", TYPES)
def test_every_key_is_explained_to_editors(kind):
    assert list_unexplained(SCHEMAS[kind]) == []


def test_no_definition_has_the_name_of_a_type():
    assert not set(TYPES) & set().union(*((schema["$defs"]) for schema in SCHEMAS.values()))


@pytest.mark.parametrize("kind", ["packs", "nonsense", "../secret", "definitions"])
def test_a_type_without_a_schema_is_refused(kind):
    with pytest.raises(InputError, match="no schema"):
        published(kind)


def test_an_unknown_keyword_is_our_own_mistake():
    with pytest.raises(KeyError):
        compile_schema({"type": "object", "dependentRequired": {}})


def test_the_likely_key_is_offered():
    problems = list(
        explain({**GOOD[AnalysisType.GLOBAL], "Descripton": "x"}, SCHEMAS[AnalysisType.GLOBAL], "global")
    )
    assert [(each.keys, each.hint) for each in problems] == [(("Descripton",), "Did you mean `Description`?")]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("true", "Write true without quotes."),
        ("False", "Write false without quotes."),
        *((word, f"Write true: `{word.lower()}` is text for a deployment.") for word in ("on", "yes", "Y")),
        *((word, f"Write false: `{word}` is text for a deployment.") for word in ("off", "n")),
        ("No", "Write false: `no` is text for a deployment."),
        ("maybe", "Write true or false."),
    ],
)
def test_a_text_instead_of_a_boolean_is_told_as_that(value, hint):
    spec = {**GOOD[AnalysisType.RULE], "Enabled": value}
    (problem,) = explain(spec, SCHEMAS[AnalysisType.RULE], "rule")
    assert (problem.keys, problem.hint) == (("Enabled",), hint)


def test_the_id_of_a_base_has_the_characters_of_an_id():
    spec = {"AnalysisType": "rule", "RuleID": "A", "BaseDetection": "a & b"}
    (problem,) = explain(spec, SCHEMAS[AnalysisType.RULE], "rule")
    assert (problem.check, problem.keys) == ("id-characters", ("BaseDetection",))


@pytest.mark.parametrize(
    ("types", "hint"),
    [(["AWS.S3.Buckit"], "Did you mean `AWS.S3.Bucket`?"), (["x"], "`panther-ci schema policy` lists them.")],
)
def test_a_resource_type_that_no_deployment_has_is_refused(types, hint):
    spec = {**GOOD[AnalysisType.POLICY], "ResourceTypes": types}
    (problem,) = explain(spec, SCHEMAS[AnalysisType.POLICY], "policy")
    assert (problem.check, problem.keys, problem.hint) == ("wrong-value", ("ResourceTypes", 0), hint)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (21, "An entry of `Tags` must be text, and this is the number 1."),
        (22, "… and 2 more places that break the schema of this type."),
        (10_000, "… and at least 1,000 more places that break the schema of this type."),
    ],
)
def test_many_problems_are_bounded_and_the_last_one_says_how_many_more(number, told):
    spec = {**GOOD[AnalysisType.GLOBAL], "Tags": [1] * number}
    problems = list(explain(spec, SCHEMAS[AnalysisType.GLOBAL], "global"))
    assert (len(problems), problems[-1].message, problems[-1].keys) == (21, told, ("Tags", 20))


def list_types(schema):
    """The types that a schema asks for, at any depth."""
    if isinstance(schema, dict):
        types = schema.get("type", [])
        yield from [types] if isinstance(types, str) else (each for each in types if isinstance(each, str))
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for each in inner:
        yield from list_types(each)


@pytest.mark.parametrize("wanted", sorted({name for each in SCHEMAS.values() for name in list_types(each)}))
def test_another_type_than_any_that_a_schema_asks_for_is_told(wanted):
    (problem,) = explain(None, {"type": wanted}, "rule")
    assert problem.message.endswith("and this is empty.")
    assert problem.hint


def test_values_of_several_types_are_told_at_the_first_that_differs():
    condition = {"Key": "a", "Condition": "IsIn", "Values": [1, "x"]}
    spec = {**GOOD[AnalysisType.RULE], "Detection": [condition]}
    del spec["Filename"]
    (problem,) = explain(spec, SCHEMAS[AnalysisType.RULE], "rule")
    assert problem.keys == ("Detection", 0, "Values", 1)
    assert problem.message == "An entry of `Values` must be a number, and this is the text `x`."


@pytest.mark.parametrize(
    ("kind", "key", "hint"),
    [
        (AnalysisType.GLOBAL, "GlobalID", "Use letters, digits and underscores, and no digit first."),
        (
            AnalysisType.SCHEDULED_PROMPT,
            "PromptName",
            "Use small letters, digits and underscores, and a letter first.",
        ),
    ],
)
def test_the_characters_of_an_id_are_those_of_its_type(kind, key, hint):
    spec = next(spec for each, spec in SOUND if each is kind)
    (problem,) = explain({**spec, key: "A b"}, SCHEMAS[kind], kind)
    assert (problem.keys, problem.hint) == ((key,), hint)
