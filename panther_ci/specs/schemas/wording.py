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
    "number": "Write the number without quotes; the values of a list have one type.",
    "boolean": "Write true or false.",
    "integer": "Write the number without quotes.",
}
_BOOLEAN_WORDS: Final = {
    **dict.fromkeys(("yes", "on", "y"), "true"),
    **dict.fromkeys(("no", "off", "n"), "false"),
}
_MOST_OPTIONS: Final = 12
_MOST_COUNTED: Final = 1000
_SCHEMA_HINT: Final = "Remove it; `panther-ci schema` lists the keys of each type."


class SchemaProblem(NamedTuple):
    """A place where a value breaks its schema; `on_key` when the key itself is wrong.

    `missed` are the keys one of which is missing, or the one that another key seems to stand for.
    """

    check: CheckId
    keys: Keys
    message: str
    hint: str = ""
    on_key: bool = False
    missed: tuple[Keys, ...] = ()


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
    misspelt = {keys for problem in problems if problem.on_key for keys in problem.missed}
    for problem in problems:
        if problem.check is not CheckId.MISSING_KEY or misspelt.isdisjoint(problem.missed):
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
        yield from _missing_keys(error, keys, owner)
    elif error.validator in ("oneOf", "anyOf") and "errorMessage" not in error.schema:
        if isinstance(error.instance, dict):
            yield _alternatives(error, keys, owner)
    elif error.validator == "type":
        yield _wrong_type(error, keys)
    elif error.validator == "not":
        yield from _forbidden(error, keys, kind)
    elif error.validator == "maxProperties":
        yield _not_alone(error, keys)
    else:
        yield _wrong_value(error, keys, kind)


def _missing_keys(error: Any, keys: Keys, owner: str) -> Iterator[SchemaProblem]:
    for key in error.validator_value:
        if key not in error.instance and repr(key) in error.message:
            message, hint = f"{owner} needs `{key}`.", f"Add `{key}:`."
            yield SchemaProblem(CheckId.MISSING_KEY, keys, message, hint, missed=((*keys, key),))


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
            missed=((*keys, likely),) if likely else (),
        )


def _alternatives(error: Any, keys: Keys, owner: str) -> SchemaProblem:
    names = [option["required"][0] for option in error.validator_value]
    present = [name for name in names if name in error.instance]
    if not present:
        message = f"{owner} needs {_list_names(names, 'or')}."
        missed = tuple((*keys, name) for name in names)
        return SchemaProblem(CheckId.MISSING_KEY, keys, message, f"Add `{names[0]}:`.", missed=missed)
    message = f"{_list_names(present, 'and')} can't be used together."
    return SchemaProblem(
        CheckId.EXCLUSIVE_KEYS, (*keys, present[1]), message, f"Keep `{present[0]}`.", on_key=True
    )


def _list_names(names: list[str], word: str) -> str:
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} {word} {last}"


def _not_alone(error: Any, keys: Keys) -> SchemaProblem:
    """A mapping with more keys than the one that has a meaning there."""
    hint = "Write an entry of its own for the rest, or remove it."
    second = list(error.instance)[1]
    return SchemaProblem(
        CheckId.EXCLUSIVE_KEYS, (*keys, second), error.schema["errorMessage"], hint, on_key=True
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


def _forbidden(error: Any, keys: Keys, kind: str) -> Iterator[SchemaProblem]:
    """What may not be there: a key, two keys together, a value, or characters of a text."""
    message = error.schema.get("errorMessage", "")
    if "required" in error.validator_value:
        key = error.validator_value["required"][-1]
        check = CheckId.EXCLUSIVE_KEYS if message else CheckId.UNKNOWN_KEY
        message = message or f"`{key}` is not a key of {_lower(_name_owner(keys, kind))} of a {kind}."
        yield SchemaProblem(check, (*keys, key), message, f"Remove `{key}`.", on_key=True)
    elif "const" in error.validator_value:
        yield SchemaProblem(CheckId.WRONG_VALUE, keys, message, f"Remove `{keys[-1]}`.")
    elif isinstance(error.instance, str):
        yield _wrong_characters(error, keys, message)


def _wrong_characters(error: Any, keys: Keys, message: str) -> SchemaProblem:
    if message:
        hint = "Use letters, digits and underscores, and no digit first."
        if "A-Z" not in error.validator_value["pattern"]:
            hint = "Use small letters, digits and underscores, and a letter first."
        return SchemaProblem(CheckId.ID_CHARACTERS, keys, message, hint)
    control = " or a control character" if "\\u0000" in error.validator_value["pattern"] else ""
    message = f'`{keys[-1]}` contains one of < > & " %{control}.'
    return SchemaProblem(
        CheckId.ID_CHARACTERS, keys, message, "Write it without them: a deployment refuses these characters."
    )


def _wrong_value(error: Any, keys: Keys, kind: str) -> SchemaProblem:
    wanted, name = error.validator_value, _name_place(keys)
    if "errorMessage" in error.schema:
        return SchemaProblem(CheckId.WRONG_VALUE, keys, error.schema["errorMessage"])
    if error.validator == "enum":
        return _wrong_word(error.instance, keys, wanted, kind)
    problem, hint = {
        "minimum": (f"must be at least {wanted}", f"Write {wanted} or more."),
        "maximum": (f"must be at most {wanted}", f"Write {wanted} or less."),
        "minLength": ("must not be empty", "Write the text, or remove the key."),
        "minItems": _wrong_number(wanted, "must not be an empty list", "Write at least one entry."),
        "maxItems": _wrong_number(wanted, "must have only 1 entry", "Write a spec for each of them."),
        "const": (f"must be `{wanted}`", f"Write `{wanted}`."),
    }[error.validator]
    return SchemaProblem(CheckId.WRONG_VALUE, keys, f"{name} {problem}.", hint)


def _wrong_number(wanted: Any, problem: str, hint: str) -> tuple[str, str]:
    """What is wrong with the length of a list, and what to do; lists of two have just these."""
    return (problem, hint) if wanted == 1 else (f"must have {wanted} entries", f"Write {wanted} entries.")


def _wrong_word(word: Json, keys: Keys, known: list[str], kind: str) -> SchemaProblem:
    name, likely, words = _name_place(keys), find_likely(str(word), known), ", ".join(known)
    if len(known) <= _MOST_OPTIONS:
        hint = f"Did you mean `{likely}`?" if likely else "Write one of these exactly."
        return SchemaProblem(CheckId.WRONG_VALUE, keys, f"{name} must be one of {words}.", hint)
    message = f"{name} must be one that a deployment knows, and this is {describe(word)}."
    others = f"`panther-ci schema {kind.replace(' ', '_')}` lists them."
    hint = f"Did you mean `{likely}`?" if likely else others
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
    names = {"Tests": "A case", "Mocks": "A mock", "Mappings": "A mapping"}
    if not keys:
        return f"A {kind}"
    return names.get(str(keys[-2]), _name_place(keys)) if isinstance(keys[-1], int) else _name_place(keys)


def _name_place(keys: Keys) -> str:
    names = [key for key in keys if isinstance(key, str)]
    if not names:
        return "The file"
    if isinstance(keys[-1], int):
        return f"An entry of `{cut(names[-1])}`"
    return f"`{cut(names[-1])}`"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
