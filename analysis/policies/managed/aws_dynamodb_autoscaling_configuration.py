"""Checks that the auto scaling bounds of a provisioned table lie within the configured limits."""

from aws_dynamodb_scaling import indexes_count, is_on_demand, scalable_ids
from aws_globals import read_list, read_number, read_text
from aws_managed_configuration import (
    READ_CAPACITY_MAXIMUM,
    READ_CAPACITY_MINIMUM,
    WRITE_CAPACITY_MAXIMUM,
    WRITE_CAPACITY_MINIMUM,
)

LIMITS = {
    "read": (READ_CAPACITY_MINIMUM, READ_CAPACITY_MAXIMUM),
    "write": (WRITE_CAPACITY_MINIMUM, WRITE_CAPACITY_MAXIMUM),
}


def policy(resource):
    if is_on_demand(resource):
        return True
    # Of two descriptions of one target, the later one counts.
    targets = {
        (read_text(target, "ResourceId"), direction(target)): is_within_limits(target)
        for target in read_list(resource, "AutoScalingDescriptions")
    }
    wanted = [(name, way) for name in scalable_ids(resource, indexes_count()) for way in LIMITS]
    return all(targets.values()) and all(target in targets for target in wanted)


def direction(target):
    return "write" if "WriteCapacityUnits" in read_text(target, "ScalableDimension") else "read"


def is_within_limits(target):
    minimum, maximum = LIMITS[direction(target)]
    lowest, highest = read_number(target, "MinCapacity"), read_number(target, "MaxCapacity")
    return lowest is not None and highest is not None and minimum < lowest and highest < maximum
