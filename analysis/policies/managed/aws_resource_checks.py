"""Judges the lists of a resource item by item, and a resource by its entry in a table."""

from collections.abc import Mapping

from aws_globals import read, read_list


def each_passes(value, key, test):
    """Tell whether every item of the list under the key passes; no list passes, anything else there fails."""
    items = read_list(value, key)
    if not items:
        return isinstance(value, Mapping) and read(value, key) is None
    return all(test(item) for item in items)


def meets_entry(resource, key, table, test):
    """Tell whether the table's entry for the name under the key passes; no name or no entry passes too."""
    name = read(resource, key)
    if not isinstance(name, str):
        return name is None
    return name not in table or test(table[name])
