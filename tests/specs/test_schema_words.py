"""Each keyword of a schema by itself: what conforms to it, and the words for what does not."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from panther_ci.specs.schemas.table import compile_schema
from panther_ci.specs.schemas.wording import describe, explain, find_likely

VALUES: list[Any] = [
    *(None, True, False, 0, 1, 2, 3, -1, 1.0, 1.5, 2.5, "", "a", "ab", "abc", "1", "true", [], {}),
    *(
        [1],
        [1, 2],
        [1, 2, 3],
        ["a"],
        ["a", 1],
        [1, "a"],
        [True],
        [[]],
        {"a": 1},
        {"b": 1},
        {"a": "x", "b": 2},
    ),
    *({"a": 1, "b": 2, "c": 3}, {"c": 1}, {"a": None}, {"a": {"a": 1}}),
]
SCHEMAS: list[dict[str, Any]] = [
    *({"type": name} for name in ("object", "array", "string", "boolean", "number", "integer")),
    {"type": ["string", "boolean"]},
    {"enum": ["a", True]},
    {"enum": [False, "1"]},
    {"const": "ab"},
    {"properties": {"a": {"type": "integer"}}},
    {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
    {"additionalProperties": {"type": "integer"}},
    {"additionalProperties": False},
    {"required": ["a", "b"]},
    {"items": {"type": "integer"}},
    {"prefixItems": [{"type": "string"}, {"type": "integer"}]},
    *({"minItems": 1}, {"minItems": 2}, {"maxItems": 1}, {"maxItems": 2}, {"minLength": 1}, {"minLength": 2}),
    *(
        {"maxProperties": 1},
        {"maxProperties": 2},
        {"minimum": 1},
        {"maximum": 1},
        {"minimum": 2, "maximum": 2},
    ),
    *({"pattern": "b"}, {"pattern": "^a$"}, {"not": {"type": "string"}}, {"not": {"required": ["a"]}}),
    {
        "$ref": "#/$defs/tree",
        "$defs": {"tree": {"properties": {"a": {"$ref": "#/$defs/tree"}}, "type": "object"}},
    },
    {"allOf": [{"minLength": 2}, {"type": "string"}]},
    {"anyOf": [{"type": "string"}, {"required": ["a"]}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"type": "string"}},
    {"if": {"type": "string"}, "then": {"minLength": 2}},
    {"type": "object", "title": "t", "description": "d", "errorMessage": "e", "$schema": "s", "$defs": {}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_each_keyword_means_what_jsonschema_takes_it_for(schema: dict[str, Any]) -> None:
    test, peer = compile_schema(schema), Draft202012Validator(schema)
    assert [test(value) for value in VALUES] == [peer.is_valid(value) for value in VALUES]


CASE = {
    "type": "object",
    "properties": {"Name": {}, "Log": {}},
    "required": ["Name"],
    "additionalProperties": False,
}
SPEC = {
    "type": "object",
    "properties": {"Tests": {"type": "array", "items": CASE}, "Enabled": {"type": "boolean"}},
    "additionalProperties": False,
}
ONE = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]}
ALONE = {"maxProperties": 1, "errorMessage": "Only one has a meaning."}
MANY = [f"word{number}" for number in range(13)]
QUOTED = "Put it into quotes."


def nest(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {key: schema}}


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        ({"required": ["a"]}, {}, ("missing-key", (), "A log rule needs `a`.", "Add `a:`.")),
        (SPEC, {"Tests": [{}]}, ("missing-key", ("Tests", 0), "A case needs `Name`.", "Add `Name:`.")),
        (
            SPEC,
            {"Enable": True},
            ("unknown-key", ("Enable",), "`Enable` is not a key of a log rule.", "Did you mean `Enabled`?"),
        ),
        (
            SPEC,
            {"x": 1},
            (
                *("unknown-key", ("x",), "`x` is not a key of a log rule."),
                "Remove it; `panther-ci schema` lists the keys of each type.",
            ),
        ),
        (
            SPEC,
            {"Tests": [{"Name": "a", "x": 1}]},
            (
                *("unknown-key", ("Tests", 0, "x"), "`x` is not a key of a case."),
                "The keys of a case are Name, Log.",
            ),
        ),
        (ONE, {}, ("missing-key", (), "A log rule needs `a`, `b` or `c`.", "Add `a:`.")),
        (
            ONE,
            {"c": 1, "b": 1},
            ("exclusive-keys", ("c",), "`b` and `c` can't be used together.", "Keep `b`."),
        ),
        (
            ALONE,
            {"a": 1, "b": 2},
            (
                *("exclusive-keys", ("b",), "Only one has a meaning."),
                "Write an entry of its own for the rest, or remove it.",
            ),
        ),
        (
            nest("k", {"type": "string"}),
            {"k": 5},
            ("wrong-type", ("k",), "`k` must be text, and this is the number 5.", QUOTED),
        ),
        (
            nest("k", {"type": "string"}),
            {"k": None},
            (
                *("wrong-type", ("k",), "`k` must be text, and this is empty."),
                "Write the text, or remove the key.",
            ),
        ),
        (
            nest("k", {"type": "string"}),
            {"k": []},
            (
                *("wrong-type", ("k",), "`k` must be text, and this is a list."),
                "Write the text, or remove the key.",
            ),
        ),
        (
            nest("k", {"type": "integer"}),
            {"k": "5"},
            (
                *("wrong-type", ("k",), "`k` must be a whole number, and this is the text `5`."),
                "Write the number without quotes.",
            ),
        ),
        (
            nest("k", {"type": "boolean"}),
            {"k": "Yes"},
            (
                *("wrong-type", ("k",), "`k` must be true or false, and this is the text `Yes`."),
                "Write true: `yes` is text for a deployment.",
            ),
        ),
        (
            nest("k", {"type": ["string", "boolean"]}),
            {"k": 1},
            (
                *("wrong-type", ("k",), "`k` must be text or true or false, and this is the number 1."),
                "Put it into quotes, as JSON if it is not text; the body gets that text.",
            ),
        ),
        (
            {"not": {"required": ["a", "b"]}, "errorMessage": "Not both."},
            {"a": 1, "b": 1},
            ("exclusive-keys", ("b",), "Not both.", "Remove `b`."),
        ),
        (
            nest("Tests", {"items": {"not": {"required": ["a"]}}}),
            {"Tests": [{"a": 1}]},
            ("unknown-key", ("Tests", 0, "a"), "`a` is not a key of a case of a log rule.", "Remove `a`."),
        ),
        (
            nest("k", {"not": {"const": "x"}, "errorMessage": "Not x."}),
            {"k": "x"},
            ("wrong-value", ("k",), "Not x.", "Remove `k`."),
        ),
        (
            nest("k", {"not": {"pattern": "[<>]"}}),
            {"k": "<"},
            (
                *("id-characters", ("k",), '`k` contains one of < > & " %.'),
                "Write it without them: a deployment refuses these characters.",
            ),
        ),
        (
            nest("k", {"not": {"pattern": "[<>\\u0000-\\u001f]"}}),
            {"k": "<"},
            (
                *("id-characters", ("k",), '`k` contains one of < > & " % or a control character.'),
                "Write it without them: a deployment refuses these characters.",
            ),
        ),
        (
            nest("k", {"minimum": 2}),
            {"k": 1},
            ("wrong-value", ("k",), "`k` must be at least 2.", "Write 2 or more."),
        ),
        (
            nest("k", {"maximum": 2}),
            {"k": 3},
            ("wrong-value", ("k",), "`k` must be at most 2.", "Write 2 or less."),
        ),
        (
            nest("k", {"minLength": 1}),
            {"k": ""},
            ("wrong-value", ("k",), "`k` must not be empty.", "Write the text, or remove the key."),
        ),
        (
            nest("k", {"minItems": 1}),
            {"k": []},
            ("wrong-value", ("k",), "`k` must not be an empty list.", "Write at least one entry."),
        ),
        (
            nest("k", {"minItems": 2}),
            {"k": []},
            ("wrong-value", ("k",), "`k` must have 2 entries.", "Write 2 entries."),
        ),
        (
            nest("k", {"maxItems": 1}),
            {"k": [1, 2]},
            ("wrong-value", ("k",), "`k` must have only 1 entry.", "Write a spec for each of them."),
        ),
        (nest("k", {"const": "x"}), {"k": "y"}, ("wrong-value", ("k",), "`k` must be `x`.", "Write `x`.")),
        (
            nest("k", {"minimum": 2, "errorMessage": "Two or more."}),
            {"k": 1},
            ("wrong-value", ("k",), "Two or more.", ""),
        ),
        (
            nest("k", {"enum": ["High", "Low"]}),
            {"k": "high"},
            ("wrong-value", ("k",), "`k` must be one of High, Low.", "Did you mean `High`?"),
        ),
        (
            nest("k", {"enum": MANY[:12]}),
            {"k": "x"},
            (
                "wrong-value",
                ("k",),
                f"`k` must be one of {', '.join(MANY[:12])}.",
                "Write one of these exactly.",
            ),
        ),
        (
            nest("k", {"items": {"enum": MANY}}),
            {"k": ["x"]},
            (
                *("wrong-value", ("k", 0)),
                "An entry of `k` must be one that a deployment knows, and this is the text `x`.",
                "`panther-ci schema log_rule` lists them.",
            ),
        ),
        (
            nest("k", {"enum": MANY}),
            {"k": "Word12"},
            (
                *("wrong-value", ("k",)),
                "`k` must be one that a deployment knows, and this is the text `Word12`.",
                "Did you mean `word12`?",
            ),
        ),
        (
            {"type": "object"},
            [],
            (
                "wrong-type",
                (),
                "The file must be a mapping, and this is a list.",
                "Write keys and values below it.",
            ),
        ),
    ],
)
def test_what_breaks_a_keyword_is_told_in_these_words(
    schema: dict[str, Any], value: Any, told: tuple[Any, ...]
) -> None:
    (problem,) = explain(value, schema, "log rule")
    assert (problem.check, problem.keys, problem.message, problem.hint) == told
    assert problem.on_key is (problem.check in ("unknown-key", "exclusive-keys"))


def test_a_key_that_is_misspelt_is_not_missing_too() -> None:
    problems = [*explain({"Tests": [{"Nmae": 1}, {"x": 1}]}, SPEC, "rule")]
    assert {(each.check, each.keys) for each in problems} == {
        ("unknown-key", ("Tests", 0, "Nmae")),
        ("unknown-key", ("Tests", 1, "x")),
        ("missing-key", ("Tests", 1)),
    }


def test_alternatives_say_nothing_of_what_is_no_mapping_or_has_words_of_its_own() -> None:
    assert [*explain("x", {"oneOf": [{"type": "object"}, {"type": "array"}]}, "rule")] == []
    (problem,) = explain({}, {**ONE, "errorMessage": "Choose one."}, "rule")
    assert (problem.check, problem.message) == ("wrong-value", "Choose one.")


@pytest.mark.parametrize(
    ("key", "owner"), [("Tests", "A case"), ("Mocks", "A mock"), ("Mappings", "A mapping")]
)
def test_entries_have_names_of_their_own(key: str, owner: str) -> None:
    (problem,) = explain({key: [{}]}, nest(key, {"items": {"required": ["a"]}}), "rule")
    assert problem.message == f"{owner} needs `a`."
    (problem,) = explain({"Others": [{}]}, nest("Others", {"items": {"required": ["a"]}}), "rule")
    assert problem.message == "An entry of `Others` needs `a`."
    (problem,) = explain({key: {}}, nest(key, {"required": ["a"]}), "rule")
    assert problem.message == f"`{key}` needs `a`."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "empty"),
        (True, "the boolean true"),
        (1.5, "the number 1.5"),
        ("a", "the text `a`"),
        ({}, "a mapping"),
        ([], "a list"),
    ],
)
def test_a_value_is_described_in_a_word_or_two(value: Any, words: str) -> None:
    assert describe(value) == words


def test_long_values_are_cut() -> None:
    assert (
        describe("x" * 31).startswith(f"the text `{'x' * 29}")
        and describe("x" * 30) == f"the text `{'x' * 30}`"
    )
    assert len(describe(10**40)) < len("the number ") + 32


@pytest.mark.parametrize(
    ("word", "likeness", "found"),
    [
        ("enabled", 1.0, "Enabled"),
        ("enable", 1.0, ""),
        ("Enabld", 0.7, "Enabled"),
        ("xyz", 0.7, ""),
        ("x" * 100 + "Enabled", 0.1, ""),
    ],
)
def test_the_word_that_was_meant_is_found(word: str, likeness: float, found: str) -> None:
    assert find_likely(word, ["Enabled", "Severity"], likeness) == found
