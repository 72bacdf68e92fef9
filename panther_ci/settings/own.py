"""Reads `.panther-ci.yml`: inputs by their names; all else in it is an error."""

from collections.abc import Mapping
from typing import Final

from panther_ci.errors import InputError
from panther_ci.inputs import IN_FILE, input_name
from panther_ci.reporters.defuse import show_name
from panther_ci.settings.documents import read_document
from panther_ci.settings.values import FIELDS, Value, convert
from panther_ci.specs.schemas.wording import find_likely

OWN_FILE: Final = ".panther-ci.yml"
_CONFINEMENT: Final = "it decides what the code of a pull request may do"
_DEPLOYMENT: Final = "it decides what is deployed, where, and with whose rights"
_REASONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("sandbox", "requirements_build", "allow_unsafe_events"), _CONFINEMENT),
    **dict.fromkeys(
        ("github_token", "api_token"), "everyone who can read the repository could use the token"
    ),
    "base_ref": "it decides what a pull request is compared with",
}


def read_own(data: bytes) -> dict[str, Value]:
    """The values in the file, by the fields of `Inputs`.

    Raises `InputError` naming the line for a key that is unknown, twice, or not for this file, and for a
    value of the wrong kind.
    """
    document = read_document(data, OWN_FILE)
    found = {}
    for key, value in document.values.items():
        where = document.place(key)
        name = key.replace("-", "_")
        if key not in map(input_name, FIELDS.values()):
            raise _unknown(key, where)
        if name not in IN_FILE:
            raise _refused(key, where)
        if value is not None:
            found[name] = Value(convert(name, value, where), where)
    return found


def _unknown(key: str, where: str) -> InputError:
    likely = find_likely(key.replace("_", "-"), [input_name(FIELDS[name]) for name in IN_FILE])
    hint = f"Did you mean `{likely}`?" if likely else "docs/settings.md lists the keys."
    return InputError(f"{where}: `{show_name(key, 60)}` is not a key of this file.", hint)


def _refused(key: str, where: str) -> InputError:
    reason = _REASONS.get(key.replace("-", "_"), _DEPLOYMENT)
    hint = "Set it in the workflow, or give it on the command line."
    if key.endswith("-token"):
        hint = "Remove it, revoke the token, and give a new one to the workflow as a secret."
    return InputError(f"{where}: `{key}` can't be set in a file of the repository: {reason}.", hint)
