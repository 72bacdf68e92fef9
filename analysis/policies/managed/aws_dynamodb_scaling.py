"""Tells what has to scale in a DynamoDB table."""

from aws_globals import read, read_list, read_text
from aws_managed_configuration import CHECK_GLOBAL_SECONDARY_INDEXES


def is_on_demand(table):
    """Tell whether the table is billed by request; one never switched has no summary and is provisioned."""
    return read_text(table, "BillingModeSummary", "BillingMode") not in ("", "PROVISIONED")


def indexes_count():
    """Tell whether the global secondary indexes have to scale too."""
    return CHECK_GLOBAL_SECONDARY_INDEXES


def scalable_ids(table, with_indexes):
    """Return the ids that application auto scaling gives to the table and, if wanted, to its indexes."""
    table_id = f"table/{read_text(table, 'Name')}"
    found = read(table, "GlobalSecondaryIndexes")
    if found is None or not with_indexes:
        return [table_id]
    # What is no list stands as an index without a name, which nothing scales.
    indexes = read_list(found) or [found]
    return [table_id, *(f"{table_id}/index/{read_text(index, 'IndexName')}" for index in indexes)]
