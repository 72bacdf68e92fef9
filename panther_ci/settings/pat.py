"""What Panther's own command-line tool reads: `.panther_settings.yml` and `PANTHER_*` variables.

Keys and variables are those of panther_analysis_tool 1.11; the file is read as that tool does: it ignores
keys that it does not know, and so a note says which.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Any, Final, NamedTuple

from panther_ci.errors import InputError
from panther_ci.inputs import parse_value
from panther_ci.model import Json
from panther_ci.reporters.defuse import show_name
from panther_ci.settings.documents import Settings, read_document
from panther_ci.settings.values import FIELDS, Value, convert, join_words

PAT_FILE: Final = ".panther_settings.yml"
# The keys that mean an input. `_filter` is the name that works there; the tool ignores `filter`.
INPUT_OF: Final[Mapping[str, str]] = {
    "path": "path",
    "out": "output_path",
    "minimum_tests": "minimum_tests",
    "skip_disabled_tests": "skip_disabled_tests",
    "ignore_files": "exclude",
    "available_destination": "available_destination",
    "valid_table_names": "valid_table_names",
    "ignore_table_names": "table_names",
    "_filter": "filter",
}
# The keys that mean a flag which is no input.
FLAG_OF: Final[Mapping[str, str]] = {
    "show_failures_only": "failures_only",
    "sort_test_results": "sort",
    "test_names": "test_names",
}
VARIABLES: Final[Mapping[str, str]] = {
    "PANTHER_PATH": "path",
    "PANTHER_OUT": "output_path",
    "PANTHER_MINIMUM_TESTS": "minimum_tests",
    "PANTHER_SKIP_DISABLED_TESTS": "skip_disabled_tests",
    "PANTHER_IGNORE_FILES": "exclude",
    "PANTHER_AVAILABLE_DESTINATION": "available_destination",
    "PANTHER_FILTER": "filter",
}
FLAG_VARIABLES: Final[Mapping[str, str]] = {"PANTHER_TEST_NAMES": "test_names"}
_BOOLEANS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


class PatSettings(NamedTuple):
    """The inputs and the flags that a file sets, and what its reader should know."""

    values: dict[str, Value]
    flags: Mapping[str, Value] = {}
    notes: tuple[str, ...] = ()


def read_pat(data: bytes, names: Container[str]) -> PatSettings:
    """What a file says of these inputs; raises `InputError` naming the line for a value of the wrong kind."""
    settings = read_document(data, PAT_FILE)
    values = {}
    for key, value in settings.values.items():
        name = INPUT_OF.get(key)
        if name and name in names and value is not None:
            where = settings.place(key)
            values[name] = Value(_convert(key, value, where), where)
    flags = {
        flag: Value(_read_flag(flag, settings.values[key], where := settings.place(key)), where)
        for key, flag in FLAG_OF.items()
        if settings.values.get(key) is not None
    }
    return PatSettings(values, flags, tuple(_list_notes(settings)))


def read_variables(environ: Mapping[str, str], names: Container[str]) -> dict[str, Value]:
    """What variables say of these inputs; raises `InputError` for a value of the wrong kind."""
    return {
        name: Value(_read_variable(variable, name, environ[variable]), variable)
        for variable, name in VARIABLES.items()
        if name in names and environ.get(variable, "").strip()
    }


def read_flag_variables(environ: Mapping[str, str]) -> dict[str, Value]:
    """What variables say of flags that are no inputs."""
    return {
        flag: Value(environ[variable].split(), variable)
        for variable, flag in FLAG_VARIABLES.items()
        if environ.get(variable, "").strip()
    }


def _read_flag(flag: str, value: Json, where: str) -> Any:
    if flag != "test_names":
        return _read_boolean(value, where)
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"{where}: `test_names` has what is no text.", "Write names of cases, in quotes.")
    return names


def _convert(key: str, value: Json, where: str) -> Any:
    name = INPUT_OF[key]
    if key == "ignore_table_names":
        return "off" if _read_boolean(value, where) else "on"
    if FIELDS[name].type is bool:
        return _read_boolean(value, where)
    return convert(name, value, where)


def _read_variable(variable: str, name: str, text: str) -> Any:
    if FIELDS[name].type is bool:
        return _read_boolean(text.strip(), variable)
    if name == "available_destination":
        return join_words(name, text.split())
    try:
        return parse_value(FIELDS[name], text.strip())
    except InputError as error:
        raise InputError(f"{variable}: {error.message}", error.hint) from None


def _read_boolean(value: Json, where: str) -> bool:
    found = _BOOLEANS.get(str(value).lower())
    if found is None:
        raise InputError(f"{where}: {str(value)[:60]!r} is not a boolean.", "Write true or false.")
    return found


def _list_notes(settings: Settings) -> Iterator[str]:
    """What the file says in vain, or should not say."""
    keys = set(settings.values)
    if "api_token" in keys:
        yield (
            f"`{PAT_FILE}` has an `api_token`, which everyone who can read the repository can use. It is not "
            "used here: remove it, revoke it, and give a new one as PANTHER_API_TOKEN."
        )
    if "api_host" in keys:
        yield (
            f"`api_host` of `{PAT_FILE}` is not used here, since a file of the repository must not say where "
            "a token is sent: give `api-host` in the workflow, or PANTHER_API_HOST."
        )
    if "filter" in keys:
        yield (
            f"`filter` of `{PAT_FILE}` does nothing here, as in Panther's own tool: what it leaves out would "
            "be neither judged nor deployed. Write it into `.panther-ci.yml` if that is meant."
        )
    others = keys - {*INPUT_OF, *FLAG_OF, "api_token", "api_host", "filter"}
    if others:
        yield f"In `{PAT_FILE}` these keys do nothing here: {', '.join(sorted(map(_name, others)))}."


def _name(key: str) -> str:
    """A key that may be anyone's text; one with dashes is ignored by the tool too."""
    under = key.replace("-", "_")
    meant = f" (did you mean `{under}`?)" if under != key and under in {*INPUT_OF, *FLAG_OF} else ""
    return f"`{show_name(key, 60)}`{meant}"
