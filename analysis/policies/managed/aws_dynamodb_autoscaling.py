"""Checks that a provisioned table and its indexes scale on their own."""

from aws_dynamodb_scaling import indexes_count, is_on_demand, scalable_ids
from aws_globals import read_list, read_text


def policy(resource):
    if is_on_demand(resource):
        return True
    scaled = [read_text(target, "ResourceId") for target in read_list(resource, "AutoScalingDescriptions")]
    return all(scalable in scaled for scalable in scalable_ids(resource, indexes_count()))
