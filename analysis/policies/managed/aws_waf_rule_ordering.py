"""Checks that the rules of a web ACL are evaluated in the configured order."""

from aws_globals import read_list, read_number, read_text
from aws_managed_configuration import WEB_ACL_RULES
from aws_resource_checks import meets_entry


def policy(resource):
    rules = ordered_rules(resource)
    return meets_entry(resource, "Id", WEB_ACL_RULES, lambda wanted: rules == list(wanted))


def ordered_rules(web_acl):
    """Return the ids of the rules by rising priority; None when the order can't be told."""
    rules = read_list(web_acl, "Rules")
    by_priority = {read_number(rule, "Priority"): read_text(rule, "RuleId") for rule in rules}
    if None in by_priority or len(by_priority) < len(rules):
        return None
    return [rule for _, rule in sorted(by_priority.items())]
