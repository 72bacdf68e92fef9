"""A settings file as plain values with their lines."""

from collections.abc import Mapping
from typing import NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError
from panther_ci.model import Json
from panther_ci.specs.reading.document import Document
from panther_ci.specs.reading.parse import parse


class Settings(NamedTuple):
    """The keys and values of a file."""

    values: Mapping[str, Json]
    document: Document

    def place(self, key: str) -> str:
        """Where a key is, as messages begin."""
        location = self.document.locate_key([key])
        return f"{location.path}:{location.line}"


def read_document(data: bytes, name: str) -> Settings:
    """The one mapping of a file; an empty file has no keys.

    Raises `InputError` naming the line for what is no YAML, or has keys twice, tags or odd numbers.
    """
    document = parse(data, name)
    errors = [each for each in document.findings if each.check != CheckId.EMPTY_FILE]
    if errors:
        first = errors[0]
        raise InputError(f"{name}:{first.location.line or 1}: {first.message}", first.hint)
    if document.odd:
        odd = document.odd[0]
        words = f"{name}:{odd.location.line}: `{odd.suspicious.text}` is read as {odd.suspicious.reading}."
        raise InputError(words, "Write the number as it is meant, or text in quotes.")
    if document.value is not None and not isinstance(document.value, dict):
        raise InputError(f"{name}:1: The file is not a mapping.", "Write `name: value`, one on each line.")
    return Settings(document.value or {}, document)
