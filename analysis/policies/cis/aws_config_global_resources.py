"""Checks that AWS Config records the resources that belong to no region."""

from aws_globals import answered, read, read_list
from aws_resources import find_resource


def policy(resource):
    return any(
        records_global(answered(find_resource(recorder))) for recorder in read_list(resource, "Recorders")
    )


def records_global(recorder):
    return (
        read(recorder, "Status", "Recording") is True
        and read(recorder, "RecordingGroup", "IncludeGlobalResourceTypes") is True
    )
