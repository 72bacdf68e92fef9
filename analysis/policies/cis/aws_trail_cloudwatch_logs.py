"""Checks that a trail delivers to CloudWatch Logs."""

from aws_cis_configuration import MAXIMUM_LOG_SILENCE_HOURS
from aws_globals import answered, hours_since, read, read_text, within


def policy(resource):
    if not read_text(resource, "CloudWatchLogsLogGroupArn"):
        return False
    delivered = read(resource, "Status", "LatestCloudWatchLogsDeliveryTime")
    return within(answered(hours_since(delivered)), MAXIMUM_LOG_SILENCE_HOURS)
