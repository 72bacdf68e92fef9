"""What the conditions of simple detections and of inline filters ask of a value.

Inline filters are decided as by panther_core 0.16, by trial. How simple detections are decided is known from
cases that Panther published; docs/simple-detections.md tells what is assumed.
"""

import json
import operator
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, TypeAlias

# Of what an event has, what it is compared with; a field that is missing is None.
Operator: TypeAlias = Callable[[Any, Any], bool]


# A text shows this much of a value.
_MOST_SHOWN: Final = 80


class MismatchError(Exception):
    """A value and what it is compared with do not fit; the text goes on after the value."""


def show(value: Any) -> str:
    """A value as JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def fold(value: Any) -> Any:
    """A text, or the texts of a list, in lower case."""
    if isinstance(value, list):
        return [each.lower() if isinstance(each, str) else each for each in value]
    return value.lower() if isinstance(value, str) else value


def _starts(found: Any, wanted: Any) -> bool:
    return isinstance(found, str) and isinstance(wanted, str) and found.startswith(wanted)


def _ends(found: Any, wanted: Any) -> bool:
    return isinstance(found, str) and isinstance(wanted, str) and found.endswith(wanted)


def _contains(found: Any, wanted: Any) -> bool:
    """Whether a text has a part, or a list an element."""
    if found is None or wanted is None:
        return False
    if isinstance(found, list):
        return wanted in found
    if isinstance(found, str) and isinstance(wanted, str):
        return wanted in found
    raise MismatchError(f"which can't contain {show(wanted)}")


def _contains_in_filters(found: Any, wanted: Any) -> bool:
    """The same as above, and whether a text of a list has a part."""
    if found is None:
        return False
    try:
        is_in = wanted in found
        parts = found if isinstance(found, list) and isinstance(wanted, str) else ()
        return is_in or any(wanted in each for each in parts)
    except TypeError:
        raise MismatchError(f"which can't contain {show(wanted)}") from None


def _contains_in_folded_filters(found: Any, wanted: Any) -> bool:
    if isinstance(found, list) and isinstance(wanted, str):
        return any(isinstance(each, str) and wanted in each for each in found)
    return bool(found) and _contains_in_filters(found, wanted)


def _order(compare: Operator) -> Operator:
    def decide(found: Any, wanted: Any) -> bool:
        if found is None or wanted is None:
            return False
        try:
            return compare(found, wanted)
        except TypeError:
            raise MismatchError(f"which can't be compared with {show(wanted)}") from None

    return decide


def _is_in(found: Any, wanted: Any) -> bool:
    return found in wanted


def _is_in_for_filters(found: Any, wanted: Any) -> bool:
    """Whether a value is in a list; of a list, whether any element is."""
    return any(each in found for each in wanted) if isinstance(found, list) else found in wanted


def _is_empty(found: Any, _: Any) -> bool:
    return found is None or (isinstance(found, str | list | dict) and not found)


def _address(value: Any) -> IPv4Address | IPv6Address:
    try:
        return ip_address(_no_boolean(value))
    except ValueError:
        raise MismatchError("which is no IP address") from None


def _network(value: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(_no_boolean(value), strict=False)
    except (ValueError, TypeError):
        raise MismatchError("which is no IP address or network") from None


def _no_boolean(value: Any) -> Any:
    """The same; raises ValueError for a boolean, which is a number in Python, and so an address."""
    if isinstance(value, bool):
        raise ValueError
    return value


def _is_address(*kinds: type) -> Operator:
    def decide(found: Any, _: Any) -> bool:
        try:
            return isinstance(found, str) and isinstance(ip_address(found), kinds)
        except ValueError:
            return False

    return decide


def _is_public(found: Any, _: Any) -> bool:
    return found is not None and _address(found).is_global


def _is_private(found: Any, _: Any) -> bool:
    return found is not None and _address(found).is_private


def _in_network(found: Any, wanted: Any) -> bool:
    network = _read_wanted(wanted)
    return found is not None and _network(found).overlaps(network)


def _has_address(found: Any, wanted: Any) -> bool:
    network = _read_wanted(wanted)
    if found is not None and not isinstance(found, list):
        raise MismatchError("which is no list of IP addresses")
    return any(_network(each).overlaps(network) for each in found or ())


def _read_wanted(wanted: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(_no_boolean(wanted), strict=False)
    except (ValueError, TypeError):
        raise MismatchError(f"and {show(wanted)} is no IP address or network") from None


OPERATORS: Final[Mapping[str, Operator]] = {
    "equals": operator.eq,
    "starts": _starts,
    "ends": _ends,
    "contains": _contains,
    "greater": _order(operator.gt),
    "less": _order(operator.lt),
    "at least": _order(operator.ge),
    "at most": _order(operator.le),
    "in": _is_in,
    "null": lambda found, _: found is None,
    "empty": _is_empty,
    "address": _is_address(IPv4Address, IPv6Address),
    "address 4": _is_address(IPv4Address),
    "address 6": _is_address(IPv6Address),
    "public": _is_public,
    "private": _is_private,
    "in network": _in_network,
    "has address": _has_address,
}
OF_FILTERS: Final[Mapping[str, Operator]] = {
    **OPERATORS,
    "contains": _contains_in_filters,
    "in": _is_in_for_filters,
}
FOLDED_OF_FILTERS: Final[Mapping[str, Operator]] = {**OF_FILTERS, "contains": _contains_in_folded_filters}
