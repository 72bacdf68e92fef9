"""The value of a plain YAML scalar under YAML 1.1, and whether its author can have meant that value.

Timestamps stay text, since events are JSON (https://yaml.org/type/ has the rules of YAML 1.1).
"""

import math
import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from yaml.resolver import Resolver

Scalar: TypeAlias = bool | int | float | str | None

_TAG: Final = "tag:yaml.org,2002:"
_TRUE: Final = frozenset({"yes", "true", "on"})
_PLAIN_BOOLEANS: Final = frozenset({"true", "false"})
LONGEST_NUMBER: Final = 64
_TRAILING_ZERO = re.compile(r"[-+]?[0-9]+\.[0-9]+0")


class SuspiciousScalar(NamedTuple):
    """A scalar whose value is probably not what was meant; `fatal` if JSON has no such value."""

    text: str
    reading: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Scalars:
    """Resolves plain scalars; ordinary ones are remembered, as most files repeat a few thousand."""

    known: dict[str, Scalar] = field(default_factory=dict)

    def resolve(self, text: str) -> tuple[Scalar, SuspiciousScalar | None]:
        """The value of a plain scalar, and why it is suspicious; suspicious ones are never remembered."""
        tag = find_tag(text)
        value, suspicious = construct(tag, text)
        if suspicious is None:
            self.known[text] = value
        return value, suspicious


def find_tag(text: str) -> str:
    """The short tag YAML 1.1 gives a plain scalar: `int`, `float`, `bool`, `null`, `merge` or `str`."""
    resolvers = Resolver.yaml_implicit_resolvers
    for tag, pattern in resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag).removeprefix(_TAG)
    return "str"


def construct(tag: str, text: str) -> tuple[Scalar, SuspiciousScalar | None]:
    """The value `text` has under a tag of `find_tag`."""
    if tag == "int":
        return _read_int(text)
    if tag == "float":
        return _read_float(text)
    if tag == "bool":
        value = text.lower() in _TRUE
        odd = (
            None
            if text.lower() in _PLAIN_BOOLEANS
            else SuspiciousScalar(text, f"the boolean {str(value).lower()}")
        )
        return value, odd
    return (None, None) if tag == "null" else (text, None)


def _read_int(text: str) -> tuple[Scalar, SuspiciousScalar | None]:
    if len(text) > LONGEST_NUMBER:
        return text, describe_length(text)
    sign, digits = (-1 if text.startswith("-") else 1), text.lstrip("+-").replace("_", "").lower()
    if ":" in digits:
        value = sign * int(_read_base_60(digits))
        return value, SuspiciousScalar(text, f"the number {value}, to the base 60")
    for prefix, base, name in (("0b", 2, "binary"), ("0x", 16, "hexadecimal"), ("0", 8, "octal")):
        if digits.startswith(prefix) and digits != "0":
            value = sign * int(digits.removeprefix("0b").removeprefix("0x") or "0", base)
            return value, SuspiciousScalar(text, f"the {name} number {value}")
    value = sign * int(digits or "0")
    if "_" in text:
        return value, SuspiciousScalar(text, f"the number {value}")
    if not -(2**63) <= value < 2**64:
        return value, SuspiciousScalar(text, "a number of more than 64 bits, which JSON readers round")
    return value, None


def _read_float(text: str) -> tuple[Scalar, SuspiciousScalar | None]:
    if len(text) > LONGEST_NUMBER:
        return text, describe_length(text)
    sign, digits = (-1.0 if text.startswith("-") else 1.0), text.lstrip("+-").replace("_", "").lower()
    if digits in (".inf", ".nan"):
        return text, SuspiciousScalar(text, "infinity" if digits == ".inf" else "not a number", fatal=True)
    if ":" in digits:
        value = sign * _read_base_60(digits)
        return value, SuspiciousScalar(text, f"the number {value}, to the base 60")
    value = sign * float(digits)
    if math.isinf(value):
        return text, SuspiciousScalar(text, "infinity", fatal=True)
    if "_" in text or (_TRAILING_ZERO.fullmatch(text) and repr(value) != text.lstrip("+")):
        return value, SuspiciousScalar(text, f"the number {value!r}")
    return value, None


def _read_base_60(digits: str) -> float | int:
    value: float | int = 0
    for part in digits.split(":"):
        value = value * 60 + (float(part) if "." in part else int(part))
    return value


def describe_length(text: str) -> SuspiciousScalar:
    """Why a number of more than `LONGEST_NUMBER` characters is suspicious."""
    return SuspiciousScalar(f"{text[:20]}…", f"a number of {len(text)} characters", fatal=True)
