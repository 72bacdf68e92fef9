"""Conditions on IP addresses that compare with something that is no network."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.conditions import CONDITIONS, OF_NETWORKS
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut

_KEYS: Final = ("Detection", "InlineFilters", "DynamicSeverities")
_HINT: Final = "Write an address or a network, as `10.0.0.0/8`."


def find_wrong_networks(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding on each text that is no network: such a condition can't be decided on any event."""
    for key in _KEYS:
        for keys, text in _list_networks(spec.fields.get(key), (key,)):
            if not _is_network(text):
                message = f"`{cut(text)}` is no IP address or network."
                yield Finding.of(CheckId.WRONG_VALUE, message, project.locate(spec.path, keys), _HINT)


def _list_networks(node: Json, keys: Keys) -> Iterator[tuple[Keys, str]]:
    """The texts that addresses are compared with, at any depth; a file nests only so deep."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _list_networks(item, (*keys, index))
    elif isinstance(node, dict):
        condition = CONDITIONS.get(str(node.get("Condition")))
        wanted = node.get("Value")
        if condition and condition.operator in OF_NETWORKS and isinstance(wanted, str):
            yield (*keys, "Value"), wanted
        for key, item in node.items():
            yield from _list_networks(item, (*keys, key))


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
