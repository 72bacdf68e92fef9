"""Why a spec does not conform to its schema, in words for the people who write specs.

jsonschema finds the errors; it is imported only for a spec that has some.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.model import Json
from panther_ci.specs.reading.document import MOST_PROBLEMS, Keys, cut

_TYPES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "boolean": "true or false",
    "integer": "a whole number",
}

_TYPE_HINTS: Final = {
    "object": "Write keys and values below it.",
    "array": "Write a list: `- ` before each entry.",
    "string": "Write the text, or remove the key.",
    "boolean": "Write true or false.",
    "integer": "Write the number without quotes.",
}
_BOOLEAN_WORDS: Final = {
    **dict.fromkeys(("yes", "on", "y"), "true"),
    **dict.fromkeys(("no", "off", "n"), "false"),
}
_OPTIONS_HINT: Final = "`panther-ci schema policy` lists them."
_MOST_OPTIONS: Final = 12
_MOST_COUNTED: Final = 1000
_SCHEMA_HINT: Final = "Remove it; `panther-ci schema` lists the keys of each type."


class SchemaProblem(NamedTuple):
    """A place where a value breaks its schema; `on_key` when the key itself is wrong.

    `missed` is the key that is missing, or that another one seems to stand for.
    """

    check: CheckId
    keys: Keys
    message: str
    hint: str = ""
    on_key: bool = False
    missed: Keys = ()


def explain(value: Json, schema: Mapping[str, Any], kind: str) -> Iterator[SchemaProblem]:
    """How `value` breaks `schema`, in at most `MOST_PROBLEMS` ways and one that says so if there are more.

    `kind` is the type in the words of users.
    """
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(value)
    problems = (problem for error in errors for problem in _word(error, tuple(error.absolute_path), kind))
    yield from _tell_once(list(islice(problems, MOST_PROBLEMS)))
    yield from _tell_more(list(islice(problems, _MOST_COUNTED)))


def _tell_once(problems: list[SchemaProblem]) -> Iterator[SchemaProblem]:
    """The problems without the keys that are missing because they are misspelt, which is told already."""
    misspelt = {problem.missed for problem in problems if problem.on_key and problem.missed}
    for problem in problems:
        if problem.check is not CheckId.MISSING_KEY or problem.missed not in misspelt:
            yield problem


def _tell_more(rest: list[SchemaProblem]) -> list[SchemaProblem]:
    """What is said in the place of the problems that are left out, which are not always all counted."""
    if len(rest) < 2:
        return rest
    least = "at least " if len(rest) == _MOST_COUNTED else ""
    message = f"… and {least}{len(rest):,} more places that break the schema of this type."
    return [rest[0]._replace(message=message, hint="Fix those that are listed first.")]


def _word(error: Any, keys: Keys, kind: str) -> Iterator[SchemaProblem]:
    owner = _name_owner(keys, kind)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, keys, owner)
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance and repr(key) in error.message:
                message, hint = f"{owner} needs `{key}`.", f"Add `{key}:`."
                yield SchemaProblem(CheckId.MISSING_KEY, keys, message, hint, missed=(*keys, key))
    elif error.validator == "oneOf":
        if isinstance(error.instance, dict):
            yield _alternatives(error, keys, owner)
    elif error.validator == "type":
        yield _wrong_type(error, keys)
    elif error.validator == "not":
        if isinstance(error.instance, str | dict):
            yield _forbidden(error, keys, kind)
    else:
        yield _wrong_value(error, keys)


def _unknown_keys(error: Any, keys: Keys, owner: str) -> Iterator[SchemaProblem]:
    known = list(error.schema.get("properties", {}))
    for key in sorted(error.instance.keys() - known):
        likely = find_likely(key, [name for name in known if name not in error.instance])
        others = f"The keys of {_lower(owner)} are {', '.join(known)}." if keys else _SCHEMA_HINT
        hint = f"Did you mean `{likely}`?" if likely else others
        yield SchemaProblem(
            CheckId.UNKNOWN_KEY,
            (*keys, key),
            f"`{cut(key)}` is not a key of {_lower(owner)}.",
            hint,
            on_key=True,
            missed=(*keys, likely) if likely else (),
        )


def _alternatives(error: Any, keys: Keys, owner: str) -> SchemaProblem:
    names = [option["required"][0] for option in error.validator_value]
    present = [name for name in names if name in error.instance]
    if not present:
        words = " or ".join(f"`{name}`" for name in names)
        return SchemaProblem(CheckId.MISSING_KEY, keys, f"{owner} needs {words}.", f"Add `{names[0]}:`.")
    words = " and ".join(f"`{name}`" for name in names)
    message = f"{words} can't be used together."
    return SchemaProblem(
        CheckId.EXCLUSIVE_KEYS, (*keys, present[1]), message, f"Keep `{names[0]}`.", on_key=True
    )


def _wrong_type(error: Any, keys: Keys) -> SchemaProblem:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(_TYPES[name] for name in wanted)
    hint = _TYPE_HINTS[wanted[0]]
    if wanted == ["string"] and error.instance is not None and not isinstance(error.instance, dict | list):
        hint = "Put it into quotes."
    if wanted == ["boolean"]:
        hint = _advise_boolean(str(error.instance).lower())
    if wanted == ["string", "boolean"]:
        hint = "Put it into quotes, as JSON if it is not text; the body gets that text."
    message = f"{_name_place(keys)} must be {words}, and this is {describe(error.instance)}."
    return SchemaProblem(CheckId.WRONG_TYPE, keys, message, hint)


def _advise_boolean(text: str) -> str:
    if text in ("true", "false"):
        return f"Write {text} without quotes."
    meant = _BOOLEAN_WORDS.get(text)
    return f"Write {meant}: `{text}` is text for a deployment." if meant else _TYPE_HINTS["boolean"]


def _forbidden(error: Any, keys: Keys, kind: str) -> SchemaProblem:
    if "required" in error.validator_value:
        key = error.validator_value["required"][0]
        if keys:
            message = f"`{key}` is not a key of a case of a {kind}."
            return SchemaProblem(CheckId.UNKNOWN_KEY, (*keys, key), message, f"Remove `{key}`.", on_key=True)
        message = f"{_name_owner(keys, kind)} with `BaseDetection` runs the body of its base."
        return SchemaProblem(CheckId.EXCLUSIVE_KEYS, (*keys, key), message, f"Remove `{key}`.", on_key=True)
    if keys[-1] == "GlobalID":
        hint = "Use letters, digits and underscores, and no digit first."
        return SchemaProblem(
            CheckId.ID_CHARACTERS, keys, "`GlobalID` is not a name that Python can import.", hint
        )
    control = " or a control character" if "\\u0000" in error.validator_value["pattern"] else ""
    message = f'`{keys[-1]}` contains one of < > & " %{control}.'
    return SchemaProblem(
        CheckId.ID_CHARACTERS, keys, message, "Write it without them: a deployment refuses these characters."
    )


def _wrong_value(error: Any, keys: Keys) -> SchemaProblem:
    wanted, name = error.validator_value, _name_place(keys)
    if error.validator == "enum":
        return _wrong_word(error.instance, keys, wanted)
    problem, hint = {
        "minimum": (f"must be at least {wanted}", f"Write {wanted} or more."),
        "minLength": ("must not be empty", "Write the text, or remove the key."),
        "minItems": ("must not be an empty list", "Write at least one entry."),
        "maxItems": (f"must have only {wanted} entry", "Write a spec for each of them."),
        "const": (f"must be `{wanted}`", f"Write `{wanted}`."),
    }[error.validator]
    return SchemaProblem(CheckId.WRONG_VALUE, keys, f"{name} {problem}.", hint)


def _wrong_word(word: Json, keys: Keys, known: list[str]) -> SchemaProblem:
    name, likely, words = _name_place(keys), find_likely(str(word), known), ", ".join(known)
    if len(known) <= _MOST_OPTIONS:
        hint = f"Did you mean `{likely}`?" if likely else "Write one of these exactly."
        return SchemaProblem(CheckId.WRONG_VALUE, keys, f"{name} must be one of {words}.", hint)
    message = f"{name} must be one that a deployment knows, and this is {describe(word)}."
    hint = f"Did you mean `{likely}`?" if likely else _OPTIONS_HINT
    return SchemaProblem(CheckId.WRONG_VALUE, keys, message, hint)


def describe(value: Json) -> str:
    """What a value is, in a word or two."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "empty"
    if isinstance(value, str):
        return f"the text `{cut(value, 30)}`"
    return f"the {'boolean' if isinstance(value, bool) else 'number'} {cut(json.dumps(value), 30)}"


def find_likely(word: str, known: list[str], likeness: float = 0.7) -> str:
    """The known word that was probably meant, or nothing; at a `likeness` of 1, only case may differ."""
    import difflib

    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word[:100].lower(), by_lower, n=1, cutoff=likeness)
    return by_lower[close[0]] if close else ""


def _name_owner(keys: Keys, kind: str) -> str:
    if not keys:
        return f"A {kind}"
    names = {"Tests": "A case", "Mocks": "A mock", "Mappings": "A mapping"}
    return next((names[key] for key in reversed(keys) if isinstance(key, str) and key in names), "This")


def _name_place(keys: Keys) -> str:
    names = [key for key in keys if isinstance(key, str)]
    if not names:
        return "The file"
    if isinstance(keys[-1], int):
        return f"An entry of `{cut(names[-1])}`"
    return f"`{cut(names[-1])}`"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
