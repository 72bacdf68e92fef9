"""Judges the lists of a resource item by item."""

from collections.abc import Mapping

from aws_globals import read, read_list


def each_passes(value, key, test):
    """Tell whether every item of the list under the key passes; no list passes, anything else there fails."""
    items = read_list(value, key)
    if not items:
        return isinstance(value, Mapping) and read(value, key) is None
    return all(test(item) for item in items)
