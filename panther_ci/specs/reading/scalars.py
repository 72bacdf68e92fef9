"""The value of a plain YAML scalar for a deployment, and whether its author can have meant that value."""

import math
import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from panther_ci.deployment_rules.yaml_scalars import find_tag

Scalar: TypeAlias = bool | int | float | str | None

LONGEST_NUMBER: Final = 64
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
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


def construct(tag: str, text: str) -> tuple[Scalar, SuspiciousScalar | None]:
    """The value `text` has under a tag of `find_tag`."""
    if tag == "int":
        return _read_int(text)
    if tag == "float":
        return _read_float(text)
    if tag == "bool":
        return text.lower() == "true", None
    return (None, None) if tag == "null" else (text, None)


def _read_int(text: str) -> tuple[Scalar, SuspiciousScalar | None]:
    if len(text) > LONGEST_NUMBER:
        return text, describe_length(text)
    sign, digits = (-1 if text.startswith("-") else 1), text.lstrip("+-").replace("_", "").lower()
    for prefix, base, name in (("0b", 2, "binary"), ("0x", 16, "hexadecimal")):
        if digits.startswith(prefix):
            value = sign * int(digits.removeprefix(prefix) or "0", base)
            return value, SuspiciousScalar(text, f"the {name} number {value}")
    value = sign * int(digits)
    if "_" in text or _LEADING_ZERO.match(text):
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
    if "_" in text or _loses_zeros(text, value):
        return value, SuspiciousScalar(text, f"the number {value!r}")
    return value, None


def _loses_zeros(text: str, value: float) -> bool:
    """Whether zeros of a version or an id are lost: `1.10` is the number 1.1, `01.5` the number 1.5."""
    zeros = _TRAILING_ZERO.fullmatch(text) or _LEADING_ZERO.match(text)
    return zeros is not None and repr(value) != text.lstrip("+")


def _read_base_60(digits: str) -> float:
    value = 0.0
    for part in digits.split(":"):
        value = value * 60 + float(part)
    return value


def describe_length(text: str) -> SuspiciousScalar:
    """Why a number of more than `LONGEST_NUMBER` characters is suspicious."""
    return SuspiciousScalar(f"{text[:20]}…", f"a number of {len(text)} characters", fatal=True)
