"""Checks that no inbound rule opens an administrative port to the whole internet."""

from aws_cis_configuration import ADMINISTRATIVE_PORTS
from aws_globals import holds_maps, network, read, read_maps, read_number


def policy(resource):
    return holds_maps(resource, "IpPermissions") and not any(
        is_open_to_all(permission) and covers_administration(permission)
        for permission in read_maps(resource, "IpPermissions")
    )


def is_open_to_all(permission):
    return includes_all(permission, "IpRanges", "CidrIp") or includes_all(
        permission, "Ipv6Ranges", "CidrIpv6"
    )


def includes_all(permission, ranges, field):
    # Ranges that cannot be read may include everything.
    return not holds_maps(permission, ranges) or any(
        is_everywhere(network(read(source, field))) for source in read_maps(permission, ranges)
    )


def is_everywhere(source):
    return source is None or source.prefixlen == 0


def covers_administration(permission):
    first = read_number(permission, "FromPort")
    last = read_number(permission, "ToPort")
    # Without bounds a rule covers every port, as does one for all protocols, whatever its bounds say.
    # One bound alone is not understood, so it counts as open.
    if first is None or last is None or read(permission, "IpProtocol") == "-1":
        return True
    return any(first <= port <= last for port in ADMINISTRATIVE_PORTS)
